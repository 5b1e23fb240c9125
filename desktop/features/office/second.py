"""Four eyes: what one person alone may not do is confirmed by a second one's password (sync.md 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core import keys
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Reader, Unit
from desktop.core.errors import Refused, Trouble
from desktop.core.problems import Problem
from desktop.features.office import audit, rules, store
from desktop.features.office.model import Event, User

RIGHT = "review"
# How many households one person alone takes out of the program at a time [K].
MOST_ALONE = 200


@dataclass(frozen=True, slots=True)
class Second:
    """Who confirms, as typed in; `keys` is the key file that the password must open."""

    login: str
    password: str
    keys: Path


def reviewers(reader: Reader, right: str = RIGHT) -> list[User]:
    """Who may confirm what the reader's user does: everybody else with that right."""
    own = store.office(reader)
    known = store.users_here(reader.connection, own.key)  # the others have no password on this PC
    held = rules.held_roles(known)
    others = [u for u in known if u.alive and u.id != reader.actor.id]
    return [u for u in others if right in rules.rights_of(u.roles, own.level, held)]


def confirm_by_second(unit: Unit, second: Second | None, about: str, right: str = RIGHT) -> str:
    """Have a second person stand by what is being done; gives the name. Written into the audit log.

    An office in which nobody else may confirm goes on alone, and the log says so. Raises Refused
    for nobody, the same person or one without the right, Trouble for a wrong password.
    """
    known = reviewers(unit, right)
    if not known:
        audit.note(unit, Event.SECOND, f"{about}：单位里没有第二位可以复核的人，一人办理")
        return ""
    return confirm_by_one_of(unit, second, known, about)


def confirm_export(db: Database, actor: Actor, second: Second | None, count: int) -> None:
    """Many households leave the program together only by two people's word; raises as `confirm_by_second` does."""
    if count > MOST_ALONE:
        with db.unit(actor, "复核导出") as unit:
            confirm_by_second(unit, second, f"导出 {count:,} 户")


def confirm_by_one_of(unit: Unit, second: Second | None, known: Sequence[User], about: str) -> str:
    """Have one of `known` stand by what is being done; raises as `confirm_by_second` does."""
    if second is None or not second.login:
        raise Refused([Problem("second.missing", "second", "这一步要两个人一起办，请另一位输入用户名和密码")])
    found = [u for u in known if u.login == second.login]
    if not found:
        raise Refused([Problem("second.right", "second", "复核人要是另一位有权复核的用户，请换一位")])
    _check_password(second)
    audit.note(unit, Event.SECOND, f"{about}：由 {found[0].name} 复核")
    return found[0].name


def _check_password(second: Second) -> None:
    try:
        keys.open_with_password(second.keys, second.login, second.password)
    except Trouble as trouble:
        raise Refused([Problem("second.password", "second_password", f"{trouble}")]) from trouble
    if keys.is_first(second.keys, second.login):
        # The administrator who chose it knows it too: it proves nobody's presence.
        words = "复核人用的还是管理员设的密码，请先登录一次，换成自己的密码"
        raise Refused([Problem("second.first", "second_password", words)])
