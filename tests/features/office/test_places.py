"""The places of an office by key and by name, and the keys of those without a published code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office
from desktop.features.office.places import OWN_COUNT, OWN_FIRST, Places
from tests.office_maker import PLACES, make_office

TOWNSHIP, VILLAGE = "371602012000", "371602012221"


def places_of(db: Database, actor: Actor) -> Places:
    with db.reader(actor) as reader:
        return office.read_places(reader)


@pytest.fixture
def own(township: tuple[Database, Actor]) -> Places:
    return places_of(*township)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Places]:
    db, actor = make_office(tmp_path, "county")
    yield places_of(db, actor)
    db.close()


def test_a_township_has_its_villages(own: Places) -> None:
    villages = own.villages()
    assert [v.key for v in villages] == sorted(v.key for v in villages)
    assert {v.parent for v in villages} == {TOWNSHIP}
    assert (villages[0].key, villages[0].name, villages[0].code) == (VILLAGE, "蔡园董村", VILLAGE)
    assert [t.key for t in own.townships()] == [TOWNSHIP]


def test_a_county_has_all_townships_and_their_villages(county: Places, own: Places) -> None:
    assert len(county.townships()) == 15
    assert county.villages(TOWNSHIP) == own.villages()
    assert len(county.villages()) > 300


def test_a_village_office_has_itself(tmp_path: Path) -> None:
    PLACES.setdefault("village", office.Office(VILLAGE, "蔡园董村", office.Level.VILLAGE))
    db, actor = make_office(tmp_path, "village")
    places = places_of(db, actor)
    assert [v.key for v in places.villages()] == [VILLAGE]
    assert places.village_named(TOWNSHIP, "蔡园董村委会") == places.by_key[VILLAGE]
    assert places.township_named("里则街道") == places.by_key[TOWNSHIP]
    db.close()


def test_a_village_office_with_a_name_of_its_own_knows_the_lists_of_its_village(tmp_path: Path) -> None:
    PLACES.setdefault("own name", office.Office(VILLAGE, "蔡园党群服务中心", office.Level.VILLAGE))
    db, actor = make_office(tmp_path, "own name")
    places = places_of(db, actor)
    written = ("蔡园董村", "蔡园董村委会", "蔡园党群服务中心", "西海新村")
    assert [places.is_own(name) for name in written] == [True, True, True, False]
    assert [places.village_named(TOWNSHIP, name) for name in written[::2]] == [places.by_key[VILLAGE]] * 2
    assert not places.is_ambiguous(TOWNSHIP, "蔡园董")
    db.close()


def test_an_office_with_a_short_name_knows_the_lists_of_its_township(tmp_path: Path) -> None:
    PLACES.setdefault("short", office.Office(TOWNSHIP, "乡村振兴办", office.Level.TOWNSHIP))
    db, actor = make_office(tmp_path, "short")
    places = places_of(db, actor)
    assert [bool(places.township_named(n)) for n in ("里则街道", "乡村振兴办", "小营街道")] == [
        True,
        True,
        False,
    ]
    db.close()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("里则街道", TOWNSHIP), ("里则街道办事处", TOWNSHIP), ("里则街道办", TOWNSHIP), ("里则", TOWNSHIP),
        ("三河湖镇", "371602105000"), ("三河湖镇人民政府", "371602105000"), ("秦皇台", "371602203000"),
        ("市", None), ("", None), ("没有镇", None), ("滨", "371602008000"),
    ],
)  # fmt: skip
def test_a_township_of_a_county_by_name(county: Places, written: str, key: str | None) -> None:
    found = county.township_named(written)
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("written", "is_own"),
    [("里则街道", True), ("", True), ("小营街道", False), ("街道", False), ("则", False)],
)
def test_the_own_township_by_name(own: Places, written: str, is_own: bool) -> None:
    assert (own.township_named(written) is not None) is is_own


def test_a_proposed_village_has_a_key_that_no_published_code_can_have(own: Places) -> None:
    known = {v.key for v in own.villages()}
    made = [own.propose(TOWNSHIP, f"新{n}村") for n in range(50)]
    assert len({p.key for p in made}) == 50
    assert known.isdisjoint(p.key for p in made)
    assert all(
        OWN_FIRST <= int(p.key[9:]) < OWN_FIRST + OWN_COUNT and p.key[:9] == TOWNSHIP[:9] for p in made
    )
    assert all(int(key[9:]) < OWN_FIRST for key in known)


def test_the_key_follows_from_the_name(township: tuple[Database, Actor]) -> None:
    keys = {
        places_of(*township).propose(TOWNSHIP, name).key
        for name in ("望海楼", "望海楼村", " 望海楼村委会 ", "望海楼村民委员会")
    }
    others = {places_of(*township).propose(TOWNSHIP, name).key for name in ("望海楼社区", "望海楼居委会")}
    assert (len(keys), len(others)) == (1, 1)
    assert keys != others


def test_an_accepted_village_is_the_offices_own_from_then_on(township: tuple[Database, Actor]) -> None:
    db, actor = township
    place = places_of(db, actor).propose(TOWNSHIP, "望海楼村")
    with db.unit(actor, "新村") as unit:
        office.accept_village(unit, place)
    places = places_of(db, actor)
    assert places.village_named(TOWNSHIP, "望海楼村委会") == place
    assert places.name(place.key) == "望海楼村"
    with db.reader(actor) as reader:
        assert office.PlaceNames(reader.connection).of(place.key) == "望海楼村"


def test_two_villages_of_one_bare_name_are_ambiguous(own: Places) -> None:
    assert not own.is_ambiguous(TOWNSHIP, "蔡园董")
    own.add([office.Place("371602012900", "蔡园董社区", "village", TOWNSHIP)])
    assert own.is_ambiguous(TOWNSHIP, "蔡园董")
    assert own.village_named(TOWNSHIP, "蔡园董") is None
    assert own.village_named(TOWNSHIP, "蔡园董社区") == own.by_key["371602012900"]
    assert own.village_named(TOWNSHIP, "蔡园董村") == own.by_key[VILLAGE]
