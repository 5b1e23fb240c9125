"""A forgotten password: the recovery code or the office above vouches for a user, and the database must agree."""

from contextlib import closing
from pathlib import Path

from desktop.core import county_help, crypto, keys, unlogged
from desktop.core.crypto import Cost
from desktop.core.db import database, restore
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import actions, audit
from desktop.features.office.model import Event


def reset_by_code(root: Path, code: str, login: str, password: str, cost: Cost = crypto.FOR_OFFICES) -> None:
    """Give a user of this PC a new password by the recovery code. Raises Trouble for a wrong code or no such user."""
    path = Paths(root).keys
    key = keys.open_with_recovery_code(path, code)
    try:
        _vouch(root, key, login, "用恢复码设新密码")
    except Trouble as trouble:
        # The code proved the key. Data that is damaged can still be restored by a user who had a password here.
        if trouble.code not in restore.DAMAGED or login not in keys.logins(path):
            raise
        about = "用恢复码设新密码，当时数据打不开"
        unlogged.keep(path, unlogged.line(login, Event.PASSWORD, about))
    keys.give_password(path, key, login, password, cost=cost)


def reset_by_answer(
    root: Path, key: bytes, login: str, password: str, cost: Cost = crypto.FOR_OFFICES
) -> None:
    """The same by what the office above answered. Raises Trouble when it is not the key of this office's data."""
    _vouch_answered(root, key, login, "凭上级答复设新密码")
    keys.give_password(Paths(root).keys, key, login, password, cost=cost)
    county_help.finish(Paths(root).keys)


def check_answer(root: Path, key: bytes, login: str) -> None:
    """Raises Trouble when the answered key does not open this office's data, or the user is none of this PC."""
    _vouch_answered(root, key, login, "")


def _vouch_answered(root: Path, key: bytes, login: str, about: str) -> None:
    try:
        _vouch(root, key, login, about)
    except Trouble as trouble:
        if trouble.code not in restore.DAMAGED:
            raise
        raise Trouble(
            "这份答复打不开本单位的数据", "请重新写一份求助文件，请上级再答复一次", code="recover.wrong_key"
        ) from trouble


def _vouch(root: Path, key: bytes, login: str, about: str) -> None:
    """The database opens with the key and knows the user; `about` is written into its audit log."""
    with database.told(), closing(database.open_database(Paths(root), key)) as db:
        with db.reader(actions.SYSTEM) as reader:
            found = actions.actor_of(reader, login)
        if found is None:
            raise Trouble("这台电脑上没有这个用户，或已停用", "请核对用户名", code="keys.no_user")
        if about:
            with db.unit(found, "忘记密码") as unit:
                audit.note(unit, Event.PASSWORD, about)
