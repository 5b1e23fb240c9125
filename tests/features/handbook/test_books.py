"""What a handbook says of a household: dates as papers write them, while every screen writes 2027-03-01."""

from desktop.core.code_edits import SHIPPED
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.handbook import store
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from tests.office_maker import VILLAGE

FACTS = {"identified": "2015-11", "per_capita_income": 800_000}


def test_dates_on_paper_are_chinese_and_on_screen_are_not(township: tuple[Database, Actor]) -> None:
    db, actor = township
    person = register.PersonDraft({"name": "张秀兰", "relation": "R01", "birth": "1951-02-03"})
    with db.unit(actor, "录入") as unit:
        home = register.add_household(unit, register.HouseholdDraft(VILLAGE, "1组", FACTS, (person,)))
        draft = visits.VisitDraft(home.id, "2027-03-01", "home", "李伟", "屋顶东角漏雨，已经拍了照片")
        visits.record_visit(unit, draft)
    with db.reader(actor) as reader:
        book = store.books(reader, [home.id])[0]
    assert book.birth == book.members[0].birth == "1951年2月3日"
    assert book.printed_on == "2027年3月14日"
    assert [v.day for v in book.visits] == ["2027年3月1日"]
    field = register.HOUSEHOLD["identified"]
    assert register.printed(field, "2015-11", SHIPPED) == "2015年11月"
    assert register.shown(field, "2015-11", SHIPPED) == "2015-11"
