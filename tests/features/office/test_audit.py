"""The audit log: only added to, linked by hash, found again, exported; and the second person's word."""

from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from desktop.core import keys
from desktop.core.clock import FixedClock
from desktop.core.db import database, history
from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused, Trouble
from desktop.features.office import actions, audit, second
from desktop.features.office.model import Event, Noted
from desktop.features.office.second import Second
from desktop.features.register import api as register
from desktop.features.volunteers import api as volunteers
from tests.features.office.test_users import FIRST, acting, add, draft, settle
from tests.office_maker import VILLAGE, add_household

Office = tuple[Database, Actor]


def told(db: Database, actor: Actor, typed: str = "", event: str = "") -> list[Noted]:
    with db.reader(actor) as reader:
        found = audit.ids(reader, typed, event)
        lines = audit.lines(reader, found)
    return [lines[i] for i in found]


def write(db: Database, actor: Actor, *about: str) -> None:
    for one in about:
        with db.unit(actor, "x") as unit:
            audit.note(unit, Event.PRINT, one, "年终归档")


def test_logins_and_wrong_passwords_are_in_it(township: Office) -> None:
    db, admin = township
    for login, password in (("admin", "wrong"), ("nobody", "wrong")):
        with pytest.raises(Trouble):
            actions.log_in(db.paths.root, login, password)
    actions.log_in(db.paths.root, "admin", "pw")[0].close()
    assert [(n.event, n.login) for n in told(db, admin)].count(("failed", "admin")) == 1
    assert ("failed", "") in [(n.event, n.login) for n in told(db, admin)]
    assert [n.login for n in told(db, admin, event="login")] == ["admin"]
    assert keys.tries_of(db.paths.keys).failed() == []


def test_the_making_of_the_office_is_its_first_line(township: Office) -> None:
    (line,) = told(*township)
    assert (line.event, line.at) == ("user", "2027-03-14 12:00:00")


def test_lines_are_found_by_words_event_and_day(township: Office) -> None:
    db, admin = township
    write(db, admin, "手册 12 户", "公示牌 100%")
    assert [n.about for n in told(db, admin, "年终 手册")] == ["手册 12 户"]
    assert [n.about for n in told(db, admin, "0%")] == ["公示牌 100%"]
    assert told(db, admin, "没有这样的字") == []
    with db.reader(admin) as reader:
        assert len(audit.ids(reader, event="print")) == 2
        assert len(audit.ids(reader, since="2027-03-14", until="2027-03-14")) == 3
        assert audit.ids(reader, since="2027-03-15") == audit.ids(reader, until="2027-03-13") == []


