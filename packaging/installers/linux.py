"""Builds the Linux program: a plain folder and a .deb, with Debian's own Python."""

import os
import re
import shutil
from pathlib import Path

from installers import common, locks
from installers.common import (
    CACHE,
    NAME,
    OUT,
    PACKAGING,
    ROOT,
    BuildError,
    NotHere,
    check_size,
    digest_of,
    files_under,
    fresh,
    is_done,
    mark_done,
    need_debian,
    python,
    run,
    size_of,
    step,
    version,
)

DEBIAN = ["python3.11", "libpython3.11", "python3.11-minimal", "binutils", "libc-bin", "xz-utils", "zstd", "file",
          "debootstrap", "xvfb", "xdotool", "openbox", "imagemagick",
          # What Qt's plugins load: PyInstaller looks for them on this machine, the .deb asks for them on the other.
          "libgl1", "libegl1", "libglib2.0-0", "libfontconfig1", "libdbus-1-3", "libxkbcommon-x11-0", "libxcb-cursor0",
          "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0", "libxcb-shape0", "libxcb-xkb1",
          "libcups2"]  # fmt: skip
GLIBC = "2.36"  # Debian 12's, which the libraries in the bundle come from
WORK = CACHE / "linux"
BUNDLE = WORK / "dist" / NAME
# They make the menu entry and the file type known at once.
ALSO_ASKED = ["shared-mime-info", "desktop-file-utils"]


def build() -> list[Path]:
    """The .deb and the folder in one file."""
    need_debian(DEBIAN)
    if os.geteuid() != 0:
        raise NotHere("The .deb is proved in a chroot: please run this as root.")
    _freeze()
    OUT.mkdir(parents=True, exist_ok=True)
    made = [_deb(), _folder()]
    check_size(made[0], BUNDLE)
    return made


def _with_packages() -> Path:
    """A Python of Debian's, which brings the shared library that PyInstaller wants, with the pinned wheels."""
    folder, wanted = CACHE / "python-linux", digest_of([locks.LOCKS["linux"]])
    if not is_done(folder, wanted):
        wheels = locks.wheels("linux")
        with step("Python for Linux with the pinned packages"):
            shutil.rmtree(folder, ignore_errors=True)
            run(["/usr/bin/python3.11", "-m", "venv", "--without-pip", folder])
            run([python(), "-m", "pip", "--python", folder / "bin/python", "install", "--quiet", "--no-compile",
                 "--no-deps", "--no-index", "--find-links", wheels, "--require-hashes",
                 "-r", locks.LOCKS["linux"]])  # fmt: skip
        mark_done(folder, wanted)
    return folder


def _freeze() -> None:
    wanted = digest_of([*common.INPUTS, locks.LOCKS["linux"]])
    if is_done(WORK, wanted):
        return
    maker = _with_packages() / "bin/python"
    with step("PyInstaller"):
        done = run(
            [maker, "-m", "PyInstaller", "--noconfirm", "--distpath", fresh(WORK) / "dist", "--workpath", WORK / "work",
             PACKAGING / "app.spec"],
            env={"PYTHONPATH": "", "PYINSTALLER_CONFIG_DIR": str(CACHE / "pyinstaller")},
        )  # fmt: skip
        (WORK / "pyinstaller.log").write_text(done.stdout, encoding="utf-8")
        _strip()
    mark_done(WORK, wanted)


def _strip() -> None:
    """Some wheels bring their debugging tables along: 50 MB that nobody reads."""
    modules = [path for path in files_under(BUNDLE) if ".cpython-" in path.name or ".abi3.so" in path.name]
    run(["strip", "--strip-debug", *modules])


def _deb() -> Path:
    made = OUT / f"{NAME}_{version()}_amd64.deb"
    wanted = digest_of(
        [PACKAGING / "linux", PACKAGING / "installers/linux.py"], (WORK / ".made-from").read_text()
    )
    tree = WORK / "deb"
    if made.exists() and is_done(tree, wanted):
        return made
    with step(made.name):
        _lay_out(fresh(tree))
        run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", tree, made])
        mark_done(tree, wanted)
    return made


