"""Same entries, same rows: whatever the order in which the segments come."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.clock import FixedClock
from desktop.features.office import api as offices
from desktop.features.sync import project
from desktop.features.sync.writer import Source
from tests.core.db.log_reading import dump
from tests.features.sync.exchange_maker import (
    GROUP,
    HOUSEHOLD,
    PERSON,
    VILLAGE,
    VISIT,
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
)
from tests.office_maker import NOON

SHOWN = ("household", "person", "visit", "village_group", "household_index", "row_heads", "waiting_row")
Orders = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Office]:
    office = make(tmp_path, "township")
    yield office
    office.db.close()


@pytest.fixture
def every_order(tmp_path: Path, town: Office) -> Orders:
    """Gives the segments to a fresh county in every order; what it shows must be the same each time."""
    county, stick = make(tmp_path, "county"), tmp_path / "stick"
    enrol(town, county, stick)
    county.db.close()

    def run(*segments: Source) -> list[dict[str, Any]]:
        files = [bundle(stick, town, county, bring(town), s) for s in segments]
        found = [read(n, order) for n, order in enumerate(itertools.permutations(files))]
        for f in found:
            assert f == found[0]
        return [dict(zip(columns, row, strict=True)) for columns, row in found[0]]

    def read(number: int, files: tuple[Path, ...]) -> list[tuple[tuple[str, ...], tuple[Any, ...]]]:
        root = tmp_path / f"county{number}"
        shutil.copytree(tmp_path / "county", root)
        office = Office(*offices.log_in(root, "admin", "pw", clock=FixedClock(NOON)))
        assert [office.reads(f).outcome for f in files] == ["applied"] * len(files)
        rows = shown(office)
        office.db.close()
        return rows

    return run


def shown(office: Office) -> list[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """The rows of some tables with their columns; not which entry came last, nor what still waits for what."""
    found = []
    with office.db.engine.connect() as connection:
        for name, rows in dump(office.db).items():
            columns = [c[1] for c in connection.exec_driver_sql(f'PRAGMA table_info("{name}")').all()]
            keep = [n for n, c in enumerate(columns) if c not in ("version", "waits_for")]
            if name in SHOWN:
                titles = ("table", *(columns[n] for n in keep))
                found += [(titles, (name, *(row[n] for n in keep))) for row in rows]
    return sorted(found, key=repr)


def one(rows: list[dict[str, Any]], table: str) -> dict[str, Any]:
    (row,) = [r for r in rows if r["table"] == table]
    return row


def made_group(town: Office) -> tuple[Author, bytes]:
    author = Author(town)
    return author, author.group().eid


def test_edits_that_did_not_see_each_other(town: Office, every_order: Orders) -> None:
    author, row = made_group(town)
    early, late = Author(town), Author(town, hlc=author.hlc + (9 << 16))
    early.renames(row, "早")
    late.renames(row, "晚")
    rows = every_order(author.segment(), early.segment(), late.segment())
    assert one(rows, "village_group")["name"] == "晚"


def test_an_edit_that_saw_the_other_wins_whatever_the_clocks_say(town: Office, every_order: Orders) -> None:
    author, row = made_group(town)
    future = Author(town, hlc=author.hlc + (10**9 << 16))
    seen = future.renames(row, "2099").eid
    informed = Author(town)
    informed.renames(row, "如今", [seen])
    rows = every_order(author.segment(), future.segment(), informed.segment())
    assert one(rows, "village_group")["name"] == "如今"


def test_a_clock_known_to_be_wrong_loses_ties(town: Office, every_order: Orders) -> None:
    author, row = made_group(town)
    wrong, right = Author(town, hlc=author.hlc + (10**9 << 16)), Author(town)
    wrong.renames(row, "钟坏", clock_flag=1)
    right.renames(row, "钟好")
    rows = every_order(author.segment(), wrong.segment(), right.segment())
    assert one(rows, "village_group")["name"] == "钟好"


def test_a_resolution_that_names_both_heads_settles_it(town: Office, every_order: Orders) -> None:
    author, row = made_group(town)
    heads = Author(town)
    bases = [heads.renames(row, "甲", [row]).eid, heads.renames(row, "乙", [row]).eid]
    judge = Author(town)
    judge.renames(row, "定", bases)
    rows = every_order(author.segment(), heads.segment(), judge.segment())
    assert one(rows, "village_group")["name"] == "定"


def test_two_fields_edited_apart_are_both_kept(town: Office, every_order: Orders) -> None:
    author, row = made_group(town)
    name, place = Author(town), Author(town)
    name.renames(row, "新名")
    place.says("S", GROUP, {3: [7, [row]]}, row)
    found = one(every_order(author.segment(), name.segment(), place.segment()), "village_group")
    assert (found["name"], found["position"]) == ("新名", 7)


def test_labels_are_an_observed_remove_set(town: Office, every_order: Orders) -> None:
    """One office takes 甲 away while another, not knowing, adds it again and 乙: the add wins."""
    author = Author(town)
    row = author.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001", 5: ["甲", "丙"]}).eid
    remover, adder = Author(town), Author(town)
    remover.says("S", HOUSEHOLD, {5: [[[], ["甲", "丙"]], [row]]}, row)
    adder.says("S", HOUSEHOLD, {5: [[["甲", "乙"], []], [row]]}, row)
    rows = every_order(author.segment(), remover.segment(), adder.segment())
    assert one(rows, "household")["aliases"] == '["乙","甲"]'


def test_out_of_use_and_back(town: Office, every_order: Orders) -> None:
    author, row = made_group(town)
    gone = Author(town)
    last = gone.says("D", GROUP, {1: [False, [row]]}, row).eid
    back = Author(town)
    back.says("U", GROUP, {1: [True, [last]]}, row)
    assert one(every_order(author.segment(), gone.segment(), back.segment()), "village_group")["alive"] == 1


def test_rows_wait_for_what_they_point_at(town: Office, every_order: Orders) -> None:
    homes, people, visits = Author(town), Author(town), Author(town)
    home = homes.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001"}).eid
    people.says("C", PERSON, {2: home, 3: 1})
    said = {2: home, 3: "2027-03-14", 4: "home", 5: "岳兰", 6: "x"}
    first = visits.says("C", VISIT, said).eid
    visits.says("C", VISIT, {**said, 9: first, 10: "写错"})
    rows = every_order(homes.segment(), people.segment(), visits.segment())
    assert sorted(r["table"] for r in rows) == ["household", "household_index", "person", "visit", "visit"]


def test_a_row_that_waited_for_its_first_choice_is_made_when_another_comes(
    town: Office, every_order: Orders
) -> None:
    """A person was moved to a household that never arrives; until then any that it was in is better than none."""
    homes, people = Author(town), Author(town)
    home, never = homes.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001"}).eid, homes.new_id()[0]
    person = people.says("C", PERSON, {2: home, 3: 1}).eid
    people.says("S", PERSON, {2: [never, [person]]}, person)
    rows = every_order(people.segment(), homes.segment())
    assert one(rows, "person")["household_id"] == home
    assert one(rows, "waiting_row")["row"] == person


def test_edits_before_the_row_itself(town: Office, every_order: Orders) -> None:
    author, row = made_group(town)
    first = Author(town)
    base = first.renames(row, "甲").eid
    second = Author(town)
    second.renames(row, "乙", [base])
    rows = every_order(author.segment(), first.segment(), second.segment())
    assert one(rows, "village_group")["name"] == "乙"


def test_a_row_that_lacks_what_every_row_has_waits_and_stops_nobody(
    town: Office, every_order: Orders
) -> None:
    author = Author(town)
    author.says("C", GROUP, {2: "没有次序"})
    author.group("好")
    other = Author(town, VILLAGE)
    other.group("也好")
    rows = every_order(author.segment(), other.segment())
    assert sorted(r["name"] for r in rows if r["table"] == "village_group") == ["也好", "好"]
    assert [r["table"] for r in rows].count("waiting_row") == 1


def test_a_reference_to_what_came_in_a_later_batch(
    town: Office, every_order: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown with what it pointed at before, until the other is there; and two that point at each other end too."""
    monkeypatch.setattr(project, "BATCH", 1)
    author = Author(town)
    home = author.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001"}).eid
    said = {2: home, 3: "2027-03-14", 4: "home", 5: "岳兰", 6: "x"}
    first = author.says("C", VISIT, said).eid
    later = author.new_id()
    moved = author.says("C", VISIT, {**said, 6: "moved", 9: first}).eid
    author.says("S", VISIT, {9: [later[0], [moved]]}, moved)
    author.says("C", VISIT, {**said, 6: "later"}, made=later)
    author.says("S", VISIT, {9: [moved, [later[0]]]}, later[0])
    other = Author(town)
    other.group()
    rows = every_order(author.segment(), other.segment())
    found = {r["findings"]: r["replaces"] for r in rows if r["table"] == "visit"}
    assert found == {"x": None, "moved": later[0], "later": moved}
    assert not [r for r in rows if r["table"] == "waiting_row"]
