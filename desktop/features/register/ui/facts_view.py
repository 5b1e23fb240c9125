"""FactsView: what is known of a household or a person, section by section, and what still has to be looked at."""

from collections.abc import Iterable, Mapping

from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.code_edits import SHIPPED, Lists
from desktop.core.problems import Problem
from desktop.features.register.fields import Field, Section
from desktop.features.register.model import Value
from desktop.features.register.words import masked, masked_text, measured
from desktop.widgets.parts import GRID, card, column, empty_out, label

_COLUMNS = 4
_LONG = 18  # characters: what is longer takes two columns


class FactsView(QScrollArea):
    """`show_facts` fills it. Telephone and id numbers are masked unless it is told otherwise."""

    def __init__(self, fields: Iterable[Field]) -> None:
        super().__init__()
        self._fields = tuple(fields)
        self._said: dict[str, str] = {}
        self._lists = SHIPPED
        self._sections = QVBoxLayout()
        self._sections.setSpacing(GRID)
        inside = QWidget()
        inside.setLayout(column(self._sections, None))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(inside)

    def show_facts(
        self,
        facts: Mapping[str, Value],
        unread: Mapping[str, str],
        lists: Lists,
        *,
        is_open: bool = False,
        problems: Iterable[Problem] = (),
    ) -> None:
        """`lists` say what codes are called; `problems` are said under their facts."""
        self._said = {p.field: f"请核对：{p.sentence}" for p in problems}
        self._lists = lists
        empty_out(self._sections)
        if unread:
            self._sections.addWidget(self._unread_card(unread, is_open))
        for section in dict.fromkeys(f.section for f in self._fields):
            fields = [f for f in self._fields if f.section is section]
            self._sections.addWidget(self._section_card(section, fields, facts, is_open))

    def _unread_card(self, unread: Mapping[str, str], is_open: bool) -> QFrame:
        fields = {f.name: f for f in self._fields}
        said = [
            f"{fields[name].title if name in fields else name}：原表写的是“{_found(fields.get(name), text, is_open)}”"
            for name, text in unread.items()
        ]
        to_do = label("请对照原件，按“修改”填上正确的值", "warning")
        made = card(label("待核对", "strong"), label("\n".join(said), wrap=True, selectable=True), to_do)
        made.setProperty("role", "band-warning")
        made.setObjectName("unread")
        return made

    def _section_card(
        self, section: Section, fields: list[Field], facts: Mapping[str, Value], is_open: bool
    ) -> QFrame:
        known = [f for f in fields if f.name in facts]
        empty = "、".join(f.title for f in fields if f.name not in facts)
        parts: list[QWidget | QGridLayout] = [label(section.value, "heading")]
        if known:
            parts.append(_grid([self._shown(f, facts[f.name], is_open) for f in known]))
        if empty:
            parts.append(label(f"未填：{empty}", "secondary", wrap=True))
        return card(*parts)

    def _shown(self, field: Field, value: Value, is_open: bool) -> tuple[str, str, str]:
        words = measured if is_open else masked
        text = words(field, value, self._lists)
        return field.title, text, self._said.get(field.name, "")


def _grid(facts: list[tuple[str, str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(3 * GRID)
    grid.setVerticalSpacing(GRID)
    at = 0
    for title, text, doubt in facts:
        width = 2 if max(len(text), len(title), len(doubt)) > _LONG else 1
        if at % _COLUMNS + width > _COLUMNS:
            at += _COLUMNS - at % _COLUMNS
        parts = [label(title, "secondary"), label(text, wrap=True, selectable=True)]
        parts += [label(doubt, "warning", wrap=True)] if doubt else []
        grid.addLayout(column(*parts, gap=2), at // _COLUMNS, at % _COLUMNS, 1, width)
        at += width
    for place in range(_COLUMNS):
        grid.setColumnStretch(place, 1)
    return grid


def _found(field: Field | None, text: str, is_open: bool) -> str:
    """What a cell said; half a number is one too."""
    return text if is_open or field is None else masked_text(field, text)
