"""Users and their roles: who may make whom, what each may do, and what stopping one means."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused, Trouble
from desktop.features.office import actions, handover, rules, users
from desktop.features.office.model import ROLE_NAMES, Level, User, UserDraft
from desktop.features.office.second import Second
from desktop.features.office.users import Safe
from tests.office_maker import PLACES, make_office

CHEAP = Cost(1, 64, 1)
FIRST, OWN = "first password", "own password"
PREFIX, VILLAGE, COUNTY = "371602012", "371602012221", "371602"
Office = tuple[Database, Actor]


def safe(db: Database) -> Safe:
    return Safe(db.paths.keys, db.key, CHEAP)


def draft(login: str = "lili", roles: tuple[str, ...] = ("clerk",), prefix: str = PREFIX) -> UserDraft:
    return UserDraft(login, "李丽", roles, prefix)


def add(db: Database, actor: Actor, given: UserDraft | None = None, password: str = FIRST) -> User:
    with db.unit(actor, "用户") as unit:
        return users.add_user(unit, safe(db), given or draft(), password)


def settle(db: Database, login: str, password: str = OWN) -> None:
    """The user logged in once and chose an own password."""
    keys.give_password(db.paths.keys, db.key, login, password, cost=CHEAP)


def known(db: Database, actor: Actor) -> dict[str, User]:
    with db.reader(actor) as reader:
        return {u.login: u for u in users.users(reader)}


def acting(db: Database, login: str) -> Actor:
    with db.reader(actions.SYSTEM) as reader:
        found = actions.actor_of(reader, login)
    assert found is not None
    return found


def test_a_new_user_logs_in_and_must_choose_an_own_password(township: Office) -> None:
    db, admin = township
    add(db, admin)
    root = db.paths.root
    with pytest.raises(Trouble) as caught:  # the command line cannot ask for one
        actions.log_in(root, "lili", FIRST)
    assert caught.value.code == "keys.first"
    again, actor = actions.log_in(root, "lili", FIRST, may_be_first=True)
    again.close()
    assert (actor.rights, actor.prefix, actor.sees) == (rules.RIGHTS["clerk"], PREFIX, "")
    keys.change_password(db.paths.keys, "lili", FIRST, OWN, CHEAP)
    actions.log_in(root, "lili", OWN)[0].close()
    with pytest.raises(Trouble):
        actions.log_in(root, "lili", FIRST)
    actions.log_in(root, "admin", "pw")[0].close()


def test_a_stopped_user_has_no_key_any_more_and_comes_back_with_a_new_one(township: Office) -> None:
    db, admin = township
    made = add(db, admin)
    with db.unit(admin, "停用") as unit:
        users.stop_user(unit, safe(db), made.id)
    assert keys.logins(db.paths.keys) == ["admin"]
    assert not known(db, admin)["lili"].alive
    with db.unit(admin, "恢复") as unit:
        users.set_password(unit, safe(db), made.id, "another first")
    assert known(db, admin)["lili"].alive
    actions.log_in(db.paths.root, "lili", "another first", may_be_first=True)[0].close()


@pytest.mark.parametrize(
    ("given", "password", "codes"),
    [
        (draft("li li"), FIRST, ["user.login"]),
        (draft("x"), FIRST, ["user.login"]),
        (draft("ADMIN"), FIRST, ["user.taken"]),
        (UserDraft("lili", " ", ("clerk",), PREFIX), FIRST, ["user.name"]),
        (draft(prefix="371602013"), FIRST, ["user.region"]),
        (draft(prefix=COUNTY), FIRST, ["user.region"]),
        (draft(prefix=PREFIX + "x"), FIRST, ["user.region"]),
        (draft(prefix=PREFIX + "12"), FIRST, ["user.region"]),
        (draft(roles=("manager",)), FIRST, ["user.role"]),
        (draft(roles=("emperor",)), FIRST, ["user.role"]),
        (draft(), "short", ["password.short"]),
        (draft("li-li-li"), "Li-Li-Li", ["password.login"]),
    ],
)
def test_what_makes_no_user(township: Office, given: UserDraft, password: str, codes: list[str]) -> None:
    db, admin = township
    before = db.paths.keys.read_bytes()
    with pytest.raises(Refused) as caught:
        add(db, admin, given, password)
    assert [p.code for p in caught.value.problems] == codes
    assert (list(known(db, admin)), db.paths.keys.read_bytes()) == (["admin"], before)


def test_a_key_file_that_cannot_be_written_makes_no_user(
    township: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, admin = township

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(keys, "_write", full)
    with pytest.raises(Trouble) as caught:
        add(db, admin)
    assert caught.value.code == "keys.write"
    assert list(known(db, admin)) == ["admin"]


def test_a_clerk_manages_nobody(township: Office) -> None:
    db, admin = township
    made = add(db, admin)
    clerk = acting(db, "lili")
    attempts = [
        lambda unit: users.add_user(unit, safe(db), draft("other"), FIRST),
        lambda unit: users.change_user(unit, made.id, draft(roles=("clerk", "admin"))),
        lambda unit: users.stop_user(unit, safe(db), admin.id),
        lambda unit: users.set_password(unit, safe(db), admin.id, FIRST),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as caught, db.unit(clerk, "x") as unit:
            attempt(unit)
        assert caught.value.code == "right.missing"


def test_the_last_administrator_stays(township: Office) -> None:
    db, admin = township
    for attempt, code in (
        (lambda unit: users.stop_user(unit, safe(db), admin.id), "user.self"),
        (
            lambda unit: users.change_user(unit, admin.id, UserDraft("admin", "管理员", ("clerk",), PREFIX)),
            "user.last",
        ),
    ):
        with pytest.raises(Refused) as caught, db.unit(admin, "x") as unit:
            attempt(unit)
        assert caught.value.code == code


def test_a_login_is_never_changed_and_never_given_again(township: Office) -> None:
    db, admin = township
    made = add(db, admin)
    with pytest.raises(Refused) as caught, db.unit(admin, "x") as unit:
        users.change_user(unit, made.id, draft("renamed"))
    assert caught.value.code == "user.renamed"
    with db.unit(admin, "停用") as unit:
        users.stop_user(unit, safe(db), made.id)
    with pytest.raises(Refused) as caught:
        add(db, admin)
    assert caught.value.code == "user.taken"


def test_a_village_clerks_rights_end_at_the_village(township: Office) -> None:
    db, admin = township
    add(db, admin, draft(roles=("village",), prefix=VILLAGE))
    actor = acting(db, "lili")
    assert actor.sees == VILLAGE
    with db.unit(actor, "x") as unit:
        unit.require("visit.record", VILLAGE)
        for right, region in (("visit.record", "371602012222"), ("register.import", "")):
            with pytest.raises(Refused):
                unit.require(right, region)


def test_every_role_has_a_name_and_rights() -> None:
    assert set(rules.RIGHTS) == set(ROLE_NAMES)
    assert all(set(rules.roles_at(level)) <= set(ROLE_NAMES) for level in Level)


def test_below_the_county_the_administrator_is_all_three() -> None:
    assert rules.rights_of(["admin"]) >= {"user.manage", "user.grant", "audit.read", "review"}
    assert "register.change" not in rules.rights_of(["admin"])


def test_from_the_county_up_three_people_keep_each_other_in_check(tmp_path: Path) -> None:
    db, admin = make_office(tmp_path, "county")
    assert {"user.manage", "user.grant", "audit.read"} <= admin.rights  # nobody else is there yet
    for roles in (("admin", "security"), ("security", "audit"), ("clerk", "audit", "admin")):
        with pytest.raises(Refused) as caught:
            add(db, admin, draft(roles=roles, prefix=COUNTY))
        assert caught.value.code == "user.separate"
    add(db, admin, draft("anquan", ("security",), COUNTY))
    add(db, acting(db, "admin"), draft("shenji", (), COUNTY))
    system, security = acting(db, "admin"), acting(db, "anquan")
    assert "user.grant" not in system.rights
    assert security.rights == {"user.grant"}
    auditor = known(db, admin)["shenji"]
    with pytest.raises(Refused), db.unit(system, "x") as unit:  # makes users, gives no rights
        users.change_user(unit, auditor.id, draft("shenji", ("audit",), COUNTY))
    with db.unit(security, "x") as unit:
        users.change_user(unit, auditor.id, draft("shenji", ("audit",), COUNTY))
    assert acting(db, "shenji").rights == {"audit.read"}
    assert "audit.read" not in acting(db, "admin").rights
    with pytest.raises(Refused), db.unit(security, "x") as unit:  # gives rights, makes no users
        users.add_user(unit, safe(db), draft("other", (), COUNTY), FIRST)
    db.close()


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Office]:
    db, admin = make_office(tmp_path, "county")
    yield db, admin
    db.close()


def test_nobody_takes_over_from_one_of_the_three_by_putting_him_out_of_the_way(county: Office) -> None:
    db, admin = county
    security = add(db, admin, draft("anquan", ("security",), COUNTY))
    system = acting(db, "admin")
    assert "user.grant" not in system.rights
    before = db.paths.keys.read_bytes()
    for attempt, code in (
        (lambda unit: users.stop_user(unit, safe(db), security.id), "user.last"),
        (lambda unit: users.set_password(unit, safe(db), security.id, "known to the other"), "second.nobody"),
    ):
        with pytest.raises(Refused) as caught, db.unit(system, "x") as unit:
            attempt(unit)
        assert caught.value.code == code
    with pytest.raises(Refused) as caught, db.unit(acting(db, "anquan"), "x") as unit:
        users.change_user(unit, security.id, draft("anquan", ("clerk",), COUNTY))
    assert caught.value.code == "user.last"
    assert db.paths.keys.read_bytes() == before


def test_another_of_the_three_confirms_what_is_done_to_one_of_them(county: Office) -> None:
    db, admin = county
    add(db, admin, draft("fuhe", ("reviewer",), COUNTY))
    add(db, admin, draft("anquan2", ("security",), COUNTY))
    for login, role in (("anquan", "security"), ("shenji", "audit")):
        made = add(db, acting(db, "admin"), draft(login, (), COUNTY))
        with db.unit(acting(db, "anquan2"), "x") as unit:
            users.change_user(unit, made.id, draft(login, (role,), COUNTY))
    for login in ("anquan2", "anquan", "shenji", "fuhe"):
        settle(db, login)
    system, path = acting(db, "admin"), db.paths.keys
    target = known(db, admin)["anquan"]
    for given, code in (
        (None, "second.missing"),
        (Second("admin", "pw", path), "second.right"),
        (Second("anquan", OWN, path), "second.right"),
        (Second("fuhe", OWN, path), "second.right"),
        (Second("shenji", "wrong", path), "second.password"),
    ):
        with pytest.raises(Refused) as caught, db.unit(system, "x") as unit:
            users.stop_user(unit, safe(db), target.id, given)
        assert caught.value.code == code
    with db.unit(system, "x") as unit:
        users.stop_user(unit, safe(db), target.id, Second("shenji", OWN, path))
    assert not known(db, admin)["anquan"].alive
    assert "user.grant" not in acting(db, "admin").rights
    with db.unit(system, "x") as unit:
        users.set_password(unit, safe(db), target.id, "a first one", Second("anquan2", OWN, path))
    assert known(db, admin)["anquan"].alive


@pytest.mark.parametrize("what", ["stop", "password", "handover"])
def test_a_step_that_is_not_committed_leaves_the_key_file_as_it_was(township: Office, what: str) -> None:
    db, admin = township
    made, after = add(db, admin), add(db, admin, draft("xin"))
    before = db.paths.keys.read_bytes()
    with pytest.raises(RuntimeError), db.unit(admin, "x") as unit:
        if what == "stop":
            users.stop_user(unit, safe(db), made.id)
        elif what == "password":
            users.set_password(unit, safe(db), made.id, "another first")
        else:
            handover.hand_over(unit, safe(db), made, after, stop=True)
        raise RuntimeError("the disk is full")
    assert db.paths.keys.read_bytes() == before
    assert known(db, admin)["lili"].alive


def test_who_is_bound_to_a_village_makes_and_touches_nobody_beyond_it(township: Office) -> None:
    db, admin = township
    wide = add(db, admin, draft("wide"))
    add(db, admin, draft("cun", ("admin",), VILLAGE))
    near = add(db, acting(db, "cun"), draft("near", ("village",), VILLAGE))
    bound = acting(db, "cun")
    for attempt in (
        lambda unit: users.add_user(unit, safe(db), draft("other"), FIRST),
        lambda unit: users.change_user(unit, near.id, draft("near", ("village",))),
        lambda unit: users.change_user(unit, wide.id, draft("wide", ("clerk",), VILLAGE)),
        lambda unit: users.stop_user(unit, safe(db), wide.id),
        lambda unit: users.set_password(unit, safe(db), wide.id, "known to cun"),
        lambda unit: handover.hand_over(unit, safe(db), wide, near, stop=False),
    ):
        with pytest.raises(Refused) as caught, db.unit(bound, "x") as unit:
            attempt(unit)
        assert caught.value.code == "user.outside"


@pytest.mark.parametrize("login", ["", " ", "a", "li li", "x" * 41])
def test_an_office_needs_a_first_user_with_a_name(tmp_path: Path, login: str) -> None:
    with pytest.raises(Refused) as caught:
        actions.create(tmp_path / "new", PLACES["township"], login, "long enough", cost=CHEAP)
    assert caught.value.code == "user.login"
    assert not (tmp_path / "new").exists()


def test_what_was_done_to_users_cannot_be_undone(township: Office) -> None:
    from desktop.core.db.undo import undo

    db, admin = township
    with db.unit(admin, "用户") as unit:
        users.add_user(unit, safe(db), draft(), FIRST)
        key = unit.action_key
    with pytest.raises(Refused) as caught, db.unit(admin, "撤销") as unit:
        undo(unit, key)
    assert caught.value.code == "undo.never"


def test_handing_over_gives_work_and_region_but_no_administrator(township: Office) -> None:
    db, admin = township
    before = add(db, admin, draft("jiu", ("village", "clerk"), VILLAGE))
    after = add(db, admin, draft("xin", ("reviewer",), "371602012222"))
    with db.unit(admin, "移交") as unit:
        made = handover.hand_over(unit, safe(db), before, after, stop=True)
    assert made == known(db, admin)["xin"]
    assert (made.roles, made.prefix) == (("reviewer", "village", "clerk"), PREFIX)
    assert not known(db, admin)["jiu"].alive
    assert keys.logins(db.paths.keys) == ["admin", "xin"]
    with db.unit(admin, "移交") as unit:
        assert (
            "admin"
            not in handover.hand_over(unit, safe(db), known(db, admin)["admin"], made, stop=False).roles
        )


@pytest.mark.parametrize(
    ("first", "second", "widest"),
    [
        (VILLAGE, VILLAGE, VILLAGE), (VILLAGE, PREFIX, PREFIX), (PREFIX, VILLAGE, PREFIX),
        (VILLAGE, "371602012222", PREFIX), (VILLAGE, "371602013001", COUNTY), (VILLAGE, "371603001001", "3716"),
    ],
)  # fmt: skip
def test_the_smallest_place_that_has_both(first: str, second: str, widest: str) -> None:
    assert handover.widest(first, second) == widest


def test_nobody_hands_over_to_oneself_or_to_one_who_was_stopped(township: Office) -> None:
    db, admin = township
    made = add(db, admin)
    with db.unit(admin, "停用") as unit:
        users.stop_user(unit, safe(db), made.id)
    own, stopped = known(db, admin)["admin"], known(db, admin)["lili"]
    for after in (own, stopped):
        with pytest.raises(Refused) as caught, db.unit(admin, "移交") as unit:
            handover.hand_over(unit, safe(db), own, after, stop=False)
        assert caught.value.code == "handover.to"
