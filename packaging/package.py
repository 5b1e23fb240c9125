"""`make package-windows`, `make package-linux`, `make packages-if-changed`: builds installers and proves them."""

import sys

from installers import changed, linux, prove_linux, prove_windows, windows
from installers.common import BuildError, NotHere, sha256


def _windows() -> None:
    made = windows.build()
    prove_windows.prove(made)
    print(f"{made.name}  sha256 {sha256(made)}")


def _linux() -> None:
    made = linux.build()
    prove_linux.prove(made[0])
    for one in made:
        print(f"{one.name}  sha256 {sha256(one)}")


def _if_changed() -> None:
    reason = changed.why()
    if not reason:
        print("packaging/ and resources/ did not change: no installers built (FULL=1 builds them)")
        return
    print(f"building the installers: {reason}", flush=True)
    for system, build in (("Linux", _linux), ("Windows", _windows)):
        try:
            build()
        except NotHere as cause:
            if reason == changed.ASKED:
                raise
            print(f"{system}: nothing built and nothing proved on this machine. {cause}")


def main(wanted: str) -> int:
    try:
        {"windows": _windows, "linux": _linux, "if-changed": _if_changed}[wanted]()
    except BuildError as cause:
        print(f"the installers ({wanted}): {cause}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
