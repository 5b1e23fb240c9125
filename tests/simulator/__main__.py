"""python -m tests.simulator STEPS SEED [--length N] [--files]: at least STEPS steps, from seed SEED on.

Each seed takes `--length` steps, and is written into the report when it is done. A seed that fails is told with all that
repeats it, and the next one is begun. `--only` runs just these seeds and leaves the report alone.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.simulator.looking import Broken
from tests.simulator.places import MEMORY, Mould
from tests.simulator.report import REPORT, Seed
from tests.simulator.run import run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--length", type=int, default=20_000)
    parser.add_argument("--files", action="store_true", help="on the disk, with the program's own settings")
    parser.add_argument("--report", type=Path, default=REPORT)
    parser.add_argument(
        "--only", type=int, nargs="*", default=[], help="these seeds, without a line in the report"
    )
    wanted = parser.parse_args()
    in_memory = MEMORY.is_dir() and not wanted.files
    with tempfile.TemporaryDirectory(dir=MEMORY if in_memory else None) as folder:
        done = list(simulate(Path(folder), wanted, in_memory))
    return 1 if any(seed.failure for seed in done) else 0


def simulate(folder: Path, wanted: argparse.Namespace, in_memory: bool) -> Iterator[Seed]:
    mould = Mould(folder / "mould")
    steps, seed = 0, wanted.seed
    todo = iter(wanted.only)
    while steps < wanted.steps or wanted.only:
        if wanted.only and (seed := next(todo, -1)) < 0:
            return
        done = one(mould, folder, seed, wanted.length, in_memory)
        sys.stdout.write(f"{done.failure or done.line()}\n")
        sys.stdout.flush()
        if not wanted.only:
            done.keep(wanted.report)
        yield done
        steps, seed = steps + done.steps, seed + 1


def one(mould: Mould, folder: Path, number: int, length: int, in_memory: bool) -> Seed:
    seed = Seed(number, "memory" if in_memory else "files")
    try:
        done = run(mould, folder, number, length, in_memory)
        seed.ends(done.step, done.counts)
    except Broken as broken:
        seed.ends(broken.step, broken.counts, str(broken))
    shutil.rmtree(folder / str(number), ignore_errors=True)
    return seed


if __name__ == "__main__":
    # The order in which Python walks through a set of bytes belongs to a seed too.
    if os.environ.get("PYTHONHASHSEED") != "0":
        again = [sys.executable, "-m", "tests.simulator", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": "0"})
    sys.exit(main())
