"""Which field of a form fits which kind of fact; what it gives is exactly what the register keeps."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop.core import dates, idcard, masking, money
from desktop.core.code_edits import Lists
from desktop.core.codes import CodeList
from desktop.core.problems import Problem
from desktop.features.register.fields import Field, Kind, width
from desktop.widgets.code_field import Choice, CodeField
from desktop.widgets.covered_field import CoveredField
from desktop.widgets.fields import ComboField, NotesField, NumberField, TextField

Today = Callable[[], date]
_WIDE = frozenset({"note", "address", "development_measures"})


def field_for(field: Field, today: Today, lists: Callable[[], Lists]) -> Any:
    """A new form field for that fact. `lists` are asked each time: what is offered may change while the form lives."""

    def known() -> CodeList:
        return lists()(field.codes)

    if field.name == "note":
        return NotesField(lines=2)
    if field.kind is Kind.CODE:
        return code_field(known)
    if field.kind is Kind.CODES:
        return CodesField(known)
    if field.kind in (Kind.MONEY, Kind.HUNDREDTHS):
        return AmountField(field.kind)
    if field.kind is Kind.DATE:
        return RoughDateField(today)
    simple: dict[Kind, Callable[[], Any]] = {
        Kind.YESNO: YesNoField,
        Kind.NUMBER: NumberField,
        Kind.IDNO: IdField,
    }
    if field.kind is Kind.PHONE:
        return CoveredField(masking.telephone, most=width(field))
    made = simple.get(field.kind)
    return made() if made else TextField(most=width(field))


def hint_of(field: Field) -> str:
    """What is to be known before filling it in."""
    return "原表写的人数；在册人数由成员数出，不用填" if field.name == "stated_size" else ""


def is_wide(field: Field) -> bool:
    """Whether the field takes both columns of the form."""
    return field.name in _WIDE


def title_of(field: Field) -> str:
    return f"{field.title}（{field.unit}）" if field.unit else field.title


def code_field(known: Callable[[], CodeList]) -> CodeField:
    def find(typed: str) -> list[Choice]:
        return [Choice(e.code, e.name, e.code) for e in known().search(typed)]

    return CodeField(find, lambda code: known().name(code))


class YesNoField(ComboField):
    """是, 否 or not known. One key is enough: 1 or y, 0 or n, Delete."""

    _KEYS = {
        Qt.Key.Key_1: 1, Qt.Key.Key_Y: 1, Qt.Key.Key_S: 1, Qt.Key.Key_0: 0, Qt.Key.Key_N: 0, Qt.Key.Key_F: 0,
        Qt.Key.Key_Delete: None, Qt.Key.Key_Backspace: None,
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__([(1, "是"), (0, "否")], empty="")
        self.setToolTip("按 1 或 Y 选“是”，按 0 或 N 选“否”，按 Delete 清空")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in self._KEYS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_value(self._KEYS[key])
        else:
            super().keyPressEvent(event)


class RoughDateField(TextField):
    """A date as exactly as it is known: 2019, 2019-04 or 2019-04-12. `value` is that text."""

    def __init__(self, today: Today) -> None:
        super().__init__("如 2019、201904 或 20190412", 20)
        self._today = today
        self.left.connect(self._write_out)

    def value(self) -> Any:
        plain = self.text().strip().replace("。", ".")
        if not plain:
            return ""
        if exact := dates.parse(plain):
            return exact
        day = dates.typed(plain, self._today())
        return day.isoformat() if day else ""

    def problem(self) -> Problem | None:
        if not self.text().strip() or self.value():
            return None
        return Problem("field.date", "", "这不是一个日期，请写成 2019、201904 或 20190412")

    def _write_out(self) -> None:
        if (value := self.value()) and value != self.text():
            self.set_text(value)


class AmountField(TextField):
    """Money in yuan or a measure with decimals, kept as whole hundredths. Empty is not known, which is not nought."""

    def __init__(self, kind: Kind) -> None:
        super().__init__("", 24)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        is_money = kind is Kind.MONEY
        self._parse: Callable[[object], int | None] = money.parse_fen if is_money else money.hundredths
        self._shown: Callable[[int], str] = money.yuan if is_money else money.from_hundredths
        self.left.connect(self._write_out)

    def value(self) -> Any:
        text = self.text().strip().replace("。", ".")
        return self._parse(text) if text else None

    def set_value(self, value: Any) -> None:
        self.set_text("" if value in (None, "") else self._shown(int(value)))

    def problem(self) -> Problem | None:
        if not self.text().strip() or self.value() is not None:
            return None
        return Problem("field.amount", "", "请只填数字，如 8000 或 1234.50")

    def _write_out(self) -> None:
        value = self.value()
        if value is not None and self._shown(value) != self.text():
            self.set_text(self._shown(value))


class CodesField(TextField):
    """Several codes in one line, each by code, initials or Chinese, kept joined by a space in code order."""

    def __init__(self, known: Callable[[], CodeList]) -> None:
        names = "、".join(e.name for e in known().entries[:4])
        super().__init__(f"可填几项：{names}")
        self._known = known
        self.setToolTip("用代码、首字母或汉字填写，几项之间用空格或顿号隔开")
        self.left.connect(self._write_out)

    def _parts(self) -> dict[str, str]:
        """What is typed, part by part, and the code that is meant; empty when nothing is."""
        parts = [p for p in re.split(r"[\s、,，;；/]+", self.text()) if p]
        return {part: self._code(part) for part in parts}

    def _code(self, part: str) -> str:
        known = self._known()
        exact, found = known.code(part), known.search(part)
        return exact or (found[0].code if found else "")

    def value(self) -> Any:
        return " ".join(sorted(set(self._parts().values()) - {""}))

    def set_value(self, value: Any) -> None:
        self.set_text("、".join(self._known().name(code) for code in str(value or "").split()))

    def problem(self) -> Problem | None:
        unknown = [part for part, code in self._parts().items() if not code]
        if not unknown:
            return None
        names = "、".join(e.name for e in self._known().entries)
        return Problem("field.code", "", f"没有“{unknown[0]}”这一项，可填：{names}")

    def _write_out(self) -> None:
        if self.text().strip() and self.problem() is None:
            self.set_value(self.value())


class IdField(CoveredField):
    """An id number: blanks, full-width digits and a small x are put right when the field is left."""

    def __init__(self) -> None:
        super().__init__(masking.id_number, "18 位")
        self.left.connect(self._write_out)

    def value(self) -> Any:
        return idcard.normalise(self.text().strip())

    def _write_out(self) -> None:
        if self.value() != self.text():
            self.set_text(self.value())
