"""The first start finds the office without a network; the recovery code of that day opens it when a password is lost."""

from pathlib import Path

import pytest

from desktop import start
from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.errors import Trouble
from desktop.features.office import api as office
from desktop.shell.first_run import FirstRun, check, find_places
from desktop.shell.recovery import Recovery

PASSWORD = "对的密码 1234"


@pytest.mark.parametrize("typed", ["里则", "lzjd", "lizejiedao", "371602012"])
def test_a_township_is_found_by_name_initials_pinyin_or_code(typed: str) -> None:
    found = find_places(typed)
    assert "371602012000" in [c.code for c in found]
    assert all("（" in c.title for c in found)  # its county tells it from others of the name


def test_what_is_missing_is_said_under_its_field() -> None:
    said = {p.field: p.code for p in check({"place": "", "password": "short", "again": "other"})}
    assert said == {"place": "first.place", "password": "password.short", "again": "first.again"}


@pytest.fixture
def made(tmp_path: Path, qtbot) -> tuple[Path, str]:  # type: ignore[no-untyped-def]
    """An office made through the dialog, and its recovery code as it was shown."""
    root = tmp_path / "office"

    def make(folder: Path, own: office.Office, login: str, password: str) -> object:
        return start.create_office(folder, own, login, password, cost=Cost(1, 64, 1))

    first = FirstRun(root, make)
    qtbot.addWidget(first)
    first.show()
    first.form.field("place").set_value("371602012000")
    for name in ("password", "again"):
        first.form.field(name).set_value(PASSWORD)
    first.form.save_wanted.emit()
    first.running.db.close()
    return root, first.code.text()


def test_the_office_is_made_and_its_code_shown(made: tuple[Path, str]) -> None:
    root, code = made
    assert len(code.replace("-", "")) == 32
    db, _ = office.log_in(root, "admin", PASSWORD)
    with db.reader(office.SYSTEM) as reader:
        assert office.office(reader).name == "里则街道"
    db.close()


def test_the_code_gives_a_new_password_and_the_old_one_is_gone(made: tuple[Path, str], qtbot) -> None:  # type: ignore[no-untyped-def]
    root, code = made
    dialog = Recovery(root / "keys.json")
    qtbot.addWidget(dialog)
    dialog.show()
    typed = code.lower().replace("-", " ")
    dialog.form.set_values(
        {"login": "admin", "code": typed, "password": "新的密码 5678", "again": "新的密码 5678"}
    )
    dialog.save()
    assert "新密码已设好" in dialog.done_label.text()
    office.log_in(root, "admin", "新的密码 5678")[0].close()
    with pytest.raises(Trouble) as refused:
        office.log_in(root, "admin", PASSWORD)
    assert refused.value.code == "keys.wrong"


def test_a_wrong_code_changes_nothing(made: tuple[Path, str], qtbot) -> None:  # type: ignore[no-untyped-def]
    root, _ = made
    before = (root / "keys.json").read_bytes()
    dialog = Recovery(root / "keys.json")
    qtbot.addWidget(dialog)
    dialog.show()
    wrong = keys.crypto.new_recovery_code()
    dialog.form.set_values({"login": "admin", "code": wrong, "password": "x" * 8, "again": "x" * 8})
    dialog.save()
    assert dialog.done_label.text() == ""
    assert (root / "keys.json").read_bytes() == before
