"""The rows that a set of entries means, written a second time from sync.md 2.3 and from nothing else of the program.

It knows from the program only which table has which fields and how each merges. Slow and plain on purpose.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from desktop.core.db import registry
from desktop.core.db.registry import TableInfo
from tests.simulator.desk import Said

ALIVE, REVERSES = 1, 2
LEVELS = {4: 3, 6: 2, 9: 1, 12: 0}  # digits of an author's prefix: the higher number is the higher office
People = ("authority", "fact", "identity")


@dataclass(frozen=True)
class Version:
    eid: bytes
    value: Any
    bases: frozenset[bytes]
    level: int
    rank: tuple[int, int, bytes]


@dataclass
class Meant:
    """What the entries of one row mean. `choices` is what each reference ever pointed at, the best first."""

    row: bytes
    region: str
    values: dict[int, Any]
    conflicts: dict[int, frozenset[bytes]] = field(default_factory=dict)
    choices: dict[int, list[Any]] = field(default_factory=dict)
    is_whole: bool = True


def meant(info: TableInfo, row: bytes, said: Sequence[Said], prefixes: Mapping[bytes, str]) -> Meant | None:
    """One row from its entries; None while it was not created."""
    made = sorted((s for s in said if s.kind in "CLX"), key=lambda s: s.eid)
    if not made:
        return None
    first = made[0]
    if info.ledger:
        values = {no: first.body.get(no) for no in info.columns}
        return _checked(info, Meant(row, first.region, values, choices={}))
    return _checked(info, Row(info, first, [s for s in said if s.region == first.region], prefixes).meant())


def _checked(info: TableInfo, found: Meant) -> Meant:
    found.is_whole = all(c.nullable or found.values[no] is not None for no, c in info.columns.items())
    return found


class Row:
    def __init__(
        self, info: TableInfo, first: Said, said: Iterable[Said], prefixes: Mapping[bytes, str]
    ) -> None:
        self.info, self.first, self.prefixes = info, first, prefixes
        self.edits = [s for s in said if s.kind not in "CLX"]
        self.fields: dict[int, dict[bytes, Version]] = {}
        for s in self.edits:
            for no, (value, bases) in s.body.items():
                self.fields.setdefault(no, {})[s.eid] = self._version(s, value, bases)

    def _version(self, s: Said, value: Any, bases: Iterable[bytes]) -> Version:
        level = LEVELS[len(self.prefixes[s.node])]
        return Version(s.eid, value, frozenset(bases), level, (-s.flag, s.hlc, s.eid))

    def created(self, no: int) -> Version:
        value = self.first.body.get(no, True if no == ALIVE else None)
        return self._version(self.first, value, ())

    def heads(self, no: int) -> list[Version]:
        edits = self.fields.get(no, {})
        named = {base for v in edits.values() for base in self.answered(no, v)}
        newest = [v for v in edits.values() if v.eid not in named]
        return sorted(newest or edits.values(), key=lambda v: v.eid) or [self.created(no)]

    def answered(self, no: int, version: Version) -> frozenset[bytes]:
        """Who settles a question of an authority's field leaves open what an office above said in it (sync.md 2.6)."""
        if str(self.info.classes.get(no)) != "authority" or no == ALIVE:
            return version.bases
        seen = [v for v in (self.created(no), *self.fields[no].values()) if v.eid in version.bases]
        if len({(type(v.value), v.value) for v in seen}) < 2:
            return version.bases
        return version.bases - {v.eid for v in seen if v.level > version.level}

    def before(self, no: int, eid: bytes) -> frozenset[bytes]:
        """What a version of a field came after, itself and the creation included."""
        found, todo = {eid, self.first.eid}, [eid]
        while todo:
            version = self.fields.get(no, {}).get(todo.pop())
            for base in version.bases if version else ():
                if base not in found:
                    found.add(base)
                    todo.append(base)
        return frozenset(found)

    def meant(self) -> Meant:
        found = Meant(self.first.row, self.first.region, {})
        for no, how in self.info.classes.items():
            found.values[no] = self._value(no, str(how), found)
            if self.info.columns[no].foreign_keys:
                every = sorted(
                    [self.created(no), *self.fields.get(no, {}).values()], key=lambda v: v.rank, reverse=True
                )
                found.choices[no] = list(dict.fromkeys([found.values[no], *(v.value for v in every)]))
        return found

    def _value(self, no: int, how: str, found: Meant) -> Any:
        heads = self.heads(no)
        if no == ALIVE:
            return self._alive(heads, found)
        if how == "tags":
            return self._tags(no)
        if len({(type(v.value), v.value) for v in heads}) == 1:
            return heads[0].value
        if how == "note":
            return (
                "\n".join(dict.fromkeys(v.value for v in sorted(heads, key=lambda v: v.rank) if v.value))
                or None
            )
        found.conflicts[no] = frozenset(v.eid for v in heads)
        if how == "authority":
            return max(heads, key=lambda v: (v.level, v.rank)).value
        if how == "fact":
            return max(heads, key=lambda v: (-v.level, v.rank)).value
        return self._undisputed(no, heads)

    def _undisputed(self, no: int, heads: list[Version]) -> Any:
        known = {self.first.eid: self.created(no), **self.fields[no]}
        common = frozenset.intersection(*(self.before(no, v.eid) for v in heads)) & known.keys()
        nearest = [e for e in common if not any(e in self.before(no, o) for o in common if o != e)]
        return max((known[e] for e in nearest or common), key=lambda v: v.rank).value

    def _tags(self, no: int) -> list[str] | None:
        edits = self.fields.get(no, {})
        adds = [(self.first.eid, label) for label in self.first.body.get(no) or ()]
        adds += [(v.eid, label) for v in edits.values() for label in v.value[0]]
        gone = {
            (eid, label)
            for v in edits.values()
            for eid, label in adds
            if label in v.value[1] and eid != v.eid and eid in self.before(no, v.eid)
        }
        return sorted({label for eid, label in adds if (eid, label) not in gone}) or None

    def _alive(self, heads: list[Version], found: Meant) -> bool:
        if len({bool(v.value) for v in heads}) == 2:
            found.conflicts[ALIVE] = frozenset(v.eid for v in heads)
            return True
        if heads[0].value:
            return True
        unseen = self._unseen(heads)
        if unseen:
            found.conflicts[ALIVE] = frozenset(v.eid for v in heads) | unseen
        return bool(unseen)

    def _unseen(self, deletions: list[Version]) -> frozenset[bytes]:
        """The newest edits that no deletion knew of, by whichever field it knew of them."""
        bases = {s.eid: {b for _, named in s.body.values() for b in named} for s in self.edits}
        seen, todo = {self.first.eid}, [v.eid for v in deletions]
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += bases.get(at, ())
        # Whose question it is does not matter here: an edit that a later one named was followed by that one.
        of_others = {no: edits for no, edits in self.fields.items() if no != ALIVE}
        named = {no: {b for v in edits.values() for b in v.bases} for no, edits in of_others.items()}
        newest = {eid for no, edits in of_others.items() for eid in edits.keys() - named[no]}
        return frozenset(newest - seen)


