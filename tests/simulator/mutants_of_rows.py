"""Planted defects of merging, of the rows that are made, and of what an edit says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Connection

from desktop.core.db import heads, registry
from desktop.core.db.base import Merge
from desktop.features.sync import histories, merge, project, references
from tests.simulator.planting import MUTANTS, always, plant

# --- merging ----------------------------------------------------------------------------------------------------


def _only_newest(heads_: Any) -> Any:
    def newest(self: merge.History, *args: Any) -> Any:
        found = heads_(self, *args)
        return dict(sorted(found.items(), key=lambda i: i[1].rank)[-1:])

    return newest


def _by_clock(shown: Any) -> Any:
    return lambda history, number, how: max(history.heads(number, how).values(), key=lambda v: v.rank).value


def _tie_by_arrival(_: Any) -> Any:
    def of(cls: Any, row: bytes, said: Any) -> merge.History:
        found = list(said)
        history = merge.History(row, next((s for s in found if s.is_creating), None))
        for n, one in enumerate(s for s in found if not s.is_creating):
            history._take(replace(one, rank=(0, n, one.eid)))
        return history

    return classmethod(of)


def _remove_wins(tags: Any) -> Any:
    def wins(history: merge.History, number: int) -> Any:
        gone = {label for v in history.fields[number].values() if isinstance(v.value, list) and len(v.value) == 2
                and isinstance(v.value[1], list) for label in v.value[1]}  # fmt: skip
        return merge.labels(label for label in tags(history, number) or () if label not in gone)

    return wins


def _lowest_wins(_: Any) -> Any:
    return {**merge._BY_LEVEL, Merge.AUTHORITY: lambda v: (-v.level, *v.rank)}


def _highest_wins(_: Any) -> Any:
    return {**merge._BY_LEVEL, Merge.FACT: lambda v: (v.level, *v.rank)}


def _unflagged(said: Any) -> Any:
    def without(entry: Any, levels: Any) -> Any:
        found = said(entry, levels)
        return replace(found, rank=(0, -found.rank[1], found.rank[2]))

    return without


def _one_of_them(in_order: Any) -> Any:
    return lambda found: (in_order(found) or "").split("\n")[0] or None


plant("the second head is dropped", merge.History, "heads", _only_newest)
plant("last writer wins by its clock", merge, "shown", _by_clock)
plant("a tie is broken by arrival", merge.History, "of", _tie_by_arrival)
plant("a note replaces another", merge, "_in_order", _one_of_them)
plant("removing a label wins", merge, "tags", _remove_wins)
plant("deleting beats an edit", merge, "_unseen", always(set()))
plant("the lowest office says what an authority says", merge, "_BY_LEVEL", _lowest_wins)
plant("the highest office says what is a local fact", merge, "_BY_LEVEL", _highest_wins)
plant(
    "an identity is what was said last",
    merge,
    "_undisputed",
    lambda _: lambda h, n, f: max(f.values(), key=lambda v: v.rank).value,
)
plant("equal values are a conflict", merge, "agree", always(False))
plant(
    "whoever settles overrules the office above",
    merge,
    "_settled",
    lambda _: lambda version, versions: version.bases,
)
plant("the earlier of two clocks wins", histories, "_said", _unflagged)
plant("nobody's level is known", histories, "levels_of", always({}))


# --- rows -------------------------------------------------------------------------------------------------------


def _twice(mirror: Any) -> Any:
    def doubled(connection: Connection, info: Any, found: Any) -> None:
        mirror(connection, info, found)
        for made in found.values():
            if made.state["reverses"] and not made.is_blocked and info.name == "points":
                made.state["amount"] *= 2

    return doubled


@contextmanager
def _hook_gone(hook: Any) -> Iterator[None]:
    at = registry._first.index(hook)
    del registry._first[at]
    try:
        yield
    finally:
        registry._first.insert(at, hook)


plant("a reversal counts twice", project, "_mirror", _twice)
plant("what waited is never tried again", project, "_waiting", always([]))
plant("heads are not kept", project, "_write_heads", always(None))
plant("conflicts are not noted", project, "_write_conflicts", always(None))
plant("a correction that waits for a visit is not tried again", project, "_again", always([]))
plant("what is pointed at is never found", references, "_there", always(()))
plant("no row is taken for whole", project, "_is_whole", always(False))
MUTANTS["a settled question stays open"] = partial(_hook_gone, project.look_again)


# --- what an edit says ------------------------------------------------------------------------------------------


def _no_bases(named: Any) -> Any:
    return lambda self, row, field: []


plant("an edit names no bases", heads.Heads, "named", _no_bases)
plant(
    "an edit names the first base only",
    heads.Heads,
    "named",
    lambda f: lambda self, row, field: f(self, row, field)[:1],
)
plant("an edit does not move the heads", heads.Heads, "move", lambda _: lambda self, row, fields, eid: None)
plant("an edit is always on the creation", heads.Heads, "of", lambda _: lambda self, row, field: [row])


# Those that show as soon as rows are made again from their entries.
AT_ONCE = frozenset(
    {
        "the second head is dropped",
        "last writer wins by its clock",
        "a tie is broken by arrival",
        "a note replaces another",
        "removing a label wins",
        "deleting beats an edit",
        "the lowest office says what an authority says",
        "the highest office says what is a local fact",
        "an identity is what was said last",
        "equal values are a conflict",
        "the earlier of two clocks wins",
        "nobody's level is known",
        "whoever settles overrules the office above",
        "a reversal counts twice",
        "heads are not kept",
        "conflicts are not noted",
        "what is pointed at is never found",
        "no row is taken for whole",
    }
)
