"""Every executable file of the Windows bundle but ours is the very one that a pinned wheel or the interpreter has."""

import hashlib
import zipfile
from pathlib import Path

from installers.common import NAME, BuildError, files_under, sha256

OURS = {f"{NAME}.exe"}
_MARK = b"MZ"  # the first bytes of every Windows executable


def check_executables(bundle: Path, interpreter: Path, wheels: Path, shims: set[str]) -> int:
    """How many were checked. Raises BuildError naming the strangers."""
    known = {sha256(path) for path in files_under(interpreter)} | _in_wheels(wheels)
    found = [path for path in files_under(bundle) if is_executable(path)]
    smuggled = [path.name for path in found if sha256(path) in shims]
    if smuggled:
        raise BuildError("a Wine shim got into the bundle: " + " ".join(smuggled))
    strangers = [path.name for path in found if path.name not in OURS and sha256(path) not in known]
    if strangers:
        raise BuildError("not from a pinned wheel or the interpreter: " + " ".join(strangers))
    return len(found) - len(OURS)


def is_executable(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _MARK


def _in_wheels(wheels: Path) -> set[str]:
    found = set()
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            for info in packed.infolist():
                with packed.open(info) as file:
                    if file.read(2) == _MARK:
                        found.add(hashlib.sha256(_MARK + file.read()).hexdigest())
    return found