def _lay_out(tree: Path) -> None:
    shutil.copytree(BUNDLE, tree / f"usr/lib/{NAME}", symlinks=True)
    start = tree / f"usr/bin/{NAME}"
    start.parent.mkdir()
    start.symlink_to(f"../lib/{NAME}/{NAME}")
    for source, target in (
        (PACKAGING / "linux/yipaiyice.desktop", f"applications/{NAME}.desktop"),
        (PACKAGING / "linux/yipaiyice.xml", f"mime/packages/{NAME}.xml"),
        (PACKAGING / "linux/app.png", f"icons/hicolor/256x256/apps/{NAME}.png"),
        (ROOT / "resources/app.svg", f"icons/hicolor/scalable/apps/{NAME}.svg"),
    ):
        placed = tree / "usr/share" / target
        placed.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, placed)
    _copyright(tree / f"usr/share/doc/{NAME}/copyright")
    control = tree / "DEBIAN/control"
    control.parent.mkdir()
    control.write_text(_control(tree), encoding="utf-8")


def _copyright(target: Path) -> None:
    """The licence of each part that ships with the program."""
    parts = sorted((PACKAGING / "licences").glob("*.txt"))
    target.parent.mkdir(parents=True)
    target.write_text(
        "\n\n".join(f"{p.stem}\n{p.read_text(errors='replace')}" for p in parts), encoding="utf-8"
    )


def _control(tree: Path) -> str:
    fields = {
        "Package": NAME,
        "Version": version(),
        "Architecture": "amd64",
        "Section": "misc",
        "Priority": "optional",
        "Maintainer": "yipaiyice <yipaiyice@localhost>",
        "Installed-Size": str(size_of(tree) // 1024),
        "Depends": _depends(tree),
        "Recommends": ", ".join(ALSO_ASKED),
        "Description": "一牌一册\n 乡镇帮扶和社会救助工作的户籍册、走访、帮扶手册和志愿积分，离线使用，数据加密。",
    }
    return "".join(f"{name}: {text}\n" for name, text in fields.items())


def _depends(tree: Path) -> str:
    """The Debian packages of the libraries that are asked for and not in the bundle."""
    inside = files_under(tree / f"usr/lib/{NAME}")
    told = run(["readelf", "-d", *(path for path in inside if is_elf(path))]).stdout
    asked = set(re.findall(r"\(NEEDED\).*\[(.+?)\]", told)) - {path.name for path in inside} - _links(tree)
    known = dict(
        re.findall(
            r"^\t(\S+) \(libc6,x86-64.*?\) => (\S+)$", run(["/sbin/ldconfig", "-p"]).stdout, re.MULTILINE
        )
    )
    strangers = sorted(asked - set(known))
    if strangers:
        raise BuildError("no library of this system is called " + " ".join(strangers))
    packages = {_package_of(Path(known[name])) for name in asked}
    return ", ".join(sorted((packages - {"libc6"}) | {f"libc6 (>= {GLIBC})"}))


def _links(tree: Path) -> set[str]:
    return {path.name for path in tree.rglob("*.so*") if path.is_symlink()}


def _package_of(library: Path) -> str:
    """dpkg knows a file by the name it was packed with, before /lib became a link to /usr/lib."""
    real = library.resolve()
    for name in (library, real, *(Path(str(one).removeprefix("/usr")) for one in (library, real))):
        done = run(["dpkg-query", "-S", name], check=False)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    raise BuildError(f"no Debian package has {library}")


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _folder() -> Path:
    """The plain folder: unpack it anywhere, also on a stick, and start the program in it."""
    made = OUT / f"{NAME}-{version()}-linux-x64.tar.zst"
    with step(made.name):
        run(["tar", "-I", "zstd -12 -T0", "--owner=0", "--group=0", "-cf", made, "-C", BUNDLE.parent, NAME])
    return made
