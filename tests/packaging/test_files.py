"""The small files that the systems read: icon, installer script, file types."""

import re
import struct
from pathlib import Path

from installers.wine import SHIMS, SOURCES

from desktop import cli

ROOT = Path(__file__).resolve().parents[2]
NSI = (ROOT / "packaging/windows/setup.nsi").read_text(encoding="utf-8")


def test_the_icon_has_every_size_that_windows_asks_for() -> None:
    data = (ROOT / "packaging/windows/app.ico").read_bytes()
    _, kind, count = struct.unpack_from("<HHH", data)
    sizes = {data[6 + 16 * n] or 256 for n in range(count)}
    assert kind == 1
    assert {16, 24, 32, 48, 256} <= sizes


def test_data_lies_where_the_program_puts_it() -> None:
    """The installer makes the folder for all accounts; what the uninstaller deletes when asked is that and no more."""
    paths = (ROOT / "desktop/core/paths.py").read_text(encoding="utf-8")
    assert '"PROGRAMDATA"' in paths
    assert '"LOCALAPPDATA"' in paths
    assert '!define NAME "yipaiyice"' in NSI
    assert '!define DATA "$APPDATA\\${NAME}"' in NSI
    assert 'CreateDirectory "${DATA}\\office"' in NSI
    assert set(re.findall(r'!insertmacro ERASE "([^"]+)"', NSI)) == {"${DATA}", "$LOCALAPPDATA\\${NAME}"}


def test_only_files_of_ours_are_removed_with_their_folders() -> None:
    assert set(re.findall(r'RMDir /r "([^"]+)"', NSI)) == {"$INSTDIR\\_internal"}


def test_a_silent_removal_cannot_be_asked_for_the_data() -> None:
    """Only the box on the page ticks that section, and a silent removal shows no page."""
    data = NSI.index('Section /o "un.')
    assert NSI.index("ERASE", data) < NSI.index("SectionEnd", data)
    assert "SectionSetFlags" not in NSI
    assert "GetParameters" not in NSI


def test_rights_are_given_by_a_number_that_every_windows_knows() -> None:
    """Users is called 用户 on some."""
    assert 'icacls.exe" "${DATA}" /grant "*S-1-5-32-545:(OI)(CI)M"' in NSI


def test_sentences_are_calm() -> None:
    assert "！" not in NSI
    assert "必须" not in NSI


def test_both_systems_open_bundles_with_the_program() -> None:
    assert '"${CLASSES}\\.hhb"' in NSI
    assert '"*.hhb"' in (ROOT / "packaging/linux/yipaiyice.xml").read_text(encoding="utf-8")
    given = cli.parser().parse_args(cli._as_opened(["E:\\一牌一册\\a.HHB"]))
    assert given.open == Path("E:\\一牌一册\\a.HHB")
    assert given.command is None


def test_shims_are_source_only() -> None:
    assert {path.name for path in SOURCES.iterdir()} == {source for source, *_ in SHIMS.values()}
    assert not list((ROOT / "packaging").rglob("*.dll"))
