"""Installs, runs and removes the .deb in a bare Debian that has nothing but its base system."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from installers import sample_office
from installers.common import CACHE, NAME, OUT, BuildError, from_debian, is_done, mark_done, run, step
from installers.screen import Screen

RELEASE = "bookworm"
PICTURES = OUT / "linux"
CLERK = "clerk"
_PROXIES = ("http_proxy", "https_proxy", "no_proxy")  # the machine's way out is the way out in there too


class Bare:
    """A Debian in a folder. Its /proc is mounted in a namespace of its own, so that nothing stays behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> "Bare":
        base = CACHE / f"bare-{RELEASE}"
        if not is_done(base, RELEASE):
            with step(f"bare Debian {RELEASE}"):
                shutil.rmtree(base, ignore_errors=True)
                from_debian(["debootstrap", "--variant=minbase", RELEASE, base])
                mark_done(base, RELEASE)
        shutil.rmtree(self.folder, ignore_errors=True)
        run(["cp", "-a", base, self.folder])
        shutil.copyfile("/etc/resolv.conf", self.folder / "etc/resolv.conf")
        self.run(["useradd", "-m", CLERK])
        return self

    def command(self, command: Sequence[str], user: str = "root", display: str = "") -> list[str]:
        """That command inside, for subprocess."""
        mount = 'mount -t proc proc "$1/proc"; mkdir -p "$1/tmp/.X11-unix"; mount --bind /tmp/.X11-unix "$1/tmp/.X11-unix"'
        asked = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
                 f"HOME={'/root' if user == 'root' else '/home/' + user}", f"DISPLAY={display}",
                 *(f"{name}={os.environ[name]}" for name in _PROXIES if name in os.environ),
                 *([] if display else ["QT_QPA_PLATFORM=offscreen"])]  # fmt: skip
        return ["unshare", "--mount", "sh", "-c", mount + '; dir="$1"; user="$2"; shift 2; exec chroot --userspec="$user" "$dir" "$@"',
                "sh", str(self.folder), f"{user}:{user}", *asked, *command]  # fmt: skip

    def run(
        self, command: Sequence[str], user: str = "root", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        Path("/tmp/.X11-unix").mkdir(exist_ok=True)
        return run(self.command(command, user), check=check)

    def files(self) -> set[str]:
        """Everything but what changes by itself."""
        moving = ("proc", "sys", "dev", "tmp", "run", "home", "var/log", "var/cache", "var/lib/apt")
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*"))
        return {str(path) for path in found if not str(path).startswith(moving)}


def prove(deb: Path) -> None:
    shutil.rmtree(PICTURES, ignore_errors=True)
    bare = Bare(CACHE / "chroot").make()
    shutil.copyfile(deb, bare.folder / "tmp" / deb.name)
    with step("bare Debian: installs"):
        bare.run(["apt-get", "update", "-q"])
        bare.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", f"/tmp/{deb.name}"])
    with step("bare Debian: self-test of the installed program"):
        bare.run([NAME, "--selftest", f"/home/{CLERK}/selftest.json"], CLERK, check=False)
        sample_office.check_selftest(bare.folder / f"home/{CLERK}/selftest.json")
    with step("bare Debian: a clerk logs in, opens a household, and a bundle"):
        _click(bare)
    with step("bare Debian: removal keeps the data and nothing else"):
        _remove(bare)
    shutil.rmtree(bare.folder)


def _data(bare: Bare) -> Path:
    return bare.folder / f"home/{CLERK}/.local/share/{NAME}/office"


def _click(bare: Bare) -> None:
    sample_office.put_office(_data(bare))
    clerk, bundle = f"home/{CLERK}", sample_office.bundle()
    shutil.copyfile(bundle, bare.folder / clerk / bundle.name)
    bare.run(["chown", "-R", f"{CLERK}:{CLERK}", f"/{clerk}"])
    with _running(bare) as screen:
        sample_office.click_through(screen, PICTURES)
    with _running(bare, f"/{clerk}/{bundle.name}") as screen:
        sample_office.reads_bundle(screen, PICTURES)


@contextmanager
def _running(bare: Bare, *opened: str) -> Iterator[Screen]:
    """The program on a screen; in the end its window is closed."""
    with Screen(is_managed=True) as screen, (CACHE / "window-linux.log").open("w") as log:
        command = bare.command([NAME, *opened], CLERK, screen.name)
        started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield screen
            sample_office.leave(screen)
            started.wait(60)
        finally:
            started.terminate()


def _remove(bare: Bare) -> None:
    before = sample_office.contents(_data(bare))
    owned = bare.run(["dpkg", "-L", NAME]).stdout.split("\n")
    bare.run(["apt-get", "purge", "-q", "-y", NAME])
    shared = set(bare.run(["dpkg-query", "-f", "${db-fsys:Files}\n", "-W", "*"], check=False).stdout.split())
    left = [
        p for p in owned if p and p not in shared and p != "/." and (bare.folder / p.lstrip("/")).exists()
    ]
    left += [p for p in bare.files() if NAME in p]
    if left:
        raise BuildError("the removal left " + ", ".join(left[:10]))
    if sample_office.contents(_data(bare)) != before:
        raise BuildError("the removal touched the data")
