"""The import of a county's list, end to end with log and index, against calamine and executemany.

    .venv/bin/python -m tests.bench.bench_import

Limits of the issue: at most 5 times the reference, less than 600 MB. Each run is a process of its own; the
reference runs before and after ours, and counts with the mean of the two.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench import county

MOST_TIMES, MOST_MB = 5.0, 600.0


def _ours(folder: Path) -> dict[str, float]:
    from desktop.features.register import api as register
    from tests.office_maker import make_office

    db, actor = make_office(folder, "county")
    cpu, start = time.process_time(), time.perf_counter()
    with db.reader(actor) as reader:
        plan = register.read_workbook(reader, county.workbook()).plan
    read = time.perf_counter()
    with db.unit(actor, "导入") as unit:
        register.apply_import(unit, plan)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"households": plan.households.new, "people": plan.people.new, "doubts": len(plan.doubts)}
    seconds = {"read": read - start, "apply": end - read, "cpu": time.process_time() - cpu}
    return {**told, **seconds, "peak_mb": peak}


def _reference(folder: Path) -> dict[str, float]:
    database = folder / "reference.db"
    told: dict[str, float] = county.told(
        "tests/bench/reference_import.py", str(county.workbook()), str(database)
    )
    for path in folder.glob("reference.db*"):
        path.unlink()
    return told


def measure() -> dict[str, float]:
    county.workbook()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = _reference(folder)
        ours: dict[str, Any] = county.told("-m", "tests.bench.bench_import", "ours", name)
        after = _reference(folder)
    reference = sum(r["read"] + r["insert"] for r in (before, after)) / 2
    seconds = ours["read"] + ours["apply"]
    return {
        **{f"ours_{k}": v for k, v in ours.items()},
        "ours_seconds": seconds,
        "reference_read": (before["read"] + after["read"]) / 2,
        "reference_insert": (before["insert"] + after["insert"]) / 2,
        "reference_seconds": reference,
        "reference_peak_mb": before["peak_mb"],
        "times_the_reference": seconds / reference,
    }


def main(arguments: list[str] | None = None) -> int:
    if arguments and arguments[0] == "ours":
        print(json.dumps(_ours(Path(arguments[1]))))
        return 0
    print("import of a county's list")
    county.show(county.calibration())
    figures = measure()
    county.show(figures)
    is_good = figures["times_the_reference"] <= MOST_TIMES and figures["ours_peak_mb"] < MOST_MB
    print(
        f"at most {MOST_TIMES:.0f} times the reference, below {MOST_MB:.0f} MB: {'yes' if is_good else 'NO'}"
    )
    return int(not is_good)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
