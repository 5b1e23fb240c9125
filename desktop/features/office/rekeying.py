"""A new key for the data, after somebody may have got hold of the old one (a lost PC that was open, a clerk who left)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.core import county_help, crypto, keys, log
from desktop.core.county_help import Helper
from desktop.core.crypto import Cost
from desktop.core.db import rekey
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Cancelled, Refused, Trouble
from desktop.core.jobs import Tell, silent
from desktop.core.paths import Paths
from desktop.core.problems import Problem
from desktop.features.office import actions, audit
from desktop.features.office.model import Event


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """The new recovery code, shown once; and the users who need a new password, because none of theirs was given.

    The key counts also where its first backup could not be made: then `trouble` says why.
    """

    recovery_code: str
    left_out: tuple[str, ...]
    backup: Path | None
    trouble: str = ""


def rekey_office(
    root: Path,
    login: str,
    passwords: Mapping[str, str],
    find_helper: Callable[[Database], Helper | None],
    tell: Tell = silent,
    cost: Cost = crypto.FOR_OFFICES,
) -> Rekeyed:
    """Give the office in `root` a new key and a new recovery code; its data is closed and its folder held.

    `passwords` are of everybody who is present, and so keeps the own one; the one of `login` is among them. Who helps
    when one is forgotten is found in the data: the key file could have been edited. Raises Refused, Trouble, and
    Cancelled when `tell` says so; then the office is as it was.
    """
    db, actor = actions.log_in(root, login, passwords[login])
    paths, new = db.paths, crypto.random_key()
    try:
        _check(db, actor, passwords)
        db.backup("rekey", tell)
        left_out = tuple(user for user in keys.logins(paths.keys) if user not in passwords)
        target = rekey.next_keys(paths)
        code = keys.write_renewed(paths.keys, target, db.key, new, passwords, cost)
        if (helper := find_helper(db)) is not None:
            county_help.give_slot(target, new, helper)
        with db.unit(actor, "更换数据钥匙") as unit:
            audit.note(unit, Event.KEY, "更换数据的钥匙和恢复码")
    finally:
        db.close()
    try:
        rekey.prepare(paths, db.key, new, tell)
    except (Trouble, Cancelled):
        _note_kept(root, login, passwords[login])
        raise
    return Rekeyed(code, left_out, *_finished(paths, login, passwords[login]))


def _check(db: Database, actor: Actor, passwords: Mapping[str, str]) -> None:
    """Everybody whose password is kept has typed the right one."""
    with db.reader(actor) as reader:
        reader.require("user.manage")
    for user, password in passwords.items():
        keys.open_with_password(db.paths.keys, user, password)
        if keys.is_first(db.paths.keys, user):
            words = f"用户 {user} 用的还是管理员设的密码，请先登录一次，换成自己的密码"
            raise Refused([Problem("rekey.first", "passwords", words)])


def _note_kept(root: Path, login: str, password: str) -> None:
    """The log said that the key was changed, because the new data has to say so; it was not."""
    with suppress(Trouble):
        db, actor = actions.log_in(root, login, password)
        try:
            with db.unit(actor, "更换数据钥匙没有做完") as unit:
                audit.note(unit, Event.KEY, "更换没有做完：数据的钥匙和恢复码还是原来的")
        finally:
            db.close()


def _finished(paths: Paths, login: str, password: str) -> tuple[Path | None, str]:
    """The office opens with the new key, and the first backup under it is there; or why not. Nobody can stop it here,
    and whatever happens the new recovery code must be told."""
    try:
        rekey.finish(paths)
        db, _ = actions.log_in(paths.root, login, password)
        try:
            return db.backup("manual"), ""
        finally:
            db.close()
    except Trouble as trouble:
        return None, str(trouble)
    except Exception as error:  # a bug too: the old code is void by now
        return None, f"程序遇到了一个没有料到的问题，代码 {log.bug(error)}"
