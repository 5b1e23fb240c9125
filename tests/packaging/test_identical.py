"""A stranger among the executables of the Windows bundle stops the build, and so does a program without its face."""

import hashlib
import zipfile
from pathlib import Path

import pytest
from installers.common import PACKAGING, BuildError, built, version
from installers.identical import check_executables
from installers.windows import check_face

WHEEL, INTERPRETER, STRANGER = b"MZ of a wheel", b"MZ of the interpreter", b"MZ of nobody"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    for folder in ("bundle/_internal", "interpreter", "wheels"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "interpreter/python313.dll").write_bytes(INTERPRETER)
    with zipfile.ZipFile(tmp_path / "wheels/x-1-py3-none-win_amd64.whl", "w") as wheel:
        wheel.writestr("x/x.pyd", WHEEL)
    made = tmp_path / "bundle"
    (made / "yipaiyice.exe").write_bytes(b"MZ ours")
    (made / "_internal/x.pyd").write_bytes(WHEEL)
    (made / "_internal/python313.dll").write_bytes(INTERPRETER)
    (made / "_internal/text.txt").write_text("no executable")
    return made


def check(bundle: Path, shims: set[str] | None = None) -> int:
    return check_executables(bundle, bundle.parent / "interpreter", bundle.parent / "wheels", shims or set())


def test_known_files_pass(bundle: Path) -> None:
    assert check(bundle) == 2


def test_a_stranger_is_named(bundle: Path) -> None:
    (bundle / "_internal/other.dll").write_bytes(STRANGER)
    with pytest.raises(BuildError, match=r"other\.dll"):
        check(bundle)


def test_one_changed_byte_is_a_stranger(bundle: Path) -> None:
    (bundle / "_internal/x.pyd").write_bytes(WHEEL + b"x")
    with pytest.raises(BuildError, match=r"x\.pyd"):
        check(bundle)


def test_a_wine_shim_is_named_as_what_it_is(bundle: Path) -> None:
    (bundle / "_internal/icuuc.dll").write_bytes(STRANGER)
    with pytest.raises(BuildError, match="Wine shim"):
        check(bundle, {hashlib.sha256(STRANGER).hexdigest()})


ICON = (PACKAGING / "windows/app.ico").read_bytes()
NAMED = f"{version()}（{built()}）".encode("utf-16-le")


def test_a_program_with_its_version_and_icon_passes() -> None:
    check_face(b"MZ" + NAMED + ICON, ICON)


@pytest.mark.parametrize("program", [NAMED + ICON[:-1], ICON])
def test_a_program_without_them_stops_the_build(program: bytes) -> None:
    with pytest.raises(BuildError):
        check_face(program, ICON)
