"""The pinned wheels: writing their lock files, and fetching exactly what these name."""

import re
import sys
from pathlib import Path

from installers.common import CACHE, PACKAGING, ROOT, fresh, python, run, sha256, step

WINDOWS = ("--platform", "win_amd64", "--python-version", "3.13", "--implementation", "cp",
           "--abi", "cp313", "--abi", "abi3", "--abi", "none")  # fmt: skip
LINUX = ("--python-version", "3.11")
LOCKS = {"windows": PACKAGING / "requirements-windows.txt", "linux": PACKAGING / "requirements-linux.txt"}
_PIN = re.compile(r"^([A-Za-z0-9._-]+==[^\s\\;]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def wheels(system: str) -> Path:
    """The folder with the wheels of that system's lock file, each with its pinned hash."""
    folder, lock = CACHE / f"wheels-{system}", LOCKS[system]
    wanted = set(_HASH.findall(lock.read_text()))
    if {sha256(p) for p in folder.glob("*.whl")} != wanted:
        with step(f"wheels for {system}"):
            _download(fresh(folder), system, ["--require-hashes", "-r", str(lock)])
    return folder


def lock(system: str) -> None:
    """Write the lock file: the versions of requirements.txt and requirements-freeze.in, one hash each."""
    freeze, _, only_windows = (PACKAGING / "requirements-freeze.in").read_text().partition("# windows\n")
    pins = _PIN.findall((PACKAGING / "requirements.txt").read_text()) + _PIN.findall(freeze)
    if system == "windows":
        pins += _PIN.findall(only_windows)
    folder = fresh(CACHE / f"wheels-{system}")
    _download(folder, system, sorted(pins, key=str.lower))
    LOCKS[system].write_text("".join(_locked(pin, folder) for pin in sorted(pins, key=str.lower)))


def _locked(pin: str, folder: Path) -> str:
    name, version = pin.split("==")
    stem = re.sub(r"[-_.]+", "_", name).lower()
    found = [p for p in folder.glob("*.whl") if p.name.lower().startswith(f"{stem}-{version}-")]
    if len(found) != 1:
        raise LookupError(f"{pin}: {len(found)} wheels")
    return f"{pin} \\\n    --hash=sha256:{sha256(found[0])}\n"


def _download(folder: Path, system: str, what: list[str]) -> None:
    chosen = WINDOWS if system == "windows" else LINUX
    run(
        [
            python(),
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            *chosen,
            "-d",
            folder,
            *what,
        ]
    )


if __name__ == "__main__":
    for one in sys.argv[1:] or LOCKS:
        lock(one)
        print(LOCKS[one].relative_to(ROOT))
