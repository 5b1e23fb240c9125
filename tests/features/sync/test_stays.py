"""Where a row lives, out of its entries in any order."""

import itertools
from dataclasses import dataclass
from typing import Any

from desktop.core.db import entries
from desktop.features.sync import stays
from desktop.features.sync.stays import Stay

HERE, THERE, FAR = "371602012600", "371602012601", "371602013600"
ROW = b"row"


@dataclass(frozen=True)
class Line:
    eid: bytes
    kind: str
    region: str
    body: bytes
    clock_flag: int = 0


def line(name: str, kind: str, region: str, body: dict[int, Any], flag: int = 0) -> Line:
    return Line(name.encode(), kind, region, entries.pack(body), flag)


def made(region: str = HERE) -> Line:
    return line("row", "C", region, {2: "x"})


def edit(name: str, region: str, *bases: str) -> Line:
    return line(name, "S", region, {2: ["y", [b.encode() for b in bases]]})


def out(name: str, region: str, to: str, closed: str, *seen: str, move: str = "m1") -> Line:
    body = {0: move.encode(), 1: [closed.encode()], 2: [s.encode() for s in seen], 3: to}
    return line(name, "MO", region, body)


def into(name: str, region: str, origin: str, move: str = "m1", flag: int = 0) -> Line:
    return line(name, "MI", region, {0: [move.encode(), origin], 2: "x"}, flag)


def stay(*lines: Line) -> Stay:
    """The same whatever the order."""
    found = [_plain(stays.of(order)) for order in itertools.permutations(lines)]
    assert all(f == found[0] for f in found)
    return stays.of(lines)


def _plain(found: Stay) -> Any:
    return found.home, names(found.begun), set(names(found.edits)), set(names(found.late)), found.rivals


def names(lines: Any) -> list[str]:
    return [e.eid.decode() for e in lines]


def test_a_row_lives_where_it_was_made() -> None:
    found = stay(made(), edit("a", HERE, "row"))
    assert (found.home, names(found.begun), names(found.edits), found.late) == (HERE, ["row"], ["a"], [])


def test_a_move_takes_it_along() -> None:
    found = stay(made(), edit("a", HERE, "row"), out("o", HERE, THERE, "row", "a"), into("i", THERE, HERE))
    assert (found.home, names(found.begun), found.edits, found.late) == (THERE, ["i"], [], [])


def test_seen_from_the_old_place_it_is_gone_and_from_the_new_one_it_was_always_there() -> None:
    assert stay(made(), out("o", HERE, FAR, "row")).home == ""
    assert stay(into("i", FAR, HERE), edit("b", FAR, "i")).home == FAR
    assert stay(out("o", HERE, FAR, "row")).home == ""


def test_what_the_move_did_not_see_is_late() -> None:
    unseen = edit("b", HERE, "row")
    found = stay(
        made(), edit("a", HERE, "row"), unseen, out("o", HERE, THERE, "row", "a"), into("i", THERE, HERE)
    )
    assert names(found.late) == ["b"]


def test_what_the_move_saw_includes_what_that_came_after() -> None:
    lines = (made(), edit("a", HERE, "row"), edit("b", HERE, "a"), out("o", HERE, THERE, "row", "b"))
    assert stay(*lines, into("i", THERE, HERE)).late == []


def test_back_again() -> None:
    lines = (
        made(), out("o", HERE, THERE, "row"), into("i", THERE, HERE),
        out("p", THERE, HERE, "i", move="m2"), into("j", HERE, THERE, "m2"), edit("late", HERE, "row"),
    )  # fmt: skip
    found = stay(*lines)
    assert (found.home, names(found.begun), names(found.edits)) == (HERE, ["j"], ["late"])


def test_two_moves_at_once_the_later_is_shown_and_both_are_known() -> None:
    lines = (
        made(), out("o", HERE, THERE, "row"), into("i", THERE, HERE),
        out("p", HERE, FAR, "row", move="m2"), into("j", FAR, HERE, "m2"),
    )  # fmt: skip
    found = stay(*lines)
    assert (found.home, found.rivals) == (FAR, (b"i", b"j"))
    settled = out("q", FAR, THERE, "j", move="m3")
    assert (stays.of((*lines, settled)).home, stays.of((*lines, settled)).rivals) == (THERE, ())


def test_a_clock_known_to_be_wrong_loses_also_here() -> None:
    found = stay(made(), out("o", HERE, THERE, "row"), into("i", THERE, HERE), into("j", FAR, HERE, "m2", 1))
    assert found.home == THERE


def test_a_move_from_where_the_row_never_was_counts_nothing() -> None:
    found = stay(made(), into("i", FAR, THERE))
    assert (found.home, found.rivals) == (HERE, ())
    assert stay(made(), out("o", HERE, THERE, "row"), into("i", FAR, THERE)).home == FAR


def test_moves_that_vouch_for_each_other_count_nothing() -> None:
    lines = (made(), into("i", FAR, THERE), into("j", THERE, FAR), out("o", THERE, FAR, "j"))
    assert (stay(*lines).home, stay(*lines).rivals) == (HERE, ())


def test_back_from_where_nobody_here_can_see() -> None:
    """It went from village to village over there: that it comes back from the second one is believed."""
    lines = (made(), out("o", HERE, FAR, "row"), into("i", THERE, "371602013601", "m2"))
    assert stay(*lines).home == THERE
