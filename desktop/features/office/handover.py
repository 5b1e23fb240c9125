"""Handing over from one clerk to the next: work roles, the villages, and (by the page) the drafts; in one action."""

from os.path import commonprefix

from desktop.core.db.unit import Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.problems import Problem
from desktop.features.office import audit, rules, store, users
from desktop.features.office.model import DIGITS, Event, User, UserDraft
from desktop.features.office.users import Safe


def hand_over(unit: Unit, safe: Safe, before: User, after: User, *, stop: bool) -> User:
    """Give `after` the work of `before`; gives `after` as from now on. `stop` takes the password of `before`.

    An administrator's roles are not handed on with the work: they are given on purpose.
    """
    unit.require("user.manage")
    unit.require("user.grant")
    unit.name = "移交工作"
    level = store.office(unit).level
    if before.id == after.id or not after.alive:
        raise Refused([Problem("handover.to", "after", "请选另一位在用的用户来接手")])
    roles = _joined(before, after)
    refuse_if(rules.check_roles(roles, level))
    users.refuse_elsewhere(before, after)
    draft = UserDraft(after.login, after.name, roles, widest(before.prefix, after.prefix))
    users.refuse_outside(unit, before.prefix, after.prefix, draft.prefix)
    store.change_user(unit, after.id, draft)
    if stop and set(before.roles) & set(rules.SEPARATE) and rules.is_separated(level):
        words = "三员之一要由两个人一起停用，请先只移交工作，再在用户列表里停用"
        raise Refused([Problem("handover.stop", "stop", words)])
    if stop:
        users.stop_user(unit, safe, before.id)
        unit.name = "移交工作"
    audit.note(
        unit,
        Event.HANDOVER,
        f"{before.login} 的工作移交给 {after.login}：{rules.role_words(roles)}，范围 {draft.prefix}",
    )
    return User(after.id, after.login, after.name, roles, draft.prefix)


def _joined(before: User, after: User) -> tuple[str, ...]:
    work = [r for r in before.roles if r not in rules.SEPARATE and r not in after.roles]
    return (*after.roles, *work)


def widest(first: str, second: str) -> str:
    """The smallest place that has both in it."""
    shared = len(commonprefix([first, second]))
    return first[: max((d for d in DIGITS.values() if d <= shared), default=0)]
