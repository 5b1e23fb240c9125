"""How the entries of one row become the row (sync.md 2.3): pure functions of their set, with no database.

Whatever the order in which entries come, and whoever computes it, the same set gives the same row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core.db.base import ALIVE, Merge

LEVELS = ("village", "township", "county", "city")
# Ties: a good clock first, then later, then the larger id. Causality never comes from here.
Rank = tuple[int, int, bytes]
_PEOPLES = (Merge.AUTHORITY, Merge.FACT, Merge.IDENTITY)  # a person settles these


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of a row. `level` is its author's (a place in LEVELS). A field of a creating entry is its value, a
    field of any other the value and the versions that the editor saw. `is_copy`: it did not make the row, it brought
    a copy from where the row was before, and not everybody has seen that."""

    eid: bytes
    is_creating: bool
    rank: Rank
    level: int
    fields: Mapping[int, Any]
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One value that somebody gave a field."""

    value: Any
    bases: Sequence[bytes]
    level: int
    rank: Rank


Versions = Mapping[bytes, Version]


@dataclass(slots=True)
class History:
    """All that is known of one row: of each edited field its versions, the creating entry's among them."""

    row: bytes
    created: Said | None = None
    fields: dict[int, dict[bytes, Version]] = field(default_factory=dict)

    @classmethod
    def of(cls, row: bytes, said: Iterable[Said]) -> "History":
        found = sorted(said, key=lambda s: s.eid)
        history = cls(row, next((s for s in found if s.is_creating), None))
        for one in found:
            if not one.is_creating:
                history._take(one)
        return history

    def _take(self, one: Said) -> None:
        for number, (value, bases) in one.fields.items():
            versions = self.fields.setdefault(number, {})
            if not versions and self.created:
                versions[self.created.eid] = self.first(number)
            versions[one.eid] = Version(value, bases, one.level, one.rank)

    @property
    def _made(self) -> bytes:
        return self.created.eid if self.created else self.row

    def first(self, number: int) -> Version:
        """What the creating entry says of a field."""
        if self.created is None:
            return Version(None, (), 0, (-1, 0, b""))
        said = self.created.fields.get(number, True if number == ALIVE else None)
        return Version(said, (), self.created.level, self.created.rank)

    @property
    def roots(self) -> set[bytes]:
        """What everybody has seen who edits the row: how it was made."""
        return {self.created.eid} if self.created and not self.created.is_copy else set()

    def heads(self, number: int, how: Merge | None = None) -> dict[bytes, Version]:
        """The versions that nobody named as seen."""
        versions = self.fields.get(number) or {self._made: self.first(number)}
        later = {eid: v for eid, v in versions.items() if eid not in self.roots}
        is_ranked = how is Merge.AUTHORITY and number != ALIVE
        named = {b for v in later.values() for b in (_settled(v, versions) if is_ranked else v.bases)}
        # Versions that name each other in a circle are all shown for what they are: none came after the other.
        return {eid: v for eid, v in later.items() if eid not in named} or later or dict(versions)


def _settled(version: Version, versions: Versions) -> Sequence[bytes]:
    """Of what an edit of an authority's field saw, that which it may answer: whoever settles a question does not settle
    what an office above said in it (sync.md 2.6)."""
    seen = {b: versions[b] for b in version.bases if b in versions}
    if len(seen) < 2 or agree(seen):
        return version.bases
    return [b for b in version.bases if b not in seen or seen[b].level <= version.level]


@dataclass(frozen=True, slots=True)
class Merged:
    """A row as it is shown; the heads of what was ever edited; the heads of what a person must settle."""

    values: dict[int, Any]
    heads: dict[int, list[bytes]]
    conflicts: dict[int, list[bytes]]


def merge(history: History, classes: Mapping[int, Merge]) -> Merged:
    """Put a row together. `classes` are the fields that this program knows, each with how it merges."""
    heads = {number: history.heads(number, classes.get(number)) for number in sorted(history.fields)}
    merged = Merged({}, {n: sorted(h) for n, h in heads.items()}, {})
    for number, how in classes.items():
        if number not in heads:
            said = history.first(number).value
            merged.values[number] = labels(said) if how is Merge.TAGS else said
        elif number == ALIVE:
            merged.values[number] = _alive(history, heads[number], merged.conflicts)
        elif how is Merge.TAGS:
            merged.values[number] = tags(history, number)
        else:
            merged.values[number] = shown(history, number, how)
            if how in _PEOPLES and not agree(heads[number]):
                merged.conflicts[number] = sorted(heads[number])
    return merged


def agree(heads: Versions) -> bool:
    """Whether all say the same: two offices that typed one telephone number need nobody to decide."""
    values = [v.value for v in heads.values()]
    return all(v == values[0] and type(v) is type(values[0]) for v in values)


def shown(history: History, number: int, how: Merge) -> Any:
    """The value to show until a person settles it."""
    heads = history.heads(number, how)
    if len(heads) == 1 or agree(heads):
        return next(iter(heads.values())).value
    if how is Merge.NOTE:
        return _in_order(heads)
    if how is Merge.IDENTITY:
        return _undisputed(history, number, heads)
    return max(heads.values(), key=_BY_LEVEL[how]).value


