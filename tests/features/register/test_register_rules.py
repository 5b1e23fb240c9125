"""The state of a household, and what a form must say."""

from datetime import date

import pytest

from desktop.core.problems import Weight
from desktop.features.register import rules
from desktop.features.register.importing import natural
from desktop.features.register.model import HouseholdDraft, PersonDraft, State
from desktop.features.register.numbering import body_of, printed
from tests.features.register.workbook_maker import HEAD, WIFE, number

TODAY = date(2025, 6, 30)
VILLAGE = "371602012221"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, State.GENERAL), ({"kind": "A08"}, State.GENERAL), ({"kind": "A04"}, State.POOR), ({"kind": "A01"}, State.OUT),
        ({"kind": "A07"}, State.OUT), ({"monitor_class": "M01"}, State.OUT), ({"monitor_class": "M02"}, State.WATCHED),
        ({"monitor_since": "2023-04"}, State.WATCHED), ({"monitor_class": "M02", "risk_removed": 0}, State.WATCHED),
        ({"monitor_class": "M02", "risk_removed": 1}, State.CLEARED), ({"kind": "A05", "risk_removed": 1}, State.POOR),
    ],
)  # fmt: skip
def test_the_state_of_a_household(facts: dict[str, str | int], state: State) -> None:
    assert rules.state_of(facts) is state


def codes(problems: list[rules.Problem]) -> list[str]:
    return [p.code for p in problems]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"name": "甲"}, []), ({}, ["person.name"]), ({"name": "  "}, ["person.name"]),
        ({"name": "甲", "id_number": HEAD}, []),
        ({"name": "甲", "id_number": HEAD, "sex": "1", "birth": "1951-02"}, []),
        ({"name": "甲", "id_number": HEAD, "sex": "2"}, ["person.sex"]),
        ({"name": "甲", "id_number": HEAD, "birth": "1951-02-04"}, ["person.birth"]),
        ({"name": "甲", "id_number": HEAD[:-1]}, ["person.id_length"]),
        ({"name": "甲", "id_number": "O" + HEAD[1:]}, ["person.id_characters"]),
        ({"name": "甲", "id_number": "99" + HEAD[2:]}, ["person.id_region"]),
        ({"name": "甲", "id_number": HEAD[:10] + "1331" + HEAD[14:]}, ["person.id_birthday"]),
        ({"name": "甲", "id_number": "371699510203001"}, ["person.id_old15"]),
        ({"name": "甲", "id_number": number("37169920991203001")}, ["person.id_birthday"]),
    ],
)  # fmt: skip
def test_a_person(facts: dict[str, str | int], expected: list[str]) -> None:
    assert codes(rules.check_person(PersonDraft(facts), TODAY)) == expected


@pytest.mark.parametrize(
    ("written", "is_doubtful"),
    [("13800000027", False), ("0543-3188888", False), ("3188888", False), ("138 0000 0027", False), ("", False),
     ("1380000002", True), ("138000000271", True), ("张明", True), ("12800000027", True)],
)  # fmt: skip
def test_a_telephone_that_is_none_is_asked_about_and_kept(written: str, is_doubtful: bool) -> None:
    found = rules.check_telephones({"phone": written, "collector_phone": "13800000001"})
    assert [(p.field, p.weight) for p in found] == ([("phone", Weight.WARNING)] if is_doubtful else [])


def test_a_wrong_id_number_is_no_reason_to_refuse_somebody() -> None:
    wrong = HEAD[:-1] + ("0" if HEAD[-1] != "0" else "1")
    (problem,) = rules.check_person(PersonDraft({"name": "甲", "id_number": wrong}), TODAY)
    assert (problem.code, problem.weight) == ("person.id_checksum", Weight.WARNING)


def member(name: str, relation: str) -> PersonDraft:
    return PersonDraft({"name": name, "relation": relation})


@pytest.mark.parametrize(
    ("region", "members", "expected"),
    [
        (VILLAGE, (member("甲", "R01"), member("乙", "R02")), []),
        ("", (member("甲", "R01"),), ["household.village"]),
        (VILLAGE, (), ["household.empty"]),
        (VILLAGE, (member("甲", "R02"),), ["household.no_head"]),
        (VILLAGE, (member("甲", "R01"), member("乙", "R01")), ["household.two_heads"]),
        (VILLAGE, (member("甲", "R01"), member("", "R02")), ["person.name"]),
        (VILLAGE, (PersonDraft({"name": "甲", "relation": "R01", "id_number": WIFE, "sex": "1"}),), ["person.sex"]),
    ],
)  # fmt: skip
def test_a_household(region: str, members: tuple[PersonDraft, ...], expected: list[str]) -> None:
    assert codes(rules.check_household(HouseholdDraft(region, "", {}, members), TODAY)) == expected


def test_a_missing_head_warns_and_a_second_one_refuses() -> None:
    (none,) = rules.check_household(HouseholdDraft(VILLAGE, "", {}, (member("甲", "R02"),)), TODAY)
    assert none.weight is Weight.WARNING
    (two,) = rules.check_new_head("R01", [{"name": "甲", "relation": "R01"}])
    assert two.weight is not Weight.WARNING
    assert "甲" in two.sentence
    assert rules.check_new_head("R02", [{"name": "甲", "relation": "R01"}]) == []
    assert rules.check_new_head("R01", [{"name": "甲", "relation": "R02"}]) == []


def test_groups_in_the_order_of_their_numbers() -> None:
    names = ["二十组", "西组", "第十二村民小组", "10组", "2组", "九组", "三组", "十组", "第1组"]
    expected = ["第1组", "2组", "三组", "九组", "10组", "十组", "第十二村民小组", "二十组", "西组"]
    assert sorted(names, key=natural) == expected


@pytest.mark.parametrize(
    ("number", "body"),
    [("y4827190031", "4827190031"), ("yb12", "12"), ("12", "12"), ("", ""), ("y", ""), ("甲1", "甲1")],
)
def test_the_body_of_a_printed_number(number: str, body: str) -> None:
    assert body_of(number) == body
    assert printed({"out": "y"}, "out", body) == "y" + body


def test_no_warning_says_twice_to_check() -> None:
    """Where a warning is shown, 请核对 stands before it."""
    person = PersonDraft({"name": "甲", "sex": "2", "birth": "1950", "id_number": HEAD, "phone": "110"})
    bad = [
        PersonDraft({"name": "甲", "id_number": n})
        for n in ("1", HEAD[:17] + "#", HEAD[:15], HEAD[:17] + "5")
    ]
    problems = [p for one in (person, *bad) for p in rules.check_person(one, TODAY)]
    problems += rules.check_size({"stated_size": 3}, 2) + rules.check_household(
        HouseholdDraft("1", "", {}, (person,)), TODAY
    )
    warnings = [p for p in problems if p.weight is Weight.WARNING]
    assert len({p.code for p in warnings}) >= 7
    assert [p.sentence for p in warnings if "核对" in p.sentence] == []
