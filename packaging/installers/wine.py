"""A Wine prefix, with the shims that Wine 8 lacks. They serve building and testing here and never enter a bundle."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path

from installers.common import (
    CACHE,
    PACKAGING,
    ROOT,
    BuildError,
    digest_of,
    fresh,
    is_done,
    mark_done,
    run,
    sha256,
    step,
)

SOURCES = PACKAGING / "windows/wine-shims"
SHIMS = {
    "bcryptprimitives.dll": ("bcryptprimitives.c", "-ladvapi32"),
    "icuuc.dll": ("icuuc.c",),
}
# wbemprox: Python 3.13's _wmi crashes Wine 8. The others ask for downloads or write menus into the home folder.
_OVERRIDES = "mscms=n;wbemprox=d;mscoree=d;mshtml=d;winemenubuilder.exe=d"
BUILD = "19045"  # Windows 10 22H2


def shims() -> list[Path]:
    """The two libraries, built from the sources beside this program."""
    folder, wanted = CACHE / "shims", digest_of([SOURCES])
    if not is_done(folder, wanted):
        fresh(folder)
        for name, (source, *more) in SHIMS.items():
            run(
                [
                    "x86_64-w64-mingw32-gcc",
                    "-shared",
                    "-O1",
                    "-s",
                    "-o",
                    folder / name,
                    SOURCES / source,
                    *more,
                ]
            )
        mark_done(folder, wanted)
    return [folder / name for name in SHIMS]


def shim_hashes() -> set[str]:
    return {sha256(path) for path in shims()}


class Prefix:
    """One Windows in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drive = folder / "drive_c"

    @property
    def env(self) -> dict[str, str]:
        return {
            "WINEPREFIX": str(self.folder),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": _OVERRIDES,
            # Chinese file names and Chinese messages: C.UTF-8 is on every Debian.
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": "",
        }

    @property
    def home(self) -> Path:
        return self.drive / "users" / pwd.getpwuid(os.getuid()).pw_name

    def make(self) -> "Prefix":
        """A new, empty Windows 10."""
        with step(f"Wine prefix {self.folder.name}"):
            fresh(self.folder)
            self.run(["wineboot", "-i"], timeout=600)
            self.run(["wine", "winecfg", "-v", "win10"])
            self.say_build(BUILD)
            self._learn_chinese()
            self.settle()
            for path in shims():
                target = self.drive / "windows/system32" / path.name
                target.unlink(missing_ok=True)
                target.write_bytes(path.read_bytes())
        return self

    def _learn_chinese(self) -> None:
        """Wine has no Chinese letters: the installer's pages borrow those of a font that our screens never use."""
        font = ROOT / "resources/fonts/LXGWWenKai-Regular.ttf"
        target = self.drive / "windows/Fonts" / font.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(font.read_bytes())
        for name in ("SimSun", "宋体", "Tahoma", "MS Shell Dlg", "MS Shell Dlg 2"):
            self.run(["wine", "reg", "add", r"HKCU\Software\Wine\Fonts\Replacements", "/v", name,
                      "/d", "LXGW WenKai", "/f"])  # fmt: skip

    def say_build(self, number: str) -> None:
        """What this Windows says it is."""
        key = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion"
        for name in ("CurrentBuildNumber", "CurrentBuild"):
            self.run(["wine", "reg", "add", key, "/v", name, "/d", number, "/f"])

    def run(
        self, command: Sequence[str | Path], timeout: float = 900, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return run(command, env=self.env, timeout=timeout, check=check)

    def start(self, command: Sequence[str | Path], log: Path, display: str) -> subprocess.Popen[bytes]:
        """Run one program beside us. Its output is piped: Python in Wine cannot write to a plain file."""
        with log.open("wb") as file:
            cat = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=file)
        made = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **self.env, "DISPLAY": display},
            stdin=subprocess.DEVNULL, stdout=cat.stdin, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if cat.stdin is not None:
            cat.stdin.close()
        return made

    def query(self, key: str, name: str) -> str:
        """A value of the registry (the unnamed one for an empty name), empty when there is none."""
        asked = ["/v", name] if name else ["/ve"]
        done = self.run(["wine", "reg", "query", key, *asked, "/reg:64"], check=False)
        lines = [line.split("REG_SZ", 1) for line in done.stdout.splitlines() if "REG_SZ" in line]
        return lines[0][1].strip() if done.returncode == 0 and lines else ""

    def settle(self) -> None:
        """Wait until every program of this prefix is gone and the registry is on the disk."""
        self.run(["wineserver", "-w"], timeout=300)

    def stop(self) -> None:
        """End what still runs in this prefix, and nothing else."""
        self.run(["wineserver", "-k"], check=False)

    def path_of(self, windows_path: str) -> Path:
        """`C:\\Program Files\\x` as a path of ours."""
        if not windows_path.lower().startswith("c:\\"):
            raise BuildError(f"not on drive C: {windows_path}")
        return self.drive / windows_path[3:].replace("\\", "/")


def windows_path(path: Path) -> str:
    """A path of ours as Wine's programs see it."""
    return "Z:" + str(path.resolve()).replace("/", "\\")
