"""What a field may say, at the writing door: a sentence that names the field, and a legal twin beside each case."""

from typing import Any

import pytest

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.features.register.tables import HouseholdRow, PersonRow
from desktop.features.visits.tables import VisitRow
from tests.core.db.log_reading import differences, dump
from tests.office_maker import VILLAGE, add_household

Office = tuple[Database, Actor]


@pytest.mark.parametrize(
    ("name", "bad", "good", "sentence"),
    [
        ("address", "东" * 501, "东" * 500, "住址太长，请写在 500 个字以内"),
        ("note", "记" * 5_001, "记" * 5_000, "其他备注太长，请写在 5,000 个字以内"),
        ("kind", "A" * 13, "A01", "户类型太长，请写在 12 个字以内"),
        ("address", "东街\0三号", "东街\n三号", "住址里有看不见的字符，请删去后重新填写"),
        ("address", "东街\ud800", "东街𪚥", "住址里有看不见的字符，请删去后重新填写"),
        ("data_date", "2027-02-29", "2028-02-29", "数据日期不是有效的日期，请改为 2027-03-14 的样式"),
        ("data_date", "9999-12-31", "2027", "数据日期不是有效的日期，请改为 2027-03-14 的样式"),
        ("data_date", "2027.3.14", "2027-03", "数据日期不是有效的日期，请改为 2027-03-14 的样式"),
        ("data_date", "", None, "数据日期不是有效的日期，请改为 2027-03-14 的样式"),
        ("aliases", ["1" * 201], ["1" * 200], "有一项内容太长，或有看不见的字符，请改短后重新填写"),
        ("aliases", ["1\0"], ["1"], "有一项内容太长，或有看不见的字符，请改短后重新填写"),
    ],
)
def test_what_no_other_office_would_take_is_refused_where_it_is_typed(
    township: Office, name: str, bad: Any, good: Any, sentence: str
) -> None:
    db, actor = township
    row = add_household(db, actor, "何小满")
    before = dump(db)
    with pytest.raises(Refused) as caught, db.unit(actor, "改") as unit:
        unit.change(HouseholdRow, row, **{name: bad})
    (problem,) = caught.value.problems
    assert (problem.field, problem.sentence) == (name, sentence)
    with pytest.raises(Refused), db.unit(actor, "增") as unit:
        unit.add(HouseholdRow, VILLAGE, place=1, number="000001-00001", **{name: bad})
    assert differences(before, dump(db)) == []
    with db.unit(actor, "改") as unit:
        unit.change(HouseholdRow, row, **{name: good})


def test_one_bad_row_among_many_is_found(township: Office) -> None:
    db, actor = township
    home = add_household(db, actor, "何小满")
    people = [
        {"region": VILLAGE, "household_id": home, "position": n, "name": f"人{n}"} for n in range(2_500)
    ]
    people[2_400]["name"] = "长" * 61
    with pytest.raises(Refused, match="姓名太长，请写在 60 个字以内"), db.unit(actor, "增") as unit:
        unit.add_many(PersonRow, people)
    people[2_400]["name"] = "长" * 60
    with db.unit(actor, "增") as unit:
        assert unit.add_many(PersonRow, people) == 2_500


def test_the_day_of_a_visit_must_be_one(township: Office) -> None:
    db, actor = township
    visit = {
        "household_id": add_household(db, actor, "何小满"),
        "kind": "home",
        "visitor": "某",
        "findings": "好",
    }
    with pytest.raises(Refused, match="走访日期不是有效的日期"), db.unit(actor, "走访") as unit:
        unit.add(VisitRow, VILLAGE, day="2027-13-01", **visit)
    with db.unit(actor, "走访") as unit:
        unit.add(VisitRow, VILLAGE, day="2027-12-01", **visit)
