"""Users: made, changed, stopped, given a new password. The password's slot lies beside the database (core/keys)."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop.core import crypto, keys
from desktop.core.crypto import Cost
from desktop.core.db.database import Database
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.problems import Problem
from desktop.features.office import audit, rules, second, store
from desktop.features.office.model import ADMIN, ROLE_NAMES, Event, Office, User, UserDraft
from desktop.features.office.second import Second


@dataclass(frozen=True, slots=True)
class Safe:
    """Where the slots lie, and the key that they wrap."""

    path: Path
    key: bytes
    cost: Cost = crypto.FOR_OFFICES

    @classmethod
    def of(cls, db: Database) -> "Safe":
        return cls(db.paths.keys, db.key)


def users(reader: Reader) -> list[User]:
    return store.users(reader.connection, store.office(reader).key)


def add_user(unit: Unit, safe: Safe, draft: UserDraft, password: str) -> User:
    """A new user with a first password, which must be changed at the first login."""
    own, known = _known(unit)
    unit.require("user.manage")
    if draft.roles:
        unit.require("user.grant")
    unit.name = "新增用户"
    problems = rules.check_user(draft, own.level, own.prefix, [u.login for u in known])
    refuse_if(problems + rules.check_password(password, draft.login))
    refuse_outside(unit, draft.prefix)
    made = User(unit.new_id(), draft.login, draft.name.strip(), draft.roles, draft.prefix)
    store.add_user(unit, made, own.key)
    audit.note(unit, Event.USER, f"新增用户 {made.login}：{rules.role_words(made.roles)}，范围 {made.prefix}")
    # Last: when the file cannot be written, nothing is committed.
    keys.give_password(safe.path, safe.key, made.login, password, is_first=True, cost=safe.cost)
    return made


def change_user(unit: Unit, user_id: bytes, draft: UserDraft) -> None:
    """Name by who manages users; roles and region by who grants rights."""
    own, known = _known(unit)
    before = _found(known, user_id)
    is_granting = (set(before.roles), before.prefix) != (set(draft.roles), draft.prefix)
    unit.require("user.grant" if is_granting else "user.manage")
    if before.name != draft.name.strip():
        unit.require("user.manage")
    unit.name = "修改用户"
    # The login stays, so it cannot be taken; another PC of this office may have the same.
    refuse_if(rules.check_user(draft, own.level, own.prefix, taken=()))
    refuse_outside(unit, before.prefix, draft.prefix)
    if draft.login != before.login:
        raise Refused([Problem("user.renamed", "login", "用户名不能改，请停用后另建一个")])
    after = User(before.id, before.login, draft.name, draft.roles, draft.prefix)
    _refuse_without(own, known, [after if u.id == user_id else u for u in known])
    store.change_user(unit, user_id, draft)
    audit.note(unit, Event.USER, f"修改用户 {before.login}：{_words(before)} → {_words(after)}")


def stop_user(unit: Unit, safe: Safe, user_id: bytes, given: Second | None = None) -> None:
    """The user's password opens nothing any more; what the user did stays in the log.

    `given` confirms where the user is one of the three (see `_confirm`).
    """
    own, known = _known(unit)
    found = _found(known, user_id)
    unit.require("user.manage")
    refuse_outside(unit, found.prefix)
    unit.name = "停用用户"
    if user_id == unit.actor.id:
        raise Refused([Problem("user.self", "", "不能停用自己，请由另一位管理员来做")])
    _refuse_without(own, known, [u for u in known if u.id != user_id])
    _confirm(unit, own, known, found, given)
    store.set_alive(unit, user_id, False)
    audit.note(unit, Event.USER, f"停用用户 {found.login}")
    # Beside the database, so after it: a step that is not committed leaves the password as it was. Until then, and if
    # the file cannot be written, logging in is refused because the user is stopped.
    unit.afterwards.append(partial(keys.take_password, safe.path, found.login))


def set_password(unit: Unit, safe: Safe, user_id: bytes, password: str, given: Second | None = None) -> None:
    """A new first password: for one who forgot it, and to bring back one who was stopped.

    `given` confirms where the user is one of the three (see `_confirm`).
    """
    own, known = _known(unit)
    found = _found(known, user_id)
    unit.require("user.manage")
    refuse_outside(unit, found.prefix)
    unit.name = "设新密码"
    refuse_if(rules.check_password(password, found.login))
    _confirm(unit, own, known, found, given)
    if not found.alive:
        store.set_alive(unit, user_id, True)
    audit.note(unit, Event.USER, f"给用户 {found.login} 设新密码{'' if found.alive else '并恢复使用'}")
    give = partial(keys.give_password, safe.path, safe.key, found.login, password)
    unit.afterwards.append(partial(give, is_first=True, cost=safe.cost))


def refuse_outside(unit: Unit, *prefixes: str) -> None:
    """Raises Refused for what reaches further than the unit's user: nobody gives more than the own region."""
    if not all(prefix.startswith(unit.actor.prefix) for prefix in prefixes):
        raise Refused([Problem("user.outside", "prefix", "这超出您自己的管辖范围，请联系本单位的管理员")])