@dataclass
class Shown:
    """All that a desk must show: rows by table, open questions, and the rows that wait."""

    rows: dict[int, dict[bytes, dict[int, Any]]]
    conflicts: dict[tuple[bytes, int], frozenset[bytes]]
    waiting: set[bytes]


def shown(found: Mapping[int, Mapping[bytes, Meant]], uncreated: Iterable[bytes]) -> Shown:
    """References lead to rows of the same region that are shown themselves; who finds none waits."""
    there = {no: {r: m for r, m in of.items() if m.is_whole} for no, of in found.items()}
    targets = {no: _targets(registry.by_number()[no]) for no in found}
    out: set[bytes] = {m.row for of in found.values() for m in of.values() if not m.is_whole}
    while True:
        dropped = [
            (no, row)
            for no, of in there.items()
            for row, m in of.items()
            if not all(_leads(m, f, there.get(t, {}), info_nullable(no, f)) for f, t in targets[no].items())
        ]
        if not dropped:
            break
        for no, row in dropped:
            del there[no][row]
            out.add(row)
    rows = {no: {r: _resolved(no, m, there, targets[no]) for r, m in of.items()} for no, of in there.items()}
    conflicts = {
        (m.row, f): heads for of in there.values() for m in of.values() for f, heads in m.conflicts.items()
    }
    return Shown(rows, conflicts, out | set(uncreated))


@lru_cache
def info_nullable(no: int, number: int) -> bool:
    return bool(registry.by_number()[no].columns[number].nullable)


def _targets(info: TableInfo) -> dict[int, int]:
    by_name = {i.name: i.no for i in registry.by_number().values()}
    keys = {no: by_name[k.column.table.name] for no, c in info.columns.items() for k in c.foreign_keys}
    return keys | ({REVERSES: info.no} if info.ledger else {})


def _choices(m: Meant, number: int, nullable: bool) -> list[Any]:
    if m.values[number] is None:
        return [None]
    found = m.choices.get(number, [m.values[number]])
    return [c for c in found if c is not None or nullable]


def _leads(m: Meant, number: int, there: Mapping[bytes, Meant], nullable: bool) -> bool:
    return any(
        c is None or (c in there and there[c].region == m.region) for c in _choices(m, number, nullable)
    )


def _resolved(
    no: int, m: Meant, there: Mapping[int, Mapping[bytes, Meant]], targets: Mapping[int, int]
) -> dict[int, Any]:
    values = dict(m.values)
    for number, target in targets.items():
        of = there.get(target, {})
        values[number] = next(
            c
            for c in _choices(m, number, info_nullable(no, number))
            if c is None or (c in of and of[c].region == m.region)
        )
    info = registry.by_number()[no]
    if info.ledger and values[REVERSES] is not None and info.row.__mirrored__:
        original = there[no][values[REVERSES]].values
        named = {c.name: original[n] for n, c in info.columns.items()}
        opposite = info.row.opposite(named)
        values |= {info.numbers[name]: opposite[name] for name in info.row.__mirrored__}
    return values
