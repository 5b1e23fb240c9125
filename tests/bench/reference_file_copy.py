"""The yardstick of the backup: a plain copy of the file, from one folder of the disk to another.

    python tests/bench/reference_file_copy.py SOURCE TARGET

Prints the seconds of the best of five, as JSON; the copy is removed. `synced` waits until the copy lies on the disk,
`plain` leaves that to the system. Not to be touched after it was committed.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path


def seconds(source: Path, target: Path, is_synced: bool) -> float:
    start = time.perf_counter()
    shutil.copyfile(source, target)
    if is_synced:
        with target.open("r+b") as file:
            os.fsync(file.fileno())
    passed = time.perf_counter() - start
    target.unlink()
    return passed


def main(source: Path, target: Path) -> None:
    runs = [(seconds(source, target, False), seconds(source, target, True)) for _ in range(5)]
    print(json.dumps({"plain": min(r[0] for r in runs), "synced": min(r[1] for r in runs)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
