"""Handbooks of 759 households in one file: ours against reportlab platypus, each in a process of its own.

    .venv/bin/python -m tests.bench.bench_handbook [HOUSEHOLDS]

The limits are those of the issue and of performance.md: at least 2 times (aim: 4) the pages a second, at most
0.65 times the bytes, at most 60 kB of memory a household.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from desktop.core import resources
from desktop.features.handbook.model import Book
from tests.features.handbook.sample import book

HOUSEHOLDS = 759
FEW = 100


def _measure(which: str, households: int, target: Path) -> dict[str, float]:
    books = [book(n, members=2 + n % 3, visits=n % 6) for n in range(households)]
    start = time.process_time()
    pages = _ours(books, target) if which == "ours" else _reference(books, target)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"pages": pages, "seconds": seconds, "bytes": target.stat().st_size, "kb": peak}


def _ours(books: list[Book], target: Path) -> int:
    from desktop.core.pdf import writing
    from desktop.features.handbook.papers import draw_book

    with writing(target, "帮扶手册") as paper:
        return sum(draw_book(paper, one) for one in books)


def _reference(books: list[Book], target: Path) -> int:
    from tests.bench.reference_handbook_platypus import write

    return write(target, books, resources.path("fonts"))


def _run(which: str, households: int, folder: Path) -> dict[str, float]:
    target = folder / f"{which}-{households}.pdf"
    command = [sys.executable, "-m", "tests.bench.bench_handbook", which, str(households), str(target)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(told.stdout))


def compare(households: int = HOUSEHOLDS) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, ours = _run("ours", FEW, folder), _run("ours", households, folder)
        reference = _run("reference", households, folder)
    speed, other = ours["pages"] / ours["seconds"], reference["pages"] / reference["seconds"]
    return {
        "households": households,
        "pages": ours["pages"],
        "reference_pages": reference["pages"],
        "pages_per_second": speed,
        "reference_pages_per_second": other,
        "speed_ratio": speed / other,
        "bytes": ours["bytes"],
        "reference_bytes": reference["bytes"],
        "bytes_ratio": ours["bytes"] / reference["bytes"],
        "peak_mb": ours["kb"] / 1024,
        "reference_peak_mb": reference["kb"] / 1024,
        "kb_per_household": (ours["kb"] - few["kb"]) / max(1, households - FEW),
    }


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] in ("ours", "reference"):
        print(json.dumps(_measure(arguments[0], int(arguments[1]), Path(arguments[2]))))
        return
    for name, value in compare(int(arguments[0]) if arguments else HOUSEHOLDS).items():
        print(f"{name:28}{value:14,.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
