"""The small forms in which points are given, spent and put right, one line each."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.errors import Refused
from desktop.core.problems import Problem, Weight
from desktop.features.office import api as office
from desktop.features.volunteers import actions, rules
from desktop.features.volunteers.model import Booking, LedgerLine, TransferKind, VolunteerLine
from desktop.features.volunteers.ui.columns import kind_name
from desktop.widgets.date_field import DateField
from desktop.widgets.desk import Desk
from desktop.widgets.draft_band import DraftBand
from desktop.widgets.fields import NumberField, TextField
from desktop.widgets.password_field import PasswordField
from desktop.widgets.row_form import Check, RowForm
from desktop.widgets.saving import off_until_over, save

AWARD, REDEEM, REVERSAL = TransferKind.AWARD, TransferKind.REDEEM, TransferKind.REVERSAL


class BookingForms(QWidget):
    """One of three forms, or none. `booked` carries the kind to go on with for the next volunteer, or None."""

    booked = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk, sender: QWidget) -> None:
        super().__init__()
        self._desk, self._sender = desk, sender
        self._who: VolunteerLine | None = None
        self._line: LedgerLine | None = None
        self.kind: TransferKind | None = None
        # Not a stack: a problem under a field must make its own form higher, not all of them.
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.forms: dict[TransferKind, RowForm] = {}
        self.drafts: dict[TransferKind, DraftBand] = {}
        self._make(AWARD, "记上", self._check_award)
        self._make(REDEEM, "兑换", self._check_redeem)
        self._make(REVERSAL, "冲正", None)
        self._add_fields()
        self.hide()

    def _make(self, kind: TransferKind, words: str, check: Check | None) -> None:
        made = self.forms[kind] = RowForm(words, check, cancel=self.close_form)
        made.save_wanted.connect(lambda: self._save(go_on=False))
        made.save_next_wanted.connect(lambda: self._save(go_on=True))
        made.hide()
        band = DraftBand(made, self._desk.drafts, f"volunteers.{kind}", self._desk.db.clock.now)
        band.dropped.connect(lambda: self._start(kind))
        self.drafts[kind] = band
        self._box.addWidget(band)
        self._box.addWidget(made)

    def _add_fields(self) -> None:
        award, redeem, reversal = (self.forms[kind] for kind in (AWARD, REDEEM, REVERSAL))
        award.add_shared("points", "积分", NumberField(1, rules.MOST_POINTS), 2)
        award.add_shared("reason", "事由", TextField("如：清扫村道", rules.MOST_REASON), 4)
        award.add_shared("day", "日期", DateField(lambda: self._desk.today, past=True), 2)
        redeem.add_shared("points", "积分", NumberField(1, rules.MOST_POINTS), 2)
        redeem.add_shared("reason", "换什么", TextField("如：洗衣液一瓶", rules.MOST_REASON), 6)
        reversal.add_shared("reason", "为什么冲正", TextField("如：记错了人", rules.MOST_REASON), 3)
        with self._desk.reader() as reader:
            self._needs_second = bool(office.reviewers(reader))
        if self._needs_second:
            reversal.add_shared("second", "复核人用户名", TextField("另一位", 40), 1)
            reversal.add_shared("second_password", "复核人密码", PasswordField(), 1)

    def open_form(self, kind: TransferKind, who: VolunteerLine, line: LedgerLine | None = None) -> None:
        """Empty, or as it was left half filled for that volunteer (that line, when one is put right)."""
        self._keep_draft()
        self._line = line
        self._show(kind, who)
        self._start(kind)
        self.drafts[kind].open(self._about(kind, who))

    def go_on(self, kind: TransferKind, who: VolunteerLine) -> None:
        """The form as it stands, for that volunteer: to be changed, or saved once more."""
        self._show(kind, who)
        self.drafts[kind].forget(self._about(kind, who))

    def _show(self, kind: TransferKind, who: VolunteerLine) -> None:
        self._who, self.kind = who, kind
        for one, form in self.forms.items():
            form.setVisible(one is kind)
            self.drafts[one].hide()
        self.forms[kind].heading.setText(self._heading(kind, who, self._line))
        self.show()
        self.forms[kind].focus_first()

    def _start(self, kind: TransferKind) -> None:
        self.forms[kind].set_values({"day": self._desk.today})

    def _about(self, kind: TransferKind, who: VolunteerLine) -> str:
        return self._line.id.hex() if kind is REVERSAL and self._line else who.id.hex()

    def _heading(self, kind: TransferKind, who: VolunteerLine, line: LedgerLine | None) -> str:
        if kind is REVERSAL and line is not None:
            return f"冲正 {who.name} {line.day} 的{kind_name(line)} {line.points:+,} 分（{line.reason}）"
        words = "记积分" if kind is AWARD else "兑换"
        return f"给 {who.name} {words}，现有 {who.balance:,} 分"

    def close_form(self) -> None:
        if self.kind is not None:
            self._keep_draft()
            self.kind = None
            self.hide()
            self.closed.emit()

    def _keep_draft(self) -> None:
        if self.kind is None:
            return
        if self.forms[self.kind].is_changed:
            self._desk.navigator.say("没写完的已留作草稿，下次打开接着写")
        self.drafts[self.kind].close_draft()

    def _check_award(self, values: Mapping[str, Any]) -> list[Problem]:
        day = values["day"].isoformat() if values["day"] else ""
        return self._check(AWARD, values, day)

    def _check_redeem(self, values: Mapping[str, Any]) -> list[Problem]:
        return self._check(REDEEM, values, self._desk.today.isoformat())

    def _check(self, kind: TransferKind, values: Mapping[str, Any], day: str) -> list[Problem]:
        booking = Booking(kind, values["points"] or 0, values["reason"], day)
        return rules.check_booking(booking, self._desk.today, self._who.balance if self._who else 0)

    def _save(self, *, go_on: bool) -> None:
        if self.kind is None or self._who is None:
            return
        form = self.forms[self.kind]
        problems = form.typing_problems() or self._problems(form)
        if any(p.weight is Weight.REFUSAL for p in problems):
            form.show_problems(problems)
            return
        said, action, *given = self._order(self.kind, self._who, form.values())

        def refused(error: Refused) -> None:
            form.show_problems(error.problems)

        task = save(
            self._desk, self._sender, action, *given,
            said=said, done=lambda _made: self._on_done(go_on), refused=refused,
        )  # fmt: skip
        off_until_over(task, form.save_button)

    def _problems(self, form: RowForm) -> list[Problem]:
        checks = {AWARD: self._check_award, REDEEM: self._check_redeem}
        check = checks.get(self.kind) if self.kind else None
        return check(form.values()) if check else []

    def _order(self, kind: TransferKind, who: VolunteerLine, v: Mapping[str, Any]) -> tuple[Any, ...]:
        if kind is AWARD:
            said = f"已给 {who.name} 记 {v['points']:,} 分"
            return said, actions.award, who.id, v["points"], v["reason"], v["day"].isoformat()
        if kind is REDEEM:
            said = f"已从 {who.name} 的余额兑换 {v['points']:,} 分"
            return said, actions.redeem, who.id, v["points"], v["reason"]
        line_id, path = self._line.id if self._line else b"", self._desk.db.paths.keys
        second = office.Second(v["second"], v["second_password"], path) if self._needs_second else None
        return "已冲正，原来的一笔保留", actions.reverse_transfer, line_id, v["reason"], second

    def _on_done(self, go_on: bool) -> None:
        kind, self.kind = self.kind, None
        if kind is not None:
            self.drafts[kind].forget()
        self.hide()
        self.booked.emit(kind if go_on and kind is not REVERSAL else None)
