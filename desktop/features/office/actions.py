"""Making an office, and a user's way in."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from desktop.core import crypto, keys, lockout, log, unlogged
from desktop.core.clock import BEIJING, Clock
from desktop.core.crypto import Cost
from desktop.core.db import database, witness
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Reader, Unit
from desktop.core.errors import Trouble, refuse_if
from desktop.core.paths import Paths
from desktop.core.unlogged import Unlogged
from desktop.features.office import audit, rules, store
from desktop.features.office.model import ADMIN, CLERK, Event, Office, User

SYSTEM = Actor(bytes(16), "", "系统", frozenset(), "")
FIRST_ROLES = (ADMIN, CLERK)


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
    problems = rules.check_office(office.key, office.name, office.level)
    refuse_if(problems + rules.check_login(login))
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
    return db, _actor(user, office), made.recovery_code


def _fill(db: Database, office: Office, login: str) -> User:
    with database.writing(db.engine) as connection:
        store.put_office(connection, office)
    with db.unit(SYSTEM, "建立办公室") as unit:
        user = User(unit.new_id(), login, "管理员", FIRST_ROLES, office.prefix)
        store.add_user(unit, user, office.key)
        audit.note(unit, Event.USER, f"建立办公室，第一位用户 {login}")
    return user


def _clear(paths: Paths) -> None:
    """Only files that this attempt made: `create` refuses a folder in which there were any."""
    wal, shm = (paths.database.with_name(paths.database.name + end) for end in ("-wal", "-shm"))
    for path in (paths.keys, lockout.beside(paths.keys), paths.witness, paths.database, wal, shm):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def log_in(
    root: Path, login: str, password: str, *, clock: Clock | None = None, may_be_first: bool = False
) -> tuple[Database, Actor]:
    """Open the office's database for a user, and write that down.

    Raises Trouble for a wrong password, a folder without an office, and, unless `may_be_first`, for a password that an
    administrator chose: who knows it is not known to be the user.
    """
    paths = Paths(root)
    db = database.open_database(paths, keys.open_with_password(paths.keys, login, password), clock)
    try:
        with db.reader(SYSTEM) as reader:
            found = actor_of(reader, login)
        if found is None:
            raise Trouble("这个用户已停用", "请联系本单位的管理员", code="keys.wrong")
        if not may_be_first:
            refuse_first(paths.keys, login)
        _note_login(db, found)
    except BaseException:
        db.close()
        raise
    return db, found


def refuse_first(path: Path, login: str) -> None:
    """Raises Trouble while the user's password is the one that an administrator chose."""
    if keys.is_first(path, login):
        raise Trouble("这还是管理员设的密码", "请先在窗口里登录一次，换成自己的密码", code="keys.first")


def actor_of(reader: Reader, login: str) -> Actor | None:
    """The user of that login on this PC with what the roles allow in this office."""
    own = store.office(reader)
    known = store.users_here(reader.connection, own.key)
    held = rules.held_roles(known)
    return next((_actor(u, own, held) for u in known if u.login == login and u.alive), None)


def title_of(reader: Reader, actor: Actor) -> str:
    """张敏 · 乡镇经办, for the band of the window."""
    known = store.user(reader.connection, actor.login, store.office(reader).key)
    return f"{actor.name} · {rules.role_words(known.roles)}" if known else actor.name


def _note_login(db: Database, actor: Actor) -> None:
    tries = keys.tries_of(db.paths.keys)
    try:
        with db.unit(actor, "登录") as unit:
            audit.note_unlogged(unit, unlogged.kept(db.paths.keys))
            audit.note_failed(unit, tries.failed())
            audit.note(unit, Event.LOGIN, "登录")
    except Trouble as trouble:
        # A full disk must not keep the office out of its own data; the wrong tries stay for the next time.
        log.logger.warning("login not noted: %s", trouble.code)
    else:
        tries.forget_failed()
        unlogged.forget(db.paths.keys)


def note_leaving(unit: Unit) -> None:
    audit.note(unit, Event.LEFT, "退出登录")


def restored_by(login: str, made_at: datetime) -> Unlogged:
    """The line that the restored data's audit log gets at its first login."""
    about = f"恢复 {made_at.astimezone(BEIJING):%Y-%m-%d %H:%M} 的备份"
    return unlogged.line(login, Event.RESTORE, about)


def note_replaced(unit: Unit, sentence: str) -> None:
    """The data is not known to be the one that was used here last: the sentence that the clerk was told."""
    audit.note(unit, Event.RESTORE, sentence)
    witness.keep_doubt(unit.connection, None)


def note_password(unit: Unit) -> None:
    audit.note(unit, Event.PASSWORD, "修改自己的密码")


def _actor(user: User, own: Office, held: Collection[str] = ()) -> Actor:
    rights = rules.rights_of(user.roles, own.level, held)
    return Actor(
        user.id,
        user.login,
        user.name,
        rights,
        user.prefix,
        sees=user.prefix if user.prefix != own.prefix else "",
        is_masked="data.sensitive" not in rights,
    )
