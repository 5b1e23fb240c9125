"""What the history calls an action: each change of the register, a visit or points names whom it was about."""

from collections.abc import Callable
from typing import Any

from desktop.core.db import history
from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from desktop.features.volunteers import api as volunteers
from tests.office_maker import VILLAGE, add_household

Office = tuple[Database, Actor]


def named(office: Office, action: Callable[..., Any], *given: Any) -> str:
    """The name under which the history keeps that action."""
    db, actor = office
    with db.unit(actor, "操作") as unit:
        action(unit, *given)
    with db.reader(actor) as reader:
        return history.recent(reader)[0].name


def test_every_change_of_a_household_names_it(township: Office) -> None:
    db, actor = township
    key = add_household(db, actor, "张秀兰")
    with db.reader(actor) as reader:
        number = register.household_lines(reader, [key])[0].number
        assert history.recent(reader)[0].name == f"新增户 {number} 张*兰"
    assert named(township, register.change_household, key, {"address": "前街"}) == f"修改户 {number} 张*兰"
    child = register.PersonDraft({"name": "张小", "relation": "R03"})
    assert named(township, register.add_person, key, child) == f"新增成员 {number} 张*"
    with db.reader(actor) as reader:
        found = register.household(reader, key)
    assert found is not None
    person = found.members[1].id
    said = named(township, register.change_person, key, person, {"name": "张小明"})
    assert said == f"修改成员 {number} 张*", "as it was called when it was changed"
    assert named(township, register.remove_person, key, person) == f"移出成员 {number} 张*明"
    removed = named(township, register.remove_household, key, "登记重复")
    assert removed == f"删除户 {number} 张*兰"


def test_taking_back_says_what_was_taken_back(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    with db.reader(actor) as reader:
        first = history.recent(reader)[0]
    assert named(township, undo, first.key) == f"撤销：{first.name}"


def test_a_visit_and_its_correction_name_the_household(township: Office) -> None:
    db, actor = township
    key = add_household(db, actor, "李长顺")
    draft = visits.VisitDraft(key, "2027-03-01", "home", "王芳", "粮食已经卖了，家里平安")
    with db.unit(actor, "操作") as unit:
        made = visits.record_visit(unit, draft)
        number = register.household_lines(unit, [key])[0].number
        assert unit.name == f"记走访 {number} 李*顺"
    other = visits.VisitDraft(key, "2027-03-02", "home", "王芳", "粮食已经卖了，家里平安")
    assert named(township, visits.correct_visit, made.id, other, "日期记错") == f"更正走访 {number} 李*顺"


def test_points_name_the_volunteer(township: Office) -> None:
    db, actor = township
    draft = volunteers.VolunteerDraft(VILLAGE, "赵志愿")
    assert named(township, volunteers.add_volunteer, draft) == "新增志愿者 赵志愿"
    with db.unit(actor, "操作") as unit:
        who = volunteers.volunteer_ids(unit)[0]
        booked = volunteers.award(unit, who, 20, "清扫村道")
        assert unit.name == "奖励积分 赵志愿 20 分"
    spent = named(township, volunteers.redeem, who, 5, "洗衣液一瓶")
    assert spent == "兑换积分 赵志愿 5 分"
    with db.reader(actor) as reader:
        last = volunteers.ledger(reader, who)[0].id
    assert named(township, volunteers.reverse_transfer, last, "记错了人") == "冲正积分 赵志愿 5 分"
    assert named(township, volunteers.reverse_transfer, booked.id, "记错了人") == "冲正积分 赵志愿 20 分"
