"""What both installers share: where things lie, running commands, stages that are done once, sizes."""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
CACHE = ROOT / "var/packaging"  # downloads, interpreters, prefixes: may be deleted at any time
OUT = ROOT / "var/packages"  # what is given to people, and the pictures of the proof
NAME = "yipaiyice"
TITLE = "一牌一册"
MEGA = 1_000_000
MOST_PACKED, MOST_UNPACKED = 70 * MEGA, 300 * MEGA  # the package besides the fonts; the folder with them
# What goes into the frozen program on both systems.
INPUTS = [ROOT / "desktop", ROOT / "resources", PACKAGING / "app.spec", PACKAGING / "installers/trim.py",
          PACKAGING / "CHANGES.md", PACKAGING / "licences"]  # fmt: skip


class BuildError(Exception):
    """A sentence for the person who builds."""


class NotHere(BuildError):
    """This machine lacks the tools and cannot get them; nothing is wrong with what was to be built."""


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    timeout: float = 1800,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run one command with its output kept; a failure shows the end of that output."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=timeout,
    )
    if check and done.returncode:
        shown = " ".join(str(part) for part in command)[:200]
        raise BuildError(f"{shown}\nended with {done.returncode}:\n{done.stdout[-4000:]}")
    return done


def version() -> str:
    return _constant("__version__")


def built() -> str:
    return _constant("BUILT")


def _constant(name: str) -> str:
    for node in ast.parse((ROOT / "desktop/__init__.py").read_text(encoding="utf-8")).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == name
        ):
            return str(ast.literal_eval(node.value))
    raise BuildError(f"desktop/__init__.py has no {name}")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(paths: Iterable[Path], *more: str) -> str:
    """One digest over files, folders and words."""
    found = hashlib.sha256()
    for path in paths:
        for file in files_under(path):
            found.update(f"{file.relative_to(ROOT)} {sha256(file)}\n".encode())
    found.update("\n".join(more).encode())
    return found.hexdigest()


def files_under(path: Path) -> list[Path]:
    """The files themselves; what a link points to is counted once."""
    if path.is_file():
        return [path]
    return sorted(
        p for p in path.rglob("*") if p.is_file() and not p.is_symlink() and "__pycache__" not in p.parts
    )


def size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in files_under(path))


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    begun = time.monotonic()
    print(f"-- {title} …", flush=True)
    yield
    print(f"   {time.monotonic() - begun:.0f} s", flush=True)


def is_done(folder: Path, wanted: str) -> bool:
    """Whether this stage was finished before with the same inputs."""
    mark = folder / ".made-from"
    return mark.is_file() and mark.read_text() == wanted


def mark_done(folder: Path, wanted: str) -> None:
    (folder / ".made-from").write_text(wanted)


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def need_debian(packages: Sequence[str]) -> None:
    """Install what is missing when root; else say the one line to run. Raises NotHere."""
    if shutil.which("dpkg-query") is None:
        raise NotHere("The installers are built on Debian 12.")
    missing = [name for name in packages if not _is_installed(name)]
    if not missing:
        return
    if os.geteuid() != 0:
        raise NotHere("Run this line, then try again:\n  sudo apt-get install -y " + " ".join(missing))
    with step("Debian packages: " + " ".join(missing)):
        from_debian(["apt-get", "update", "-q"])
        from_debian(["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing])


def from_debian(command: Sequence[str | Path]) -> None:
    """Run a command that fetches from Debian. Raises NotHere when it does not succeed, also where there is no such command."""
    try:
        run(command, env={"DEBIAN_FRONTEND": "noninteractive"})
    except (BuildError, OSError, subprocess.TimeoutExpired) as cause:
        raise NotHere(f"Debian's packages cannot be had on this machine: {cause}") from cause


def _is_installed(name: str) -> bool:
    done = run(["dpkg-query", "-W", "-f=${Status}", name], check=False)
    return "ok installed" in done.stdout


def size_of_packed_fonts() -> int:
    """What the fonts add to a package: the limits of issue 3 are meant without them."""
    fonts, folder = ROOT / "resources/fonts", CACHE / "fonts"
    wanted = digest_of([fonts])
    if not is_done(folder, wanted):
        run(["tar", "-I", "xz -6 -T0", "-cf", fresh(folder) / "fonts.tar.xz", fonts], cwd=ROOT)
        mark_done(folder, wanted)
    return (folder / "fonts.tar.xz").stat().st_size


def check_size(package: Path, bundle: Path) -> None:
    """Print the sizes. Raises BuildError when one is over its limit."""
    packed, unpacked = package.stat().st_size, size_of(bundle)
    besides_fonts = packed - size_of_packed_fonts()
    print(
        f"   {package.name}: {packed / MEGA:.1f} MB, besides fonts {besides_fonts / MEGA:.1f} MB"
        f" (limit {MOST_PACKED // MEGA}); unpacked {unpacked / MEGA:.0f} MB (limit {MOST_UNPACKED // MEGA})"
    )
    if besides_fonts > MOST_PACKED or unpacked > MOST_UNPACKED:
        raise BuildError(f"{package.name} is larger than issue 3 allows")


def python() -> str:
    return sys.executable
