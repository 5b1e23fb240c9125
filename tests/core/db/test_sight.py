"""What a narrow user reads: the own villages only, and masked what the role does not need. Whichever door is used."""

from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from desktop.core import masking
from desktop.core.db import registry, sight
from desktop.core.db.base import Base, StreamKind
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Reader
from desktop.core.errors import Refused
from desktop.features.handbook import api as handbook
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from desktop.features.volunteers import api as volunteers
from desktop.sample import people, workbooks
from tests.office_maker import VILLAGE

OTHER = "371602012601"
ID_NUMBER, PHONE = "371602196001011231", "13800001234"
Office = tuple[Database, Actor]


@pytest.fixture
def office(township: Office) -> Office:
    """Two villages with a household, a visit and a volunteer each."""
    db, actor = township
    for region, name in ((VILLAGE, "张三石"), (OTHER, "李四海")):
        facts = {"name": name, "relation": "R01", "phone": PHONE, "health": "长期慢性病"}
        facts["id_number"] = ID_NUMBER if region == VILLAGE else "371602196001011257"
        with db.unit(actor, "新增") as unit:
            member = register.PersonDraft(facts)
            income = {"wage_income": 123_400, "phone": PHONE}
            made = register.add_household(unit, register.HouseholdDraft(region, "一组", income, (member,)))
            visits.record_visit(
                unit, visits.VisitDraft(made.id, "2027-03-01", "home", "王芳", f"{name}家里好")
            )
            helper = volunteers.VolunteerDraft(region=region, name=f"志愿{name}", phone=PHONE)
            volunteers.award(unit, volunteers.add_volunteer(unit, helper).id, 5, "扫路")
    return db, actor


def everything(reader: Reader) -> str:
    """All that stores and lists hand out, as one text."""
    households = register.household_ids(reader)
    found: list[object] = [register.household(reader, i) for i in households]
    found += register.household_lines(reader, households)
    found += register.villages(reader)
    found += [register.search_people(reader, word) for word in ("张三", "lsh", "里则", PHONE[-4:])]
    found += [register.numbered(reader, "0", 9)]
    found += volunteers.volunteer_lines(reader, volunteers.volunteer_ids(reader, ""))
    found += [visits.last_days(reader, households), visits.due(reader, reader.today)]
    found += [handbook.choose(reader, "", "")]
    return repr(found)


def test_the_whole_office_sees_both(office: Office) -> None:
    db, actor = office
    with db.reader(actor) as reader:
        seen = everything(reader)
    for word in ("张三石", "李四海", ID_NUMBER, PHONE, "慢性病", "123400"):
        assert word in seen


def test_a_village_sees_itself_and_nobody_else(office: Office) -> None:
    db, actor = office
    with db.reader(replace(actor, prefix=VILLAGE, sees=VILLAGE)) as reader:
        seen = everything(reader)
        assert len(register.household_ids(reader)) == 1
    assert "张三石" in seen
    assert ID_NUMBER in seen
    assert "李四海" not in seen
    assert OTHER not in seen


def test_a_role_without_need_sees_no_number_and_neither_health_nor_money(office: Office) -> None:
    db, actor = office
    with db.reader(replace(actor, is_masked=True)) as reader:
        seen = everything(reader)
    assert "张三石" in seen
    assert "李四海" in seen
    assert masking.id_number(ID_NUMBER) in seen
    assert "138****1234" in seen
    for word in (ID_NUMBER, PHONE, "慢性病", "123400"):
        assert word not in seen


def test_a_narrow_reader_leaves_nothing_behind(office: Office) -> None:
    db, actor = office
    for _ in range(6):
        with db.reader(replace(actor, sees=VILLAGE, is_masked=True)) as narrow:
            assert len(register.household_ids(narrow)) == 1
        with db.reader(actor) as reader:
            assert len(register.household_ids(reader)) == 2
            assert ID_NUMBER in everything(reader)
    with pytest.raises(RuntimeError), db.reader(replace(actor, sees=VILLAGE)):
        raise RuntimeError
    with db.reader(actor) as reader:
        assert len(register.household_ids(reader)) == 2


def test_a_village_reads_a_county_as_fast(office: Office) -> None:
    db, actor = office
    narrow = replace(actor, sees=VILLAGE, is_masked=True)
    took = []
    for _ in range(20):
        began = process_time()
        with db.reader(narrow) as reader:
            register.household_ids(reader)
        took.append(process_time() - began)
    assert sorted(took)[10] < 0.02


def test_no_table_of_households_or_people_is_forgotten() -> None:
    """A table that belongs to places or households is either of a data stream or says by which column."""
    synced = {i.name: i.stream for i in registry.by_number().values()}
    for table in Base.metadata.sorted_tables:
        names = set(table.columns.keys())
        if table.name.startswith("log_") or synced.get(table.name, StreamKind.DATA) is not StreamKind.DATA:
            continue
        if names & {"region", "household", "person", "household_id"}:
            assert table.name in synced or table.info.get("sight"), table.name


def test_a_strange_region_makes_no_view(office: Office) -> None:
    db, actor = office
    with pytest.raises(ValueError), db.reader(replace(actor, sees="1' OR '1")):
        pass
    assert sight.is_narrow(replace(actor, sees="37"))
    assert not sight.is_narrow(actor)


def test_what_is_out_of_sight_is_not_written_either(office: Office, tmp_path: Path) -> None:
    db, actor = office
    village = replace(actor, prefix=VILLAGE, sees=VILLAGE)
    with db.reader(actor) as reader:
        other = next(i for i in register.household_ids(reader) if _region(reader, i) == OTHER)
    with pytest.raises(Refused), db.unit(village, "走访") as unit:
        visits.record_visit(unit, visits.VisitDraft(other, "2027-03-02", "home", "王芳", "看过"))
    with pytest.raises(Refused), db.unit(village, "新增") as unit:
        member = register.PersonDraft({"name": "王五", "relation": "R01"})
        register.add_household(unit, register.HouseholdDraft(OTHER, "一组", {}, (member,)))


def _region(reader: Reader, household: bytes) -> str:
    found = register.household(reader, household)
    return found.region if found else ""


def test_a_list_is_imported_only_by_who_sees_the_whole_office(office: Office, tmp_path: Path) -> None:
    db, actor = office
    workbooks.write_layout1(tmp_path / "list.xlsx", people.township(households=3, people=7))
    village = replace(actor, prefix=VILLAGE, sees=VILLAGE)
    for who, code in ((village, "import.region"), (replace(actor, rights=frozenset()), "right.missing")):
        with pytest.raises(Refused) as caught, db.reader(who) as reader:
            register.read_workbook(reader, tmp_path / "list.xlsx")
        assert caught.value.code == code
    with db.reader(actor) as reader:
        plan = register.read_workbook(reader, tmp_path / "list.xlsx").plan
    with pytest.raises(Refused), db.unit(village, "导入") as unit:
        register.apply_import(unit, plan)
    with db.unit(actor, "导入") as unit:
        register.apply_import(unit, plan)
