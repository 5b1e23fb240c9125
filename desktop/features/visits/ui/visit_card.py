"""One visit in full, with what was written before it was corrected; and what is known of a household at the door."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.core import masking
from desktop.features.register import api as register
from desktop.features.visits.model import KIND_NAMES, Visit
from desktop.features.visits.ui.columns import one_line
from desktop.widgets.parts import GRID, column, empty_out, label, line

_TEXTS = (("走访情况", "findings"), ("群众诉求", "request"), ("解决情况", "solution"))
_RELATION = {f.name: f for f in register.PERSON_FIELDS}["relation"]
_SHOWN_VISITS, _SHOWN_FINDINGS, _SHOWN_PEOPLE = 3, 60, 8


class Pane(QScrollArea):
    """A white pane that scrolls; its content is made anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget()
        self._inside.setProperty("role", "card")
        self._inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._parts = QVBoxLayout()
        self._parts.setSpacing(4)
        self._inside.setLayout(column(self._parts, None, edge=2 * GRID))
        self.setWidget(self._inside)

    def clear(self, sentence: str = "") -> None:
        empty_out(self._parts)
        if sentence:
            self.put(label(sentence, "quiet-text", wrap=True))

    def put(self, *parts: QWidget | int) -> None:
        for part in parts:
            if isinstance(part, int):
                self._parts.addSpacing(part)
            else:
                self._parts.addWidget(part)

    def words(self) -> str:
        """All that is written in the pane."""
        items = [self._parts.itemAt(n) for n in range(self._parts.count())]
        parts = [item.widget() for item in items if item is not None]
        return "\n".join(part.text() for part in parts if isinstance(part, QLabel))


def show_versions(pane: Pane, versions: Sequence[Visit], heading: str = "") -> None:
    """The newest in full, the earlier ones struck through under it."""
    pane.clear()
    if heading:
        pane.put(label(heading, "secondary"))
    for place, visit in enumerate(versions):
        if place:
            pane.put(GRID, line(), GRID, label("更正前", "secondary"))
        _put_visit(pane, visit)


def _put_visit(pane: Pane, visit: Visit) -> None:
    said = f"{visit.day} · {KIND_NAMES[visit.kind]} · {visit.visitor}"
    pane.put(_struck(label(said, "strong", wrap=True, selectable=True), visit))
    for title, name in _TEXTS:
        text = getattr(visit, name)
        if text:
            pane.put(GRID // 2, label(title, "secondary"))
            pane.put(_struck(label(text, wrap=True, selectable=True), visit))
    if visit.why:
        pane.put(GRID // 2, label("更正原因", "secondary"), label(visit.why, wrap=True, selectable=True))


def _struck(part: QLabel, visit: Visit) -> QLabel:
    part.setTextFormat(Qt.TextFormat.PlainText)
    if not visit.stands:
        part.setProperty("role", "quiet-text")
        font = part.font()
        font.setStrikeOut(True)
        part.setFont(font)
    return part


def show_household(pane: Pane, household: register.Household, visits: Sequence[Visit]) -> None:
    """Who lives there and what was found lately: enough to see that it is the right door."""
    pane.clear()
    head = household.head
    place = " ".join(part for part in (household.village, household.group) if part)
    pane.put(label(head.name if head else "未填户主", "heading"))
    pane.put(label(f"{household.number}　{place}　{register.STATE_NAMES[household.state]}", wrap=True))
    phone = str(household.facts.get("phone") or (head.facts.get("phone", "") if head else ""))
    if phone:
        pane.put(label(f"电话 {masking.telephone(phone)}"))
    pane.put(GRID // 2, label(f"成员 {len(household.members)} 人", "secondary"))
    pane.put(label(_people(household), wrap=True))
    pane.put(GRID // 2, label("最近走访", "secondary"))
    if not visits:
        pane.put(label("还没有走访记录", "quiet-text"))
    for visit in visits[:_SHOWN_VISITS]:
        pane.put(_short(visit))


def _people(household: register.Household) -> str:
    shown = [_person(m, household.lists) for m in household.members[:_SHOWN_PEOPLE]]
    return "、".join(shown) + (" 等" if len(household.members) > _SHOWN_PEOPLE else "")


def _person(person: register.Person, lists: register.Lists) -> str:
    relation = register.shown(_RELATION, person.facts.get("relation"), lists)
    return f"{person.name}（{relation}）" if relation and relation != "户主" else person.name


def _short(visit: Visit) -> QLabel:
    said = one_line(visit.findings)
    cut = said[:_SHOWN_FINDINGS] + ("…" if len(said) > _SHOWN_FINDINGS else "")
    part = label(f"{visit.day} {KIND_NAMES[visit.kind]} {visit.visitor}：{cut}", wrap=True)
    part.setTextFormat(Qt.TextFormat.PlainText)
    return part
