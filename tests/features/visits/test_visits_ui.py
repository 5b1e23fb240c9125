"""The screens of visits by keyboard: an evening's sheets, a correction, who still waits, the household's tab."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core import pinyin
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from desktop.features.visits.ui.form import VisitForm
from desktop.features.visits.ui.missing import MissingScreen
from desktop.features.visits.ui.screen import VisitsScreen
from desktop.features.visits.ui.tab import VisitsTab
from desktop.shell.app import make_app
from desktop.widgets.desk import Desk
from tests.desk_maker import Asked, make_desk
from tests.office_maker import VILLAGE, add_household

Key, Mod = Qt.Key, Qt.KeyboardModifier


class Clerk:
    """Three households, one of them visited; opens screens and presses keys in them."""

    def __init__(self, bot: QtBot, db: Database, actor: Actor, folder: Path) -> None:
        self.bot, self.db, self.actor = bot, db, actor
        self.desk: Desk = make_desk(db, actor, folder)
        self.asked: Asked = self.desk.navigator  # type: ignore[assignment]
        self.zhang, self.li, self.wu = (add_household(db, actor, n) for n in ("张秀兰", "李长顺", "吴桂香"))
        self.first = self.records(self.zhang, "屋顶东角漏雨，已经拍了照片")

    def records(self, household: bytes, findings: str, day: str = "2027-03-01") -> bytes:
        with self.db.unit(self.actor, "记走访") as unit:
            return visits.record_visit(unit, visits.VisitDraft(household, day, "home", "李伟", findings)).id

    def opens(self, made: Any, **given: Any) -> Any:
        self.bot.addWidget(made)
        made.resize(1180, 700)
        with self.bot.waitActive(made):  # keys and focus need a window that is really there
            made.show()
            made.activateWindow()
        if hasattr(made, "arrive"):
            self.desk.runner.changed.connect(made.on_changed)
            made.arrive(**given)
        return made

    def presses(self, where: QWidget, key: Key, *mods: Mod) -> None:
        chord = Mod.NoModifier
        for one in mods:
            chord |= one
        self.bot.keyClick(where, key, chord)

    def visit(self, visit_id: bytes) -> visits.Visit:
        with self.desk.reader() as reader:
            found = visits.visit(reader, visit_id)
        assert found is not None
        return found

    def of(self, household: bytes) -> list[visits.Visit]:
        with self.desk.reader() as reader:
            return visits.visits_of(reader, household)


@pytest.fixture
def clerk(qtbot: QtBot, township: tuple[Database, Actor], tmp_path: Path) -> Iterator[Clerk]:
    make_app()
    made = Clerk(qtbot, *township, tmp_path)
    yield made
    made.desk.runner.close()


def test_an_evening_of_sheets_by_keyboard(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk))
    fields = form.new
    assert fields.field("visitor").hasFocus(), "the first field that is empty"
    clerk.bot.keyClicks(fields.field("visitor"), "lw")
    clerk.presses(fields.field("visitor"), Key.Key_Return)
    fields.focus_on("day")
    fields.day.clear()
    clerk.bot.keyClicks(fields.day, "3.12")
    fields.focus_on("household_id")
    clerk.bot.keyClicks(fields.household, "lcs")
    clerk.presses(fields.household, Key.Key_Return)
    assert fields.field("findings").hasFocus(), "Enter goes from the household to what was found"
    assert "李长顺" in form.pane.words()
    fields.field("findings").insertPlainText("粮食已经卖了，家里平安")
    clerk.presses(fields.field("findings"), Key.Key_Return, Mod.ControlModifier)

    saved = clerk.of(clerk.li)[0]
    assert (saved.day, saved.visitor, saved.kind) == ("2027-03-12", "李伟", visits.VisitKind.HOME)
    assert fields.household.hasFocus()
    kept = fields.values()
    assert (kept["household_id"], kept["findings"]) == ("", "")
    assert (kept["day"].isoformat(), kept["visitor"]) == ("2027-03-12", "李伟")
    assert "1 条" in form.evening.count.text()


def test_undo_takes_the_visit_back_and_off_the_count(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk), household=clerk.wu)
    form.new.field("visitor").set_value("王芳")
    form.new.field("findings").set_text("身体平稳，按时吃药")
    form.save()
    assert clerk.of(clerk.wu)
    assert clerk.asked.undo is not None
    clerk.asked.undo()
    assert not clerk.of(clerk.wu)
    assert "0 条" in form.evening.count.text()


def test_refusals_stand_under_their_fields_and_nothing_is_saved(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk))
    form.new.day.setText("4.20")
    assert form.new.values()["day"] == date(2026, 4, 20), "the clock stands on 14 March 2027"
    clerk.presses(form.new.household, Key.Key_Return, Mod.ControlModifier)
    cells = form.new._cells
    assert "请填写走访人" in cells["visitor"].note.text()
    assert cells["household_id"].note.isVisible()
    assert cells["findings"].note.isVisible()
    assert form.new.field("visitor").hasFocus()
    assert not clerk.asked.said


def test_letters_that_mean_somebody_are_no_new_name(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk))
    find = form.new.visitor.matching
    assert [c.code for c in find("lw")] == ["李伟"]
    assert [c.code for c in find("李")] == ["李伟", "李"]
    assert [c.code for c in find("赵国强")] == ["赵国强"]


def test_letters_that_mean_nobody_are_asked_about_and_not_saved(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk), household=clerk.wu)
    form.new.field("findings").insertPlainText("身体平稳，按时吃药")
    for typed in ("zgq", "ｚｇｑ"):
        form.new.visitor.clear()
        form.new.visitor.insert(typed)
        form.save()
        note = form.new._cells["visitor"].note.text()
        assert note == f"没有首字母是“{typed}”的走访人；新的走访人请写汉字姓名"
    assert not clerk.of(clerk.wu)


def test_the_offices_users_are_visitors_too(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk), household=clerk.wu)
    visitor = form.new.visitor
    clerk.bot.keyClicks(visitor, pinyin.initials(clerk.actor.name).split()[0])
    clerk.presses(visitor, Key.Key_Return)
    assert visitor.value() == clerk.actor.name


def test_of_several_with_the_same_initials_one_is_chosen(clerk: Clerk) -> None:
    draft = visits.VisitDraft(clerk.li, "2027-03-02", "home", "刘文", "家里平安，没有困难")
    with clerk.db.unit(clerk.actor, "记走访") as unit:
        visits.record_visit(unit, draft)
    form = clerk.opens(VisitForm(clerk.desk), household=clerk.wu)
    clerk.bot.keyClicks(form.new.visitor, "lw")
    clerk.presses(form.new.visitor, Key.Key_Tab)
    assert form.new.visitor.problem().sentence == "“lw”对得上几个人，请从列表中选一位"
    form.new.visitor.setFocus()
    clerk.presses(form.new.visitor, Key.Key_Down)
    clerk.presses(form.new.visitor, Key.Key_Down)
    clerk.presses(form.new.visitor, Key.Key_Return)
    assert form.new.visitor.value() in ("李伟", "刘文")


def test_what_was_half_written_comes_back(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk))
    form.new.household.set_value(clerk.wu)
    form.new.field("findings").insertPlainText("写到一半")
    assert form.leave()
    again = clerk.opens(VisitForm(clerk.desk))
    assert again.new_draft.isVisible()
    assert again.new.values()["household_id"] == clerk.wu
    assert again.new.values()["findings"] == "写到一半"
    again.new_draft.drop_button.click()
    assert not again.new.values()["findings"]
    assert not clerk.desk.drafts.list()


def test_saving_removes_the_draft(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk), household=clerk.wu)
    form.new.field("visitor").set_value("王芳")
    form.new.field("findings").insertPlainText("身体平稳，按时吃药")
    form.new._emit_draft()
    assert [d.about for d in clerk.desk.drafts.list()] == [clerk.wu.hex()]
    form.save()
    assert not clerk.desk.drafts.list()


def test_a_correction_shows_the_first_and_asks_why(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk), visit=clerk.first)
    assert "屋顶东角漏雨" in form.pane.words()
    form.fix.field("findings").set_text("屋顶西角漏雨，已经拍了照片")
    form.save()
    assert "请写明更正原因" in form.fix._cells["why"].note.text()
    form.fix.field("why").set_text("方向写反了")
    form.save()
    standing = clerk.of(clerk.zhang)
    assert [v.findings for v in standing] == ["屋顶西角漏雨，已经拍了照片"]
    assert standing[0].replaces == clerk.first
    assert clerk.asked.gone[-1][0] == "back"


def test_a_slip_is_put_right_between_two_sheets(clerk: Clerk) -> None:
    form = clerk.opens(VisitForm(clerk.desk), household=clerk.wu)
    form.new.field("visitor").set_value("王芳")
    form.new.field("findings").set_text("身体平稳，按时吃药")
    form.save()
    form.new.household.set_value(clerk.li)
    form.evening.table.select_row(0)
    clerk.presses(form.evening.table.view, Key.Key_Return)
    form.fix.field("findings").set_text("身体平稳，按时吃药，血压正常")
    form.fix.field("why").set_text("漏写血压")
    form.save()
    assert form.new.isVisible(), "the next sheet, not the page before"
    assert form.new.values()["household_id"] == clerk.li
    assert "1 条" in form.evening.count.text()
    assert form.evening.table.model.line(0).findings.endswith("血压正常")


def test_an_old_version_opens_the_one_that_stands(clerk: Clerk) -> None:
    with clerk.db.unit(clerk.actor, "更正") as unit:
        draft = visits.draft_of(clerk.visit(clerk.first))
        newer = visits.correct_visit(unit, clerk.first, draft.__class__(*_changed(draft)), "日期记错了")
    form = clerk.opens(VisitForm(clerk.desk), visit=clerk.first)
    assert form.fix.corrected == newer.id


def _changed(draft: visits.VisitDraft) -> tuple[Any, ...]:
    return draft.household_id, "2027-03-02", draft.kind, draft.visitor, draft.findings


def test_the_list_filters_opens_and_hears(clerk: Clerk) -> None:
    screen = clerk.opens(VisitsScreen(clerk.desk))
    assert screen.table.line.head == "张秀兰"
    assert "筛选出 1 条" in screen.table.footer.text()
    clerk.records(clerk.wu, "说话间看到水管冻裂")
    other = clerk.opens(VisitForm(clerk.desk), household=clerk.li)
    other.new.field("visitor").set_value("王芳")
    other.new.field("findings").set_text("孩子开学，学费已经减免")
    other.save()
    assert len(screen.table.model.keys) == 3, "another screen wrote"
    screen.visitor.set_value("王芳")
    assert [screen.table.model.line(n).head for n in range(len(screen.table.model.keys))] == ["李长顺"]
    screen.visitor.set_value("")
    screen.filter.set_text("水管")
    screen.filter._go_down()
    assert screen.table.line.head == "吴桂香"
    clerk.presses(screen.table.view, Key.Key_Return)
    assert clerk.asked.gone[-1] == ("visits.form", {"visit": screen.table.key})
    screen.filter.set_text("没有这样的字")
    screen.filter._go_down()
    assert screen.table.empty.isVisible()


def test_an_office_without_visits_is_told_what_comes_next(
    qtbot: QtBot, township: tuple[Database, Actor], tmp_path: Path
) -> None:
    make_app()
    db, actor = township
    desk = make_desk(db, actor, tmp_path)
    screen = VisitsScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    desk.runner.changed.connect(screen.on_changed)
    screen.arrive()
    empty = screen.table.empty
    assert (empty.sentence.text(), empty.button.text()) == ("还没有走访记录", "导入名单")
    empty.button.click()
    assert desk.navigator.gone[-1] == ("register.import", {})  # type: ignore[attr-defined]
    member = register.PersonDraft({"name": "张秀兰", "relation": "R01"})
    draft = register.HouseholdDraft(VILLAGE, "", {}, (member,))
    desk.runner.act(None, register.add_household, draft)
    assert empty.button.text() == "记一次走访", "this quarter is no condition while there is no visit at all"
    with desk.reader() as reader:
        home = register.household_ids(reader)[0]
    old = visits.VisitDraft(home, "2025-03-02", "home", "刘文", "家里平安，没有困难")
    desk.runner.act(None, visits.record_visit, old)
    assert empty.button.text() == "看全部"
    desk.runner.close()


def test_the_list_of_one_household(clerk: Clerk) -> None:
    clerk.records(clerk.wu, "说话间看到水管冻裂", "2025-03-01")
    screen = clerk.opens(VisitsScreen(clerk.desk), household=clerk.wu)
    assert [screen.table.model.line(0).head, len(screen.table.model.keys)] == ["吴桂香", 1]
    screen.record()
    assert clerk.asked.gone[-1] == ("visits.form", {"household": clerk.wu})


def test_who_was_not_visited_and_on_to_the_next(clerk: Clerk) -> None:
    missing = clerk.opens(MissingScreen(clerk.desk), year="2027", quarter="1", region="")
    waiting = list(missing.table.model.keys)
    assert set(waiting) == {clerk.li, clerk.wu}
    assert missing.villages.model.line(0).missing == 2
    assert "2 户 2 人" in missing.table.footer.text()
    missing.table.select_row(0)
    clerk.presses(missing.table.view, Key.Key_Return)
    name, given = clerk.asked.gone[-1]
    assert (name, given) == ("visits.form", {"household": waiting[0], "following": waiting[1:]})

    form = clerk.opens(VisitForm(clerk.desk), **given)
    form.new.field("visitor").set_value("王芳")
    form.new.field("findings").set_text("身体平稳，按时吃药，家里平安")
    clerk.presses(form.new.field("findings"), Key.Key_Return, Mod.ControlModifier, Mod.ShiftModifier)
    assert form.new.values()["household_id"] == waiting[1]
    assert list(missing.table.model.keys) == waiting[1:]


def test_a_call_is_not_a_visit_of_the_quarter(clerk: Clerk) -> None:
    with clerk.db.unit(clerk.actor, "记走访") as unit:
        draft = visits.VisitDraft(clerk.wu, "2027-03-02", "phone", "李伟", "电话里说一切都好")
        visits.record_visit(unit, draft)
    clerk.records(clerk.wu, "秋收的时候去看过一次", "2026-10-08")
    missing = clerk.opens(MissingScreen(clerk.desk))
    line = missing.table.model.line(list(missing.table.model.keys).index(clerk.wu))
    assert (line.last, line.contact) == ("2026-10-08", "2027-03-02 电话"), "each is told as what it was"
    with clerk.desk.reader() as reader:
        assert visits.last_days(reader, [clerk.wu]) == {clerk.wu: "2026-10-08"}
    tab = clerk.opens(VisitsTab(clerk.desk))
    tab.show_household(clerk.wu)
    assert tab.summary.text().endswith("2027-03-02（电话）")


def test_a_call_before_the_last_visit_is_not_told(clerk: Clerk) -> None:
    with clerk.db.unit(clerk.actor, "记走访") as unit:
        draft = visits.VisitDraft(clerk.wu, "2026-09-02", "phone", "李伟", "电话里说一切都好")
        visits.record_visit(unit, draft)
    clerk.records(clerk.wu, "秋收的时候去看过一次", "2026-10-08")
    missing = clerk.opens(MissingScreen(clerk.desk))
    line = missing.table.model.line(list(missing.table.model.keys).index(clerk.wu))
    assert (line.last, line.contact) == ("2026-10-08", "")


def test_the_tab_strikes_through_what_was_corrected(clerk: Clerk) -> None:
    tab = clerk.opens(VisitsTab(clerk.desk))
    tab.show_household(clerk.zhang)
    assert not tab.table.model.line(0).replaces
    with clerk.db.unit(clerk.actor, "更正") as unit:
        draft = visits.draft_of(clerk.visit(clerk.first))
        visits.correct_visit(unit, clerk.first, draft.__class__(*_changed(draft)), "日期记错了")
    tab.show_household(clerk.zhang)
    stands = [tab.table.model.line(n).stands for n in range(2)]
    assert stands == [True, False]
    assert "日期记错了" in tab.card.words()
    assert "2027-03-01" in tab.card.words(), "the first can still be read"
    tab.record_button.click()
    assert clerk.asked.gone[-1] == ("visits.form", {"household": clerk.zhang})


def test_an_empty_tab_offers_to_record(clerk: Clerk) -> None:
    tab = clerk.opens(VisitsTab(clerk.desk))
    tab.show_household(clerk.li)
    tab.table.empty.button.click()
    assert clerk.asked.gone[-1] == ("visits.form", {"household": clerk.li})
