"""What the child process does until it is killed: real work on a real encrypted file, told only after it is kept.

Each kind of work gets `tell`, which sends a tuple to the parent; what was sent is there when the child is dead.
"""

import secrets
import tempfile
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from desktop import start
from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.db import database, migrate, restore, shelf
from desktop.core.db.database import Database
from desktop.core.db.drafts import SealedDrafts
from desktop.core.db.unit import Actor
from desktop.core.drafts import Draft
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.features.register import api as register
from tests.office_maker import add_household

Tell = Callable[..., None]
HOUSEHOLDS = 40
CHEAP = Cost(1, 64, 1)
STEP = '''"""A step of a later version: a new table with a line for every person."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9001", "{before}", None, None


def upgrade() -> None:
    op.create_table("power", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String))
    for _ in range(20):
        op.execute("INSERT INTO power (name) SELECT name FROM person")
    op.create_index("ix_power", "power", ["name"])
'''


def new_name() -> str:
    return f"户主{secrets.token_hex(6)}"


def typing(root: Path, tell: Tell) -> None:
    """Forms: a draft while typing, then the household."""
    db, actor = office.log_in(root, "admin", "pw")
    drafts = SealedDrafts(db.paths.drafts, db.key)
    tell("ready")
    for n in count():
        name = new_name()
        drafts.put(Draft("register.form", f"{n % 5}", {"name": name}))
        tell("draft", f"{n % 5}", name)
        add_household(db, actor, name)
        tell("kept", name)


def importing(root: Path, tell: Tell) -> None:
    """Name lists, each one action after a backup."""
    db, actor = office.log_in(root, "admin", "pw")
    for n in count():
        names = [new_name() for _ in range(HOUSEHOLDS)]
        path = root / "list.xlsx"
        _workbook(path, names)
        with db.reader(actor) as reader:
            plan = register.read_workbook(reader, path).plan
        if n == 0:
            tell("ready")
        tell("begins", *names)
        start.apply_import(start.Running(db, actor), plan)
        tell("kept", *names)


def backing_up(root: Path, tell: Tell) -> None:
    """One backup after the other while the clerk goes on typing."""
    db, actor = office.log_in(root, "admin", "pw")
    tell("ready")
    threading.Thread(target=_type_on, args=(db, actor, tell), daemon=True).start()
    while True:
        tell("copied", db.backup("manual").name)


def migrating(root: Path, tell: Tell) -> None:
    """An update of the program: the old database is backed up and brought up."""
    use_later_version(root)
    paths = Paths(root)
    key = keys.open_with_password(paths.keys, "admin", "pw")
    tell("ready")
    database.open_database(paths, key).close()
    tell("migrated")
    threading.Event().wait()


def restoring(root: Path, tell: Tell) -> None:
    """Back up, work, restore, work, and again."""
    db, actor = office.log_in(root, "admin", "pw")
    tell("ready")
    while True:
        copy = shelf.read(db.backup("manual"))
        tell("copied", copy.path.name if copy else "")
        _type_one(db, actor, tell)
        db.close()
        tell("restores")
        if copy is not None:
            restore.take_place(db.paths, db.key, copy)
        tell("restored")
        db, actor = office.log_in(root, "admin", "pw")
        _type_one(db, actor, tell)


def rekeying(root: Path, tell: Tell) -> None:
    """Type, and give the data a new key, and again."""
    for n in count():
        db, actor = office.log_in(root, "admin", "pw")
        if n == 0:
            tell("ready")
        _type_one(db, actor, tell)
        db.close()
        start.rekey_office(root, "admin", {"admin": "pw"}, cost=CHEAP)


WORK = {f.__name__: f for f in (typing, importing, backing_up, migrating, restoring, rekeying)}


def run(kind: str, root: Path, channel: Any) -> None:
    """The child's main function."""
    lock = threading.Lock()

    def tell(*said: str) -> None:
        with lock:
            channel.send(said)

    WORK[kind](root, tell)


def use_later_version(root: Path) -> None:
    """Let this process be a later version of the program: its migrations have one step more."""
    folder = root / "migrations"
    if not folder.exists():
        made = Path(tempfile.mkdtemp(dir=root))
        _write_later_version(made)
        made.rename(folder)  # at once: this process may be killed while it writes them
    ours = migrate.config

    def later() -> Any:
        made = ours()
        made.set_main_option("script_location", str(folder))
        return made

    migrate.config = later


def _write_later_version(folder: Path) -> None:
    now = Path(migrate.__file__).parent / "migrations"
    (folder / "versions").mkdir()
    for file in (now / "env.py", *now.glob("versions/*.py"), *now.glob("*.mako")):
        (folder / file.relative_to(now)).write_bytes(file.read_bytes())
    (folder / "versions/9001_power.py").write_text(STEP.format(before=migrate.newest()), encoding="utf-8")


def _type_on(db: Database, actor: Actor, tell: Tell) -> None:
    while True:
        _type_one(db, actor, tell)


def _type_one(db: Database, actor: Actor, tell: Tell) -> None:
    name = new_name()
    add_household(db, actor, name)
    tell("kept", name)


def _workbook(path: Path, names: list[str]) -> None:
    book = Workbook()
    book.active.append(["行政村", "户编号", "人编号", "姓名", "证件号码", "与户主关系"])
    for n, name in enumerate(names):
        book.active.append(["赵家村", f"{n}", f"{n}", name, "", "户主"])
    book.save(path)