def test_export_wants_the_right_and_writes_what_was_found(township: Office, tmp_path: Path) -> None:
    db, admin = township
    write(db, admin, "=1+1")
    with db.reader(admin) as reader:
        assert audit.export(reader, audit.ids(reader), tmp_path / "log.xlsx") == 2
    rows = CalamineWorkbook.from_path(str(tmp_path / "log.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["时间", "用户名"]
    assert "=1+1" in rows[1] + rows[2]
    add(db, admin)
    with pytest.raises(Refused), db.reader(acting(db, "lili")) as reader:
        audit.export(reader, [], tmp_path / "none.xlsx")


@pytest.mark.parametrize(
    "sql", ["UPDATE audit SET about = 'x'", "DELETE FROM audit", "INSERT INTO audit SELECT * FROM audit"]
)
def test_the_database_refuses_every_change(township: Office, sql: str) -> None:
    with (
        pytest.raises(Exception, match="not in the log|UNIQUE"),
        database.writing(township[0].engine) as connection,
    ):
        connection.exec_driver_sql(sql)


def _drop_guards(db: Database) -> None:
    with database.writing(db.engine) as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


COPIED = "at, user, login, name, event, about, reason, zeroblob(16), region, version, reverses"
LAST = "(SELECT eid FROM log_entry WHERE table_no = 3 ORDER BY seq DESC LIMIT 1)"
MIDDLE = "(SELECT eid FROM log_entry WHERE table_no = 3 ORDER BY seq LIMIT 1 OFFSET 1)"


@pytest.mark.parametrize(
    "forgery",
    [
        ["UPDATE audit SET about = 'nothing' WHERE id = " + MIDDLE],
        ["UPDATE log_entry SET body = zeroblob(0) WHERE eid = " + MIDDLE],
        ["DELETE FROM audit WHERE id = " + LAST],
        ["DELETE FROM audit WHERE id = " + MIDDLE, "DELETE FROM log_entry WHERE eid = " + MIDDLE],
        ["UPDATE log_entry SET seq = 90 - seq WHERE table_no = 3"],
        [f"INSERT INTO audit SELECT {COPIED} FROM audit LIMIT 1"],
    ],
)
def test_whoever_goes_past_the_triggers_is_found(township: Office, forgery: list[str]) -> None:
    db, admin = township
    write(db, admin, "一", "二", "三")
    with db.reader(admin) as reader:
        assert audit.broken(reader.connection) == 0
    _drop_guards(db)
    with database.writing(db.engine) as connection:
        for sql in forgery:
            connection.exec_driver_sql(sql)
    with db.reader(admin) as reader:
        assert audit.broken(reader.connection) > 0


def test_the_head_moves_with_each_line(township: Office) -> None:
    db, admin = township
    with db.reader(admin) as reader:
        before = audit.head(reader.connection, db.node.node_id)
    write(db, admin, "一")
    with db.reader(admin) as reader:
        after = audit.head(reader.connection, db.node.node_id)
        assert audit.head(reader.connection, bytes(16)).seq == 0
    assert (before.seq, after.seq) == (1, 2)
    assert before.hash != after.hash


def test_undo_takes_the_deed_back_and_leaves_that_it_was_done(township: Office) -> None:
    db, admin = township
    with db.unit(admin, "新增") as unit:
        member = register.PersonDraft({"name": "王五", "relation": "R01"})
        register.add_household(unit, register.HouseholdDraft(VILLAGE, "一组", {}, (member,)))
        audit.note(unit, Event.IMPORT, "导入 1 户")
        key = unit.action_key
    with db.unit(admin, "撤销") as unit:
        undo(unit, key)
    with db.reader(admin) as reader:
        assert register.household_ids(reader) == []
    assert len(told(db, admin, "导入 1 户")) == 1


def test_the_history_shows_deeds_and_not_every_login(township: Office) -> None:
    db, admin = township
    actions.log_in(db.paths.root, "admin", "pw")[0].close()
    add_household(db, admin, "张三")
    with db.reader(admin) as reader:
        assert [a.name.split()[0] for a in history.recent(reader)] == ["新增户", "建立办公室"]


def test_a_second_person_must_be_another_one_with_the_right(township: Office) -> None:
    db, admin = township
    add(db, admin, draft("clerk2", ("clerk",)))
    add(db, admin, draft("shenhe", ("reviewer",)))
    settle(db, "shenhe", "reviewer pw")
    clerk, path = acting(db, "clerk2"), db.paths.keys
    attempts = {
        None: "second.missing",
        Second("", "", path): "second.missing",
        Second("clerk2", "first password", path): "second.right",
        Second("nobody", "x", path): "second.right",
        Second("shenhe", "wrong", path): "second.password",
    }
    for given, code in attempts.items():
        with pytest.raises(Refused) as caught, db.unit(clerk, "冲正") as unit:
            second.confirm_by_second(unit, given, "冲正 10 分")
        assert caught.value.code == code
    with db.unit(clerk, "冲正") as unit:
        assert second.confirm_by_second(unit, Second("shenhe", "reviewer pw", path), "冲正 10 分") == "李丽"
    assert [n.about for n in told(db, admin, event="second")] == ["冲正 10 分：由 李丽 复核"]


def test_a_password_that_an_administrator_chose_is_nobodys_word(township: Office) -> None:
    db, admin = township
    add(db, admin, draft("shenhe", ("reviewer",)))
    with pytest.raises(Refused) as caught, db.unit(admin, "冲正") as unit:
        second.confirm_by_second(unit, Second("shenhe", FIRST, db.paths.keys), "冲正 10 分")
    assert caught.value.code == "second.first"


def test_only_who_may_read_the_log_reads_it(township: Office) -> None:
    db, admin = township
    add(db, admin)
    clerk = acting(db, "lili")
    with pytest.raises(Refused), db.reader(clerk) as reader:
        audit.ids(reader)
    with pytest.raises(Refused), db.reader(clerk) as reader:
        audit.lines(reader, [])


def test_alone_in_the_office_one_goes_on_and_the_log_says_so(township: Office) -> None:
    db, admin = township
    with db.unit(admin, "冲正") as unit:
        assert second.confirm_by_second(unit, None, "冲正 10 分") == ""
    assert "一人办理" in told(db, admin, event="second")[0].about


def test_a_second_persons_wrong_passwords_count(township: Office) -> None:
    db, admin = township
    add(db, admin, draft("shenhe", ("reviewer",)), "reviewer pw")
    said = []
    for password in ["wrong"] * 5 + ["reviewer pw"]:
        with pytest.raises(Refused) as caught, db.unit(admin, "x") as unit:
            second.confirm_by_second(unit, Second("shenhe", password, db.paths.keys), "x")
        said.append(str(caught.value))
    assert "还要等" in said[-1]


def test_points_are_reversed_by_two_people_and_undo_is_no_way_round(
    township: Office, clock_moved: FixedClock
) -> None:
    db, admin = township
    add(db, admin, draft("jingban", ("clerk",)))
    clerk = acting(db, "jingban")
    with db.unit(clerk, "积分") as unit:
        helper = volunteers.add_volunteer(unit, volunteers.VolunteerDraft(region=VILLAGE, name="岳兰"))
    with db.unit(clerk, "积分") as unit:
        booked = volunteers.award(unit, helper.id, 5, "扫路")
        key = unit.action_key
    with pytest.raises(Refused) as caught, db.unit(clerk, "冲正") as unit:
        volunteers.reverse_transfer(unit, booked.id, "记错了人")
    assert caught.value.code == "second.missing"
    with pytest.raises(Refused) as caught, db.unit(admin, "撤销") as unit:  # another one's slip
        undo(unit, key)
    assert caught.value.code == "undo.ledger"
    clock_moved.moment += timedelta(minutes=11)
    with pytest.raises(Refused) as caught, db.unit(clerk, "撤销") as unit:
        undo(unit, key)
    assert caught.value.code == "undo.ledger"
    with db.unit(clerk, "冲正") as unit:
        given = Second("admin", "pw", db.paths.keys)
        volunteers.reverse_transfer(unit, booked.id, "记错了人", given)
    assert "由 管理员 复核" in told(db, admin, event="second")[0].about


@pytest.fixture
def clock_moved(township: Office) -> FixedClock:
    clock = township[0].clock
    assert isinstance(clock, FixedClock)
    return clock
