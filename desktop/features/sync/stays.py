"""Where a row lives (sync.md 2.2, 2.6): pure functions of its entries, with no database.

What a row says in a region follows from the entries of that region alone, so that an office which sees only its own
region makes of it what the office above makes. A move closes one stay and begins another with a full copy; an edit
that did not know of it stays in the log of the region that was left, and is shown as a question to who sees both.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desktop.core.db import entries
from desktop.core.db.entries import CREATING, Kind

# The numbers of what a move says beside the fields of a row. Of MI: 0 [the move, the region it came from]. Of MO:
MOVE, CLOSED, SEEN, TARGET = 0, 1, 2, 3
MOVING = frozenset({Kind.MOVE_OUT, Kind.MOVE_IN})


class Line(Protocol):
    """An entry with its region, as a query gives it."""

    eid: bytes
    kind: str
    region: str
    clock_flag: int
    body: bytes


Way = tuple[str, str]
Lines = Sequence[Any]  # of Line; a query's rows know no protocol


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a row is shown. `begun` are the entries that brought it there, the one that counts first; `edits` what was
    said there since; `late` what was said elsewhere by somebody who did not know of the move; `rivals` all that brought it
    somewhere, when moves that did not know of each other brought it to several places. Without a home it was moved out
    of sight."""

    home: str
    begun: Lines = ()
    edits: Lines = ()
    late: Lines = ()
    rivals: tuple[bytes, ...] = ()


def of(said: Lines) -> Stay:
    """Read where the row lives out of all that is known of it."""
    bodies = {e.eid: entries.unpack_body(e.body) for e in said}
    outs = [e for e in said if e.kind == Kind.MOVE_OUT]
    arrivals = _believed([e for e in said if e.kind in CREATING], outs, bodies)
    left = {(e.region, eid) for e in outs for eid in bodies[e.eid][CLOSED]}
    present = [e for e in arrivals if (e.region, e.eid) not in left]
    if not present:
        return Stay("")
    first = max(present, key=lambda e: _rank(e, bodies))
    here = [e for e in present if e.region == first.region]
    here.sort(key=lambda e: _rank(e, bodies), reverse=True)
    edits = [e for e in said if e.kind not in CREATING and e.kind != Kind.MOVE_OUT]
    closed = _closed(edits, outs, bodies)
    open_ = [e for e in edits if e.eid not in closed]
    regions = {e.region for e in present}
    before = {e.region for e in arrivals} - regions
    return Stay(
        first.region,
        here,
        [e for e in open_ if e.region == first.region],
        [e for e in open_ if e.region in before],
        tuple(sorted(e.eid for e in present)) if len(regions) > 1 else (),
    )


def reached(made: Iterable[str], ways: Collection[Way]) -> set[str]:
    """The regions that a row came to, from where it was made."""
    found = set(made)
    while more := {to for origin, to in ways if origin in found} - found:
        found |= more
    return found


def way(kind: str, region: str, body: Mapping[int, Any]) -> Way:
    """From where to where an entry moves a row."""
    return (body[MOVE][1], region) if kind == Kind.MOVE_IN else (region, body[TARGET])


def _believed(arrivals: Lines, outs: Lines, bodies: Mapping[bytes, Mapping[int, Any]]) -> Lines:
    """Without those that claim to come from where the row never was. Of one that began, or went, out of sight nobody
    here can tell."""
    made = {e.region for e in arrivals if e.kind != Kind.MOVE_IN}
    ways = {way(e.kind, e.region, bodies[e.eid]) for e in (*arrivals, *outs) if e.kind in MOVING}
    known = reached(made, ways)
    if not made or known - {e.region for e in arrivals}:
        return arrivals
    return [e for e in arrivals if e.kind != Kind.MOVE_IN or bodies[e.eid][MOVE][1] in known]


def _rank(entry: Line, bodies: Mapping[bytes, Mapping[int, Any]]) -> tuple[bool, int, bytes, bytes]:
    """Of two moves the later one, and all rows of one move alike."""
    is_moved = entry.kind == Kind.MOVE_IN
    move = bodies[entry.eid][MOVE][0] if is_moved else b""
    return is_moved, -entry.clock_flag, move, entry.eid


def _closed(edits: Lines, outs: Lines, bodies: Mapping[bytes, Mapping[int, Any]]) -> set[bytes]:
    """The edits that a move out of their region had seen, and what these came after."""
    regions = {e.eid: e.region for e in edits}
    found: set[bytes] = set()
    for out in outs:
        todo = [eid for eid in bodies[out.eid][SEEN] if regions.get(eid) == out.region]
        while todo:
            at = todo.pop()
            if at not in found:
                found.add(at)
                todo += [b for b in _bases(bodies[at]) if regions.get(b) == out.region]
    return found


def _bases(body: Mapping[int, Any]) -> Iterable[bytes]:
    return (base for _, bases in body.values() for base in bases)
