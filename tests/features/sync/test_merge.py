"""The rules of merging, on their own: no database, no office."""

import itertools
from collections.abc import Iterable
from typing import Any

import pytest

from desktop.core.db.base import ALIVE, Merge
from desktop.features.sync.merge import LEVELS, History, Merged, Said, ask_late, merge

A, F, I, T, N = 2, 3, 4, 5, 6  # noqa: E741  (sync.md names the classes so)
CLASSES = {
    ALIVE: Merge.AUTHORITY,
    A: Merge.AUTHORITY,
    F: Merge.FACT,
    I: Merge.IDENTITY,
    T: Merge.TAGS,
    N: Merge.NOTE,
}
ROW = b"row"


def created(**more: Any) -> Said:
    return Said(ROW, True, (0, 1, ROW), 1, {A: "old", F: "old", I: "old", T: ["old"], N: "old"} | more)


def said(
    name: str,
    field: int,
    value: Any,
    *bases: str,
    at: int = 2,
    level: str = "township",
    is_wrong: bool = False,
) -> Said:
    eid = name.encode()
    seen = [b.encode() for b in bases] or [ROW]
    return Said(eid, False, (-int(is_wrong), at, eid), LEVELS.index(level), {field: (value, seen)})


def merged(*found: Said, row: Said | None = None) -> Merged:
    """The same whatever the order."""
    whole = [row or created(), *found]
    results = [merge(History.of(ROW, order), CLASSES) for order in itertools.permutations(whole)]
    assert all(r == results[0] for r in results)
    return results[0]


def shown(field: int, found: Iterable[Said]) -> Any:
    return merged(*found).values[field]


def test_a_row_that_was_only_created() -> None:
    found = merged()
    assert found.values == {ALIVE: True, A: "old", F: "old", I: "old", T: ["old"], N: "old"}
    assert (found.heads, found.conflicts) == ({}, {})


@pytest.mark.parametrize("field", [A, F, I, N])
def test_an_informed_edit_is_no_conflict(field: int) -> None:
    found = merged(said("x", field, "first", at=99), said("y", field, "second", "x", at=1))
    assert (found.values[field], found.conflicts) == ("second", {})
    assert found.heads[field] == [b"y"]


def test_authority_shows_the_highest_level() -> None:
    edits = [said("x", A, "county", level="county", at=2), said("y", A, "village", level="village", at=9)]
    assert shown(A, edits) == "county"
    assert merged(*edits).conflicts == {A: [b"x", b"y"]}


def test_a_fact_shows_who_is_nearest() -> None:
    edits = [said("x", F, "county", level="county", at=9), said("y", F, "village", level="village", at=2)]
    assert shown(F, edits) == "village"
    assert merged(*edits).conflicts == {F: [b"x", b"y"]}


def test_identity_shows_what_was_undisputed() -> None:
    known = said("w", I, "agreed")
    edits = [known, said("x", I, "one", "w"), said("y", I, "other", "w", level="county")]
    assert shown(I, edits) == "agreed"
    assert merged(*edits).conflicts == {I: [b"x", b"y"]}
    assert shown(I, [said("x", I, "one"), said("y", I, "other")]) == "old"


def test_the_nearest_undisputed_counts_and_not_the_one_with_the_latest_clock() -> None:
    edits = [
        said("v", I, "far", at=99),
        said("w", I, "near", "v", at=5),
        said("x", I, "one", "w"),
        said("y", I, "other", "w"),
    ]
    assert shown(I, edits) == "near"


def test_notes_are_both_shown_and_nobody_is_asked() -> None:
    found = merged(said("x", N, "later", at=9), said("y", N, "earlier", at=2), said("z", N, "later", at=10))
    assert (found.values[N], found.conflicts) == ("earlier\nlater", {})
    assert merged(said("x", N, None), said("y", N, "text")).values[N] == "text"


def test_ties_go_to_a_good_clock_then_to_the_later() -> None:
    assert shown(F, [said("x", F, "late", at=9), said("y", F, "early", at=2)]) == "late"
    assert shown(F, [said("x", F, "wrong", at=9, is_wrong=True), said("y", F, "good", at=2)]) == "good"


def test_two_who_say_the_same_do_not_disagree() -> None:
    found = merged(said("x", I, "same"), said("y", I, "same", at=9))
    assert (found.values[I], found.conflicts) == ("same", {})
    assert found.heads[I] == [b"x", b"y"]


def test_one_and_true_are_not_the_same() -> None:
    assert merged(said("x", F, 1), said("y", F, True)).conflicts


def test_three_heads_are_one_conflict_with_all_of_them() -> None:
    edits = [said(name, F, name) for name in "xyz"]
    assert merged(*edits).conflicts == {F: [b"x", b"y", b"z"]}
    settled = said("s", F, "it", "x", "y", "z")
    assert merged(*edits, settled).conflicts == {}
    # a settlement merges as any edit does: one who did not see it disagrees with it
    late = said("t", F, "late", "x")
    assert merged(*edits, settled, late).conflicts == {F: [b"s", b"t"]}


def test_an_add_beats_a_remove_that_did_not_see_it() -> None:
    remover = said("x", T, [[], ["old"]])
    adder = said("y", T, [["old", "new"], []])
    assert shown(T, [remover, adder]) == ["new", "old"]
    assert shown(T, [adder, said("z", T, [[], ["old", "new"]], "y")]) is None


def test_an_edit_beats_a_deletion_that_did_not_see_it() -> None:
    edit, deletion = said("x", F, "new"), said("y", ALIVE, False)
    found = merged(edit, deletion)
    assert (found.values[ALIVE], found.values[F]) == (True, "new")
    assert found.conflicts == {ALIVE: [b"x", b"y"]}


