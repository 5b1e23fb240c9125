"""python -m tests.simulator STEPS SEED [--length N] [--files]: at least STEPS steps, from seed SEED on.

Each seed takes `--length` steps. A seed that fails is told with all that repeats it, and the next one is begun.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.simulator.looking import Broken
from tests.simulator.places import MEMORY, Mould
from tests.simulator.report import Report
from tests.simulator.run import run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--length", type=int, default=2000)
    parser.add_argument("--files", action="store_true", help="on the disk, with the program's own settings")
    wanted = parser.parse_args()
    in_memory = MEMORY.is_dir() and not wanted.files
    with tempfile.TemporaryDirectory(dir=MEMORY if in_memory else None) as folder:
        report = simulate(Path(folder), wanted, in_memory)
    sys.stdout.write(report.keep() + "\n")
    return 1 if report.failures else 0


def simulate(folder: Path, wanted: argparse.Namespace, in_memory: bool) -> Report:
    report = Report("memory" if in_memory else "files")
    mould = Mould(folder / "mould")
    seed = wanted.seed
    while report.steps < wanted.steps:
        try:
            done = run(mould, folder, seed, wanted.length, in_memory)
            report.add(seed, done.step, done.counts)
            sys.stdout.write(f"seed {seed}: {done.step} steps\n")
        except Broken as broken:
            report.add(seed, wanted.length, broken.counts)
            report.failures.append(str(broken).splitlines()[0])
            sys.stdout.write(f"{broken}\n")
        sys.stdout.flush()
        shutil.rmtree(folder / str(seed), ignore_errors=True)
        seed += 1
    return report


if __name__ == "__main__":
    # The order in which Python walks through a set of bytes belongs to a seed too.
    if os.environ.get("PYTHONHASHSEED") != "0":
        again = [sys.executable, "-m", "tests.simulator", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": "0"})
    sys.exit(main())
