"""What a workbook would change, line by line: one field of one household or person, what it is now and what it would be."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from desktop.core.code_edits import Lists
from desktop.core.jobs import Tell, silent
from desktop.features.register import fields, words
from desktop.features.register.import_plan import Change, ImportPlan
from desktop.features.register.sheet_model import Owner

_OTHER = {"group": "组", "member": "新增成员", "aliases": "表中编号", "unread": "没有读懂、照原样留下的"}
_DIFFERS = "（遮住的几位不同）"
_STEP = 5_000


class ChangeLine(NamedTuple):
    """One field of one change. Its words are made only when it is painted: a county has some hundred thousand."""

    change: Change
    name: str
    lists: Lists

    @property
    def title(self) -> str:
        field = _field(self.change.owner, self.name)
        return field.title if field else _OTHER.get(self.name, self.name)

    @property
    def before(self) -> str:
        return self._worded(self.change.before.get(self.name))

    @property
    def after(self) -> str:
        value = self.change.values[self.name]
        if self.name == "aliases":
            return "、".join(v for v in value if v not in (self.change.before["aliases"] or ()))
        said = self._worded(value)
        return said + _DIFFERS if said and said == self.before else said

    def _worded(self, value: Any) -> str:
        field = _field(self.change.owner, self.name)
        if field:
            return words.masked(field, value, self.lists)
        if self.name == "unread":  # only which fields: what stands there may be an id number
            return "、".join(_title(self.change.owner, name) for name in value or ())
        return "、".join(value) if isinstance(value, tuple | list) else str(value or "")


def lines(plan: ImportPlan) -> list[ChangeLine]:
    """All of them in the order of the file's rows."""
    changes = [*plan.household_changes, *_moves(plan), *_gains(plan), *plan.person_changes]
    changes.sort(key=lambda c: c.row)
    return [ChangeLine(change, name, plan.lists) for change in changes for name in change.values]


def chosen(found: Sequence[ChangeLine], text: str, tell: Tell = silent) -> list[ChangeLine]:
    """Those of which every word typed is in the name, the number, the field's title, or is the row."""
    typed = text.lower().split()
    if not typed:
        return list(found)
    kept = []
    for n, line in enumerate(found):
        if n % _STEP == 0:
            tell(n, len(found), "正在筛选")
        change = line.change
        if all(_fits(w, change, line) for w in typed):
            kept.append(line)
    return kept


def _fits(word: str, change: Change, line: ChangeLine) -> bool:
    return (
        word in change.name.lower()
        or word in change.number
        or word in line.title.lower()
        or word == str(change.row)
    )


def _moves(plan: ImportPlan) -> Iterator[Change]:
    for move in plan.group_moves:
        home = move.household
        head = home.head.name if home.head else ""
        said = {"group": home.group}, {"group": move.group}
        yield Change(Owner.PLACE, home.id, home.id, home.number, head, move.row, *said)


def _gains(plan: ImportPlan) -> Iterator[Change]:
    for gain in plan.new_people:
        home, name = gain.household, str(gain.person.facts.get("name", ""))
        yield Change(Owner.PLACE, home.id, home.id, home.number, name, gain.row, {}, {"member": name})


def _field(owner: Owner, name: str) -> fields.Field | None:
    known = {Owner.HOUSEHOLD: fields.HOUSEHOLD, Owner.PERSON: fields.PERSON}.get(owner, {})
    return known.get(name)


def _title(owner: Owner, name: str) -> str:
    field = _field(owner, name)
    return field.title if field else {"person_no": "人编号", "household_no": "户编号"}.get(name, name)
