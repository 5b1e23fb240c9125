"""The short ways of reading: rows that are new are made without looking for older ones, and plain values are not looked
at twice. Both must come to what the long way comes to."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.db import contents, registry
from desktop.core.db.base import StreamKind
from desktop.core.db.entries import Entry, Kind
from desktop.features.register.tables import HouseholdRow
from desktop.features.sync import api as sync
from desktop.features.sync import plain, verify
from desktop.features.visits.tables import VisitRow
from tests.bench import townships
from tests.core.db.log_reading import differences, dump
from tests.features.sync.exchange_maker import (
    HOUSEHOLD,
    PERSON,
    VILLAGE,
    VISIT,
    Author,
    Office,
    bring,
    bundle,
)


def _year(office: Office) -> None:
    """Some of what a township does in a year, with edits, corrections and a reversal."""
    townships.fill(office.db, office.actor, VILLAGE, range(30))
    townships.live(office.db, office.actor)
    with office.db.engine.connect() as connection:
        visits = connection.exec_driver_sql("SELECT id, household_id FROM visit LIMIT 5").all()
    with office.db.unit(office.actor, "改正") as unit:
        for visit, home in visits:
            unit.add(
                VisitRow,
                VILLAGE,
                household_id=home,
                replaces=visit,
                day="2027-01-02",
                kind="visit",
                visitor="乙",
                findings="更正",
            )
            unit.remove(HouseholdRow, home)


def test_what_is_read_in_bulk_is_what_a_rebuild_makes(offices: tuple[Office, Office], stick: Path) -> None:
    """A rebuild knows only the long way: every row asked for with all that was ever said of it."""
    town, county = offices
    _year(town)
    taken = county.reads(town.writes(stick))
    assert taken.rows["visit"] >= 30 * townships.VISITS
    assert taken.quarantined == 0
    before = dump(county.db)
    assert sync.rebuild_rows(county.db, county.actor).differences == {}
    assert differences(before, dump(county.db)) == []


@pytest.mark.parametrize("seed", range(6))
def test_in_whichever_order_the_pieces_come(offices: tuple[Office, Office], stick: Path, seed: int) -> None:
    """Edits before what they edit, visits before their household: nothing is taken for new that was spoken of before."""
    town, county = offices
    author = Author(town)
    home = author.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001"}).eid
    author.says("S", HOUSEHOLD, {4: ["000001-00002", [home]]}, home)
    author.says("C", PERSON, {2: home, 3: 1})
    author.says("C", VISIT, {2: home, 3: "2027-03-14", 4: "home", 5: "岳兰", 6: "x"})
    pieces = [replace(author, said=[entry]).segment() for entry in author.said]
    random.Random(seed).shuffle(pieces)
    for piece in pieces:
        county.reads(bundle(stick, town, county, bring(town), piece))
    assert sync.rebuild_rows(county.db, county.actor).differences == {}
    with county.db.engine.connect() as connection:
        count = "SELECT (SELECT number FROM household), (SELECT count(*) FROM visit), (SELECT count(*) FROM waiting_row)"
        assert connection.exec_driver_sql(count).one() == ("000001-00002", 1, 0)


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.text(max_size=120),
    st.binary(max_size=40),
    st.sampled_from(["2027-03-14", "2027-02-30", "visit", "\ud800", "a\0b", b"0123456789abcdef"]),
    st.lists(st.text(max_size=3), max_size=3),
)


@given(value=_VALUES, n=st.integers(0, 10_000))
def test_what_is_plain_breaks_no_rule(value: Any, n: int) -> None:
    fields = [(i, no) for i in registry.in_order() for no in i.columns]
    info, number = fields[n % len(fields)]
    if plain.doubtful(info.no, {number: value}):
        return
    entry = Entry(b"", 1, b"", 0, 0, b"", 1, Kind.CREATE, info.no, b"", b"", b"", b"")
    assert verify._is_said(entry, value)
    assert plain.is_typed(info.columns[number], value, True)
    assert contents.reason_against(info, [(number, value)]) == ""


def test_most_of_what_is_said_is_plain() -> None:
    visit = {"household_id": bytes(16), "day": "2027-03-14", "kind": "visit", "findings": "没有新的困难"}
    numbers = registry.info(VisitRow).numbers
    assert plain.doubtful(registry.info(VisitRow).no, {numbers[k]: v for k, v in visit.items()}) == {}
    assert plain.doubtful(9_999, {1: "x"}) == {1: "x"}  # a table of a newer program
    assert registry.info(VisitRow).stream is StreamKind.DATA
