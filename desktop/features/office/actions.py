"""Making an office, and a user's way in."""

from contextlib import suppress
from pathlib import Path

from desktop.core import crypto, keys
from desktop.core.clock import Clock
from desktop.core.crypto import Cost
from desktop.core.db import database
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble, refuse_if
from desktop.core.paths import Paths
from desktop.features.office import rules, store
from desktop.features.office.model import Office, User

SYSTEM = Actor(bytes(16), "", "系统", frozenset(), "")
FIRST_ROLES = ("admin", "clerk")


def create(
    root: Path,
    office: Office,
    login: str,
    password: str,
    *,
    clock: Clock | None = None,
    cost: Cost = crypto.FOR_OFFICES,
) -> tuple[Database, Actor, str]:
    """Make the office in `root`, its first user (administrator and clerk), and the recovery code shown once.

    Raises Refused for an impossible office, Trouble when there is one already or the folder cannot be written.
    """
    refuse_if(rules.check_office(office.key, office.name, office.level))
    paths = Paths(root)
    if paths.exists():
        raise Trouble("这个文件夹里已经有办公室的数据", "请换一个空文件夹", code="office.exists")
    try:
        root.mkdir(parents=True, exist_ok=True)
        made = keys.create(paths.keys, login, password, cost)
    except OSError as cause:
        raise Trouble("数据文件夹建不起来", "请检查路径和写入权限", code="office.folder") from cause
    db: Database | None = None
    try:
        db = database.create(paths, made.key, clock)
        user = _fill(db, office, login)
    except BaseException:
        if db:
            db.close()
        _clear(paths)  # half an office would be in the way of the next attempt
        raise
    return db, _actor(user), made.recovery_code


def _fill(db: Database, office: Office, login: str) -> User:
    with database.writing(db.engine) as connection:
        store.put_office(connection, office)
    with db.unit(SYSTEM, "建立办公室") as unit:
        user = User(unit.new_id(), login, "管理员", FIRST_ROLES, office.prefix)
        store.add_user(unit, user, office.key)
    return user


def _clear(paths: Paths) -> None:
    """Only files that this attempt made: `create` refuses a folder in which there were any."""
    wal, shm = (paths.database.with_name(paths.database.name + end) for end in ("-wal", "-shm"))
    for path in (paths.keys, paths.database, wal, shm):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def log_in(root: Path, login: str, password: str, *, clock: Clock | None = None) -> tuple[Database, Actor]:
    """Open the office's database for a user. Raises Trouble for a wrong password or a folder without an office."""
    paths = Paths(root)
    db = database.open_database(paths, keys.open_with_password(paths.keys, login, password), clock)
    with db.reader(SYSTEM) as reader:
        found = store.user(reader.connection, login, store.office(reader).key)
    if found is None:
        db.close()
        raise Trouble("这个用户已停用", "请联系本单位的管理员", code="keys.wrong")
    return db, _actor(found)


def _actor(user: User) -> Actor:
    return Actor(user.id, user.login, user.name, rules.rights_of(user.roles), user.prefix)
