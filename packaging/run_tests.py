"""Runs the tests as CI does: in parallel, offscreen, in random order; FULL=1 adds the long ones."""

import os
import subprocess
import sys


def main() -> int:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    chosen = [] if os.environ.get("FULL") == "1" else ["-m", "not full"]
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(os.cpu_count() or 2), *chosen, *sys.argv[1:]]
    return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main())
