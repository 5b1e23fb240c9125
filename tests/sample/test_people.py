"""The invented township: its numbers, its people who cannot exist, the workbooks and what was spoilt in them."""

from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from desktop.core import areas, idcard
from desktop.core.codes import codes
from desktop.sample import names
from desktop.sample.dirt import Dirty, spoilers
from desktop.sample.model import TODAY, Household, Person
from desktop.sample.people import county, township
from desktop.sample.workbooks import LAYOUT1, LAYOUT2, write_layout1, write_layout2

ALL_KINDS = {spoiler.kind for spoiler in spoilers("", "", "")}


@pytest.fixture(scope="module")
def households() -> list[Household]:
    return list(township())


@pytest.fixture(scope="module")
def people(households: list[Household]) -> list[Person]:
    return [person for household in households for person in household.members]


def test_the_numbers_of_the_year(households: list[Household], people: list[Person]) -> None:
    assert (len(households), len(people)) == (759, 1479)
    watched = [h for h in households if h.monitor_class]
    new = [h for h in watched if h.monitor_class != "脱贫不稳定户"]
    back = [h for h in watched if h.monitor_class == "脱贫不稳定户"]
    assert (len(new), sum(len(h.members) for h in new)) == (29, 67)
    assert (len(back), sum(len(h.members) for h in back)) == (6, 12)


@pytest.mark.parametrize(
    ("households", "people"), [(1, 1), (1, 7), (9, 30), (10, 10), (20, 50), (100, 600), (2000, 5200)]
)
def test_any_size(households: int, people: int) -> None:
    made = list(township(households=households, people=people))
    assert (len(made), sum(len(h.members) for h in made)) == (households, people)
    assert bool([h for h in made if h.monitor_class]) == (households >= 10)


def test_the_same_seed_makes_the_same_people() -> None:
    small = township(households=20, people=50)
    assert list(small) == list(small)
    assert list(small) != list(township(households=20, people=50, seed=2))


def test_real_villages(households: list[Household]) -> None:
    assert {h.village for h in households} == {v.code for v in areas.children("371602012000")}
    assert all(h.township == "里则街道" for h in households)


def test_nobody_can_exist(people: list[Person]) -> None:
    assert areas.area("371699000000") is None
    assert all(p.id_number.startswith("371699") for p in people)
    assert all(p.phone[:7] in ("", "1380000") for p in people)


def test_id_numbers_are_sound_and_agree(people: list[Person]) -> None:
    assert len({p.id_number for p in people}) == 1479
    for person in people:
        assert idcard.problem(person.id_number, TODAY) is None
        card = idcard.read(person.id_number)
        assert card is not None
        assert card.birth == person.birth
        assert card.sex == codes("gbt2261_1_sex").code(person.sex)


def test_many_characters_and_rare_ones(people: list[Person]) -> None:
    assert len(set("".join(p.name for p in people))) >= 300
    assert {p.name for p in people} >= set(names.RARE)
    assert sum(ord(c) > 0xFFFF for c in "".join(names.RARE)) >= 3


def test_every_household_has_one_head_and_one_spouse(households: list[Household]) -> None:
    for household in households:
        relations = Counter(p.relation for p in household.members)
        assert relations["户主"] == 1
        assert household.head.relation == "户主"
        assert max(relations[r] for r in ("配偶", "之父", "之母")) <= 1


def test_all_words_are_in_the_code_lists(households: list[Household], people: list[Person]) -> None:
    lists = {"relation": "jdlk_relation", "ethnic": "gbt3304_ethnic", "political": "jdlk_political",
             "education": "jdlk_education", "student": "jdlk_student_status", "labour": "jdlk_labour"}  # fmt: skip
    for field, name in lists.items():
        words = {getattr(p, field) for p in people} - {""}
        assert len(words) >= 3
        assert [w for w in words if not codes(name).code(w)] == []
    assert {part for p in people for part in p.health.split(",")} <= {
        e.name for e in codes("jdlk_health").entries
    }
    for field, name in {"kind": "household_kind", "cause": "poverty_cause", "risk": "monitor_risk"}.items():
        words = {getattr(h, field) for h in households} - {""}
        assert [w for w in words if not codes(name).code(w)] == []


def test_a_county_has_many_townships() -> None:
    sample = county(households=1000, people=2600)
    made = list(sample)
    assert (len(made), sum(len(h.members) for h in made)) == (1000, 2600)
    assert len({h.township for h in made}) > 10
    assert len({p.id_number for h in made for p in h.members}) == 2600


def read(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_layout1(tmp_path: Path, people: list[Person]) -> None:
    assert write_layout1(tmp_path / "one.xlsx", township()) == []
    rows = read(tmp_path / "one.xlsx")
    assert rows[0] == LAYOUT1
    assert len(LAYOUT1) == 32
    assert len(rows) == 1480
    numbers = [row[LAYOUT1.index("证件号码")] for row in rows[1:]]
    assert numbers == [p.id_number for p in people]


def test_layout2(tmp_path: Path) -> None:
    write_layout2(tmp_path / "two.xlsx", township())
    rows = read(tmp_path / "two.xlsx")
    assert rows[2] == LAYOUT2
    assert len(set(LAYOUT2)) == len(LAYOUT2) == 87
    assert len(rows) == 3 + 79
    assert str(rows[0][0]) == "（自定义）监测对象信息"


@pytest.mark.parametrize(("write", "top"), [(write_layout1, 1), (write_layout2, 3)])
def test_what_was_spoilt_is_where_it_is_said(tmp_path: Path, write: type, top: int) -> None:
    write(tmp_path / "clean.xlsx", township())
    spoilt = write(tmp_path / "spoilt.xlsx", township(), troubles=True)
    clean, dirty = read(tmp_path / "clean.xlsx"), read(tmp_path / "spoilt.xlsx")
    heading = clean[top - 1]
    assert {one.kind for one in spoilt} == ALL_KINDS
    changed = {
        (r + 1, str(heading[c]))
        for r, (old, new) in enumerate(zip(clean, dirty, strict=True))
        for c, value in enumerate(old)
        if value != new[c]
    }
    assert changed == {(one.row, one.column) for one in spoilt}


def test_the_spoilt_cells_are_what_they_are_called(tmp_path: Path) -> None:
    spoilt = write_layout1(tmp_path / "spoilt.xlsx", township(), troubles=True)
    rows = read(tmp_path / "spoilt.xlsx")

    def cell(kind: str) -> object:
        one: Dirty = next(d for d in spoilt if d.kind == kind)
        return rows[one.row - 1][LAYOUT1.index(one.column)]

    assert isinstance(cell("id_as_number"), float)
    assert isinstance(cell("phone_as_number"), float)
    for kind, problem in {
        "id_17": "length",
        "id_letters": "characters",
        "id_checksum": "checksum",
        "id_birthday": "birthday",
    }.items():  # noqa: E501
        assert idcard.problem(idcard.normalise(str(cell(kind))), TODAY) == problem
    for kind in ("id_full_width", "id_lower_x", "id_spaces", "id_apostrophe", "id_g", "id_disabled_20"):
        assert idcard.problem(idcard.normalise(str(cell(kind))), TODAY) is None
        assert cell(kind) != idcard.normalise(str(cell(kind))) or kind == "id_disabled_20"
