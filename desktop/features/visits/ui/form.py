"""走访录入: one visit after another by keyboard; and a visit put right, with the first beside it."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.core.changes import Changes
from desktop.core.errors import Refused
from desktop.features.register import api as register
from desktop.features.visits import actions, store
from desktop.features.visits.model import Visit
from desktop.features.visits.ui.evening import Evening
from desktop.features.visits.ui.fields import VisitFields, first_values
from desktop.features.visits.ui.visit_card import Pane, show_household, show_versions
from desktop.widgets.desk import Desk
from desktop.widgets.draft_band import DraftBand
from desktop.widgets.parts import button, column, side_by_side
from desktop.widgets.saving import off_until_over, save
from desktop.widgets.screen import Screen

NAME = "visits.form"
_STAYS = ("day", "kind", "visitor")


class VisitForm(Screen):
    """ "visits.form". `arrive` takes household= for that one, visit= to correct it, or nothing for an evening's sheets.

    `following` are households to go on with: Ctrl+Shift+Enter saves and opens the next of them.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__("记一次走访", NAME)
        self._desk = desk
        self._first: Visit | None = None
        self._household: bytes | None = None  # the one that this form was opened for
        self._following: list[bytes] = []
        self._goes_on = False  # the correction was opened from the evening's list: back to the next sheet
        self.new, self.fix = VisitFields(desk), VisitFields(desk, correcting=True)
        self.new_draft, self.fix_draft = self._band(self.new), self._band(self.fix)
        self.pane, self.evening = Pane(), Evening(desk)
        self._lay_out()
        self._connect()

    def _band(self, fields: VisitFields) -> DraftBand:
        return DraftBand(fields, self._desk.drafts, NAME, self._desk.db.clock.now)

    def _lay_out(self) -> None:
        self.save_button = button("保存", self.save, name="save", role="primary")
        self.save_button.setToolTip("保存（Ctrl+Enter）；保存并接着下一户（Ctrl+Shift+Enter）")
        self.add_action(button("返回", self._desk.navigator.back, name="back"))
        self.add_action(self.save_button)
        self.forms, beside = QStackedWidget(), QWidget()
        split = side_by_side(self.forms, beside)
        self.body.addWidget(split, 1)
        for band, fields in ((self.new_draft, self.new), (self.fix_draft, self.fix)):
            page = QWidget()
            self.forms.addWidget(page)
            page.setLayout(column(band, fields))
        beside.setMinimumWidth(300)
        beside.setLayout(column(self.pane, self.evening))
        split.setSizes([760, 380])
        self._desk.keep.splitter(split, NAME)

    def _connect(self) -> None:
        for fields in (self.new, self.fix):
            fields.save_wanted.connect(self.save)
            fields.save_next_wanted.connect(self.save_next)
        self.new.changed.connect(self._on_field)
        self.evening.wanted.connect(self._correct_booked)
        self.new_draft.dropped.connect(lambda: self._start(self._household))
        self.fix_draft.dropped.connect(self._start_over)

    def arrive(self, **given: Any) -> None:
        self._keep_drafts()
        self._following, self._goes_on = list(given.get("following", ())), False
        if given.get("visit"):
            self._correct(given["visit"])
        else:
            self._record(given.get("household"))

    def _record(self, household_id: bytes | None) -> None:
        self._first, self._household = None, household_id
        self._dress("记一次走访", "保存", self.new)
        about = household_id.hex() if household_id else ""
        self._start(household_id)
        if self.new_draft.open(about):
            self._show_beside()
            self.new.focus_next_empty()

    def _dress(self, title: str, words: str, fields: VisitFields) -> None:
        self.title.setText(title)
        self.save_button.setText(f"{words}（Ctrl+Enter）")
        self.forms.setCurrentIndex(0 if fields is self.new else 1)
        self.evening.setVisible(fields is self.new)
        fields.load_visitors()
        self.say("")

    def _start(self, household_id: bytes | None) -> None:
        """An empty form; day, kind and visitor stay as they were."""
        kept = {name: self.new.field(name).value() for name in _STAYS}
        values = first_values(self._desk.today) | {n: v for n, v in kept.items() if v}
        self.new.set_values(values | {"household_id": household_id})
        self._show_beside()
        self._say_following()
        self.new.focus_next_empty()

    def _say_following(self) -> None:
        left = len(self._following)
        self.say(f"后面还有 {left} 户未走访，Ctrl+Shift+Enter 保存并接着下一户" if left else "")

    def _correct(self, visit_id: bytes) -> None:
        with self._desk.reader() as reader:
            found = store.visit(reader, visit_id)
            while found is not None and found.replaced_by:
                found = store.visit(reader, found.replaced_by)
        if found is None:
            self._desk.navigator.say("这条走访已被撤销，请刷新列表")
            self._record(None)
            return
        self._first, self.fix.corrected = found, found.id
        self._dress("更正走访", "保存更正", self.fix)
        self.say("更正后，原来的记录仍然保留，可以查到")
        self._start_over()
        self.fix_draft.open(found.id.hex())

    def _correct_booked(self, visit_id: bytes) -> None:
        self._keep_drafts()
        self._goes_on = True
        self._correct(visit_id)

    def _start_over(self) -> None:
        if self._first is not None:
            self.fix.fill(self._first)
            with self._desk.reader() as reader:
                show_versions(self.pane, store.versions(reader, self._first.id), "现在的记录")
            self.fix.focus_on("findings")

    @property
    def fields(self) -> VisitFields:
        return self.new if self._first is None else self.fix

    def save(self) -> None:
        if self._first is None:
            self._save_new(None)
        else:
            self._save_fix(self._first)

    def save_next(self) -> None:
        if self._first is None and self._following:
            self._save_new(self._following[0])
        else:
            self.save()

    def _save_new(self, following: bytes | None) -> None:
        if self._refused_here():
            return
        task = save(
            self._desk, self, actions.record_visit, self.new.draft(),
            said="已保存这次走访", done=lambda visit: self._saved(visit, following), refused=self._on_refused,
        )  # fmt: skip
        off_until_over(task, self.save_button)

    def _saved(self, visit: Visit, following: bytes | None) -> None:
        self.new_draft.forget(following.hex() if following else "")
        self.evening.booked(visit.id)
        self._household = following
        if following:
            self._following.remove(following)
        self._start(following)
        if following and self.new_draft.open(following.hex()):
            self._show_beside()

    def _save_fix(self, first: Visit) -> None:
        if self._refused_here():
            return
        task = save(
            self._desk, self, actions.correct_visit, first.id, self.fix.draft(), self.fix.why,
            said="已更正，原来的记录保留", done=self._fixed, refused=self._on_refused,
        )  # fmt: skip
        off_until_over(task, self.save_button)

    def _fixed(self, _visit: Visit) -> None:
        self.fix_draft.forget()
        if not self._go_on():
            self._desk.navigator.back()

    def _go_on(self) -> bool:
        """From a correction back to the evening's sheets. False when it was not opened from there."""
        goes_on, self._goes_on = self._goes_on, False
        if goes_on:
            self.fix_draft.close_draft()
            self._record(self._household)
        return goes_on

    def _refused_here(self) -> bool:
        problems = self.fields.refusals()
        if problems:
            self.fields.show_problems(problems)
        return bool(problems)

    def _on_refused(self, error: Refused) -> None:
        self.fields.show_problems(error.problems)

    def _on_field(self, name: str) -> None:
        if name == "household_id":
            self._show_beside()

    def _show_beside(self) -> None:
        household_id = self.new.field("household_id").value()
        found, visits = _known(self._desk, household_id) if household_id else (None, ())
        if found is None:
            self.pane.clear("先填户编号末几位、户主首字母或姓名，选中后这里显示这一户的成员和最近走访")
        else:
            show_household(self.pane, found, visits)

    def on_changed(self, changes: Changes, sender: object) -> None:
        if not changes.touch("visit", "household", "person"):
            return
        self.evening.refresh()
        if self._first is None:
            self._show_beside()

    def leave(self) -> bool:
        """Esc: what is half written stays as a draft."""
        if self._keep_drafts():
            self._desk.navigator.say("没写完的已留作草稿，下次打开接着写")
        return not self._go_on()

    def _keep_drafts(self) -> bool:
        is_kept = self.fields.is_changed
        self.new_draft.close_draft()
        self.fix_draft.close_draft()
        return is_kept


def _known(desk: Desk, household_id: bytes) -> tuple[register.Household | None, Sequence[Visit]]:
    with desk.reader() as reader:
        return register.household(reader, household_id), store.visits_of(reader, household_id)