_BY_LEVEL: Mapping[Merge, Callable[[Version], tuple[Any, ...]]] = {
    Merge.AUTHORITY: lambda v: (v.level, *v.rank),
    Merge.FACT: lambda v: (-v.level, *v.rank),
}


def _in_order(heads: Versions) -> str | None:
    """Notes: all of them, the earlier first, each once."""
    notes = [v.value for v in sorted(heads.values(), key=lambda v: v.rank) if v.value]
    return "\n".join(dict.fromkeys(notes)) or None


def _undisputed(history: History, number: int, heads: Versions) -> Any:
    """Identity: the nearest version that all heads descend from."""
    versions = history.fields[number]
    common = set.intersection(*(ancestors(history, number, eid) for eid in heads)) & versions.keys()
    nearer = {a for eid in common for a in ancestors(history, number, eid) - {eid}}
    nearest = [versions[eid] for eid in common - nearer or common]
    return max(nearest or heads.values(), key=lambda v: v.rank).value


def ancestors(history: History, number: int, eid: bytes) -> set[bytes]:
    """A version of a field and all that it came after, also those that did not arrive."""
    versions = history.fields.get(number, {})
    found = history.roots
    todo = [eid]
    while todo:
        at = todo.pop()
        if at not in found or at == eid:
            todo += [b for b in _bases(versions, at) if b not in found]
        found.add(at)
    return found


def _bases(versions: Versions, eid: bytes) -> Sequence[bytes]:
    return versions[eid].bases if eid in versions else ()


def tags(history: History, number: int) -> list[str] | None:
    """An observed-remove set: a label is gone only when a remove saw every add of it."""
    made = history.created.eid if history.created else b""
    versions = history.fields[number]
    adds: dict[str, set[bytes]] = {}
    for eid, version in versions.items():
        for label in (version.value or []) if eid == made else version.value[0]:
            adds.setdefault(label, set()).add(eid)
    for eid, version in versions.items():
        if eid != made:
            seen = ancestors(history, number, eid) - {eid}
            for label in version.value[1]:
                adds[label] = adds.get(label, set()) - seen
    return labels(label for label, by in adds.items() if by)


def labels(found: Iterable[str] | None) -> list[str] | None:
    """Labels as a column keeps them: each once, in order; none at all is nothing."""
    return sorted(set(found or ())) or None


def _alive(history: History, heads: Versions, conflicts: dict[int, list[bytes]]) -> bool:
    """A row that somebody edited, while another who did not see that took it out of use, stays in use; as it does
    when one took it out while another brought it back."""
    if len({bool(v.value) for v in heads.values()}) > 1:
        conflicts[ALIVE] = sorted(heads)
        return True
    if any(v.value for v in heads.values()):
        return True
    if unseen := _unseen(history, heads):
        conflicts[ALIVE] = sorted([*heads, *unseen])
    return bool(unseen)


def _unseen(history: History, deletions: Versions) -> set[bytes]:
    """The newest edits of other fields that none of the deletions knew."""
    bases: dict[bytes, set[bytes]] = {}
    for versions in history.fields.values():
        for eid, version in versions.items():
            bases.setdefault(eid, set()).update(version.bases)
    seen = history.roots
    todo = list(deletions)
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            todo += bases.get(at, ())
    newest = {eid for number in history.fields if number != ALIVE for eid in history.heads(number)}
    return newest - seen


def by_rank(versions: Versions) -> list[Any]:
    """All values a field was given, the one that ranks highest first: for a reference whose target is not here yet."""
    return [v.value for v in sorted(versions.values(), key=lambda v: v.rank, reverse=True)]


def ask_late(merged: Merged, history: History, classes: Mapping[int, Merge], late: Iterable[Said]) -> None:
    """Put beside what is shown what was said where the row lived before, by somebody who did not know that it had
    moved: a person decides, as of any two that did not know of each other."""
    elsewhere = History.of(history.row, late).fields
    for number, versions in elsewhere.items():
        own = history.fields.get(number, {})
        answered = {base for v in (*versions.values(), *own.values()) for base in v.bases}
        open_ = {eid: v.value for eid, v in versions.items() if eid not in answered}
        if open_ and number in classes:
            merged.heads[number] = sorted([*history.heads(number, classes[number]), *open_])
            shown_ = merged.values[number]
            if any(would_change(classes[number], shown_, value) for value in open_.values()):
                merged.conflicts[number] = merged.heads[number]


def would_change(how: Merge, shown_: Any, value: Any) -> bool:
    if how is Merge.TAGS:
        value = with_labels(shown_, value)
    if how is Merge.NOTE:
        return bool(value) and value not in (shown_ or "")
    return bool(value != shown_)


def with_labels(shown_: Any, value: Any) -> list[str] | None:
    """Labels after an edit that added some and took some away."""
    return labels((set(shown_ or ()) | set(value[0])) - set(value[1]))