def refuse_elsewhere(*given: User) -> None:
    """Raises Refused for a user of another PC: here may be somebody else of that login, with a password."""
    if not all(u.is_here for u in given):
        words = "这是本单位其他电脑上的用户，请在那台电脑上修改"
        raise Refused([Problem("user.elsewhere", "", words)])


def confirmers(own: Office, known: list[User], actor_id: bytes, found: User) -> list[User] | None:
    """Who may confirm what is done to a user who is one of the three: the others of them. None: nobody need.

    The administrator who stands in for both others, because they were never given, is still alone.
    """
    three = set(rules.SEPARATE)
    is_alone = rules.held_roles(u for u in known if u.is_here) & three <= {ADMIN}
    if not rules.is_separated(own.level) or not set(found.roles) & three or is_alone:
        return None
    others = [u for u in known if u.alive and u.is_here and u.id not in (actor_id, found.id)]
    return [u for u in others if set(u.roles) & three]


def _confirm(unit: Unit, own: Office, known: list[User], found: User, given: Second | None) -> None:
    """One of the three cannot be put out of the way, or entered as, by another one alone."""
    could = confirmers(own, known, unit.actor.id, found)
    if could is None:
        return
    if not could:
        words = "这是三员之一，要由三员中的另一位复核；现在没有这样一位，请用恢复码设新密码"
        raise Refused([Problem("second.nobody", "", words)])
    second.confirm_by_one_of(unit, given, could, f"{unit.name} {found.login}")


def _known(unit: Unit) -> tuple[Office, list[User]]:
    own = store.office(unit)
    return own, store.users(unit.connection, own.key)


def _found(known: list[User], user_id: bytes) -> User:
    for one in known:
        if one.id == user_id:
            refuse_elsewhere(one)
            return one
    raise Refused([Problem("user.gone", "", "找不到这个用户，请刷新列表")])


def _words(user: User) -> str:
    return f"{user.name}，{rules.role_words(user.roles)}，范围 {user.prefix}"


def _refuse_without(own: Office, before: list[User], left: list[User]) -> None:
    """An office without an administrator could never make another one. Nor may one of the three be without anybody
    once it was given: no other takes over what it kept in check."""
    wanted = rules.SEPARATE if rules.is_separated(own.level) else (ADMIN,)
    for role in wanted:
        if _has(before, role) and not _has(left, role):
            words = f"至少要留一位{ROLE_NAMES[role]}，请先给另一个人这个角色"
            raise Refused([Problem("user.last", "roles", words)])


def _has(known: list[User], role: str) -> bool:
    return any(u.alive and u.is_here and role in u.roles for u in known)