def test_a_deletion_that_saw_the_edit_stands() -> None:
    edit, deletion = said("x", F, "new"), said("y", ALIVE, False, "row", "x")
    assert merged(edit, deletion).values[ALIVE] is False
    assert merged(edit, deletion).conflicts == {}


def test_what_a_deletion_saw_reaches_back() -> None:
    edits = [said("x", F, "new"), said("w", F, "newer", "x"), said("y", ALIVE, False, "row", "w")]
    assert merged(*edits).values[ALIVE] is False


def test_two_deletions_together_saw_every_edit() -> None:
    edits = [said("x", F, "1"), said("w", A, "2")]
    both = [said("y", ALIVE, False, "row", "x"), said("z", ALIVE, False, "row", "w")]
    assert merged(*edits, *both).values[ALIVE] is False
    assert merged(*edits, both[0]).values[ALIVE] is True


def test_an_edit_by_one_who_knew_of_the_deletion_does_not_bring_the_row_back() -> None:
    deletion = said("y", ALIVE, False)
    knowing = Said(b"z", False, (0, 9, b"z"), 1, {F: ("new", [ROW]), ALIVE: (False, [b"y", ROW])})
    found = merged(deletion, knowing)
    assert (found.values[ALIVE], found.values[F], found.conflicts) == (False, "new", {})


def test_deleted_and_brought_back() -> None:
    deletion, back = said("x", ALIVE, False), said("y", ALIVE, True, "x")
    assert merged(deletion, back).values[ALIVE] is True
    assert merged(deletion, back).conflicts == {}
    again = said("z", ALIVE, False, "x")
    assert merged(deletion, back, again).conflicts == {ALIVE: [b"y", b"z"]}


def test_a_gap_makes_nobody_disagree_with_how_the_row_was_made() -> None:
    """The version between did not arrive yet: whoever edits has seen the row at least."""
    assert merged(said("z", F, "new", "missing")).conflicts == {}
    assert shown(F, [said("z", F, "new", "missing")]) == "new"


def test_versions_that_name_each_other_in_a_circle_are_all_shown() -> None:
    circle = [said("x", F, "1", "y"), said("y", F, "2", "x")]
    assert merged(*circle).conflicts == {F: [b"x", b"y"]}


def test_edits_before_the_row_itself() -> None:
    history = History.of(ROW, [said("x", F, "new")])
    assert history.created is None
    assert merge(history, CLASSES).values[F] == "new"


def test_who_is_lower_does_not_settle_what_an_authority_said() -> None:
    """Whichever screen he did it on: the question stays, and what the office above said stands meanwhile."""
    county = said("c", A, "county", level="county")
    found = merged(county, said("t", A, "town"), said("s", A, "settled", "c", "t", level="township", at=9))
    assert (found.values[A], found.conflicts) == ("county", {A: [b"c", b"s"]})


@pytest.mark.parametrize("level", ["county", "city"])
def test_who_is_as_high_settles_it(level: str) -> None:
    county = said("c", A, "county", level="county")
    found = merged(county, said("t", A, "town"), said("s", A, "settled", "c", "t", level=level, at=9))
    assert (found.values[A], found.conflicts) == ("settled", {})


def test_who_is_lower_goes_on_from_what_an_authority_said() -> None:
    """Where nobody disagrees there is nothing to settle: also where two said the same."""
    county = said("c", A, "county", level="county")
    assert merged(county, said("t", A, "next", "c")).values[A] == "next"
    same = said("t", A, "county")
    assert merged(county, same, said("s", A, "next", "c", "t")).values[A] == "next"


@pytest.mark.parametrize("field", [F, I, N])
def test_of_other_fields_everybody_settles(field: int) -> None:
    county = said("c", field, "county", level="county")
    found = merged(county, said("t", field, "town"), said("s", field, "settled", "c", "t"))
    assert (found.values[field], found.conflicts) == ("settled", {})


def copied(name: str, value: str = "copy") -> Said:
    eid = name.encode()
    return Said(eid, True, (0, 5, eid), 1, {A: value, F: value, I: value, T: [value], N: value}, is_copy=True)


def test_an_edit_that_did_not_see_the_copy_is_a_question() -> None:
    """The row came back to where it was edited before: not everybody who edits it has seen the copy."""
    found = merged(said("x", F, "unseen"), row=copied("m"))
    assert found.conflicts == {F: [b"m", b"x"]}
    assert merged(said("x", F, "seen", "m"), row=copied("m")).conflicts == {}
    assert merged(said("x", T, [[], ["copy"]]), row=copied("m")).values[T] == ["copy"]


def late(how: int, value: Any, *answers: Said) -> Merged:
    history = History.of(ROW, [created(), *answers])
    found = merge(history, CLASSES)
    ask_late(found, history, CLASSES, [said("l", how, value)])
    return found


@pytest.mark.parametrize("field", [A, F, I, N])
def test_what_came_too_late_is_a_question(field: int) -> None:
    found = late(field, "late")
    assert (found.values[field], found.conflicts, found.heads) == (
        "old",
        {field: [b"l", ROW]},
        found.conflicts,
    )
    assert late(field, "old").conflicts == {}
    assert late(field, "late", said("x", field, "answer", "l")).conflicts == {}


def test_late_labels_are_a_question_when_they_change_something() -> None:
    assert late(T, [["new"], []]).conflicts == {T: [b"l", ROW]}
    assert late(T, [["old"], ["other"]]).conflicts == {}
