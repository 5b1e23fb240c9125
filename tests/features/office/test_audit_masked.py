"""What an auditor who is shown no number reads of it in the log: nothing, however asked."""

from dataclasses import replace
from pathlib import Path

from python_calamine import CalamineWorkbook

from desktop.core.db import history
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import audit
from desktop.features.office.model import Event
from desktop.features.register import api as register
from tests.office_maker import VILLAGE

Office = tuple[Database, Actor]
PHONE, ID_NUMBER = "13811112222", "37160219600101123X"


def noted(db: Database, actor: Actor) -> Actor:
    with db.unit(actor, f"给 {PHONE} 回电话") as unit:
        audit.note(unit, Event.PRINT, f"手册 w4827190031，范围 {VILLAGE}，问 {PHONE}", f"证件 {ID_NUMBER}")
        member = register.PersonDraft({"name": "齐见山", "relation": "R01"})
        register.add_household(unit, register.HouseholdDraft(VILLAGE, "一组", {}, (member,)))
        unit.name = f"给 {PHONE} 回电话"
    return replace(actor, is_masked=True)


def test_lines_show_stars_and_the_office_own_places(township: Office) -> None:
    db, actor = township
    masked = noted(db, actor)
    with db.reader(masked) as reader:
        (line,) = audit.lines(reader, audit.ids(reader, event="print")).values()
    assert line.about == f"手册 w4827190031，范围 {VILLAGE}，问 ***********"
    assert line.reason == "证件 ******************"
    with db.reader(actor) as reader:
        (line,) = audit.lines(reader, audit.ids(reader, event="print")).values()
    assert PHONE in line.about


def test_no_digit_is_found_out_by_searching(township: Office) -> None:
    db, actor = township
    masked = noted(db, actor)
    with db.reader(actor) as reader:
        assert audit.ids(reader, PHONE[:5])
        assert audit.ids(reader, f"手册 {ID_NUMBER}")
    with db.reader(masked) as reader:
        assert audit.ids(reader, "手册 w4827190031")
        for typed in (PHONE, PHONE[:3], PHONE[-4:], ID_NUMBER, ID_NUMBER[:8]):
            assert audit.ids(reader, typed) == []


def test_the_exported_log_and_the_history_hide_it_too(township: Office, tmp_path: Path) -> None:
    db, actor = township
    masked = noted(db, actor)
    with db.unit(masked, "导出") as unit:
        audit.export(unit, audit.ids(unit, event="print"), tmp_path / "log.xlsx")
    rows = repr(CalamineWorkbook.from_path(str(tmp_path / "log.xlsx")).get_sheet_by_index(0).to_python())
    assert "手册" in rows
    assert PHONE not in rows
    assert ID_NUMBER not in rows
    with db.reader(masked) as reader:
        assert [a.name for a in history.recent(reader)][:1] == ["给 *********** 回电话"]
        assert audit.broken(reader.connection) == 0  # the chain is proved over what was written
