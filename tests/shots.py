"""`make shots`: a PNG of every screen with sample data, to be looked at one by one."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop import demo, start
from desktop.core.crypto import Cost
from desktop.features.register import api as register
from desktop.shell.app import make_app
from desktop.shell.assemble import Opened, open_window
from desktop.shell.crash import CrashPage
from desktop.shell.first_restore import FirstRestore
from desktop.shell.first_run import FirstRun
from desktop.shell.login import Login
from desktop.shell.recovery import Recovery
from desktop.widgets.runner import AtOnce
from tests import shots_dialogs
from tests.shot import SIZE, Shots

_PANELS = {
    "history": "操作历史", "backup": "备份", "users": "用户", "keys": "数据钥匙", "audit": "操作日志", "numbers": "户编号",
    "standards": "代码与标准", "settings": "设置",
}  # fmt: skip


def main(folder: Path) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    app = make_app()
    shots = Shots(folder, app)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "demo"
        demo.run(root, "admin", "")
        _before_login(shots, root)
        with start.opened(root, "admin", demo.PASSWORD) as running:
            opened = open_window(running.db, running.actor, AtOnce)
            opened.window.resize(*SIZE)
            opened.window.show()
            _screens(shots, opened, root)
            shots_dialogs.take(shots, opened)
            opened.window.close()
            opened.desk.runner.close()
            opened.drafts.close()
        shots_dialogs.above(shots, root / demo.PRODUCTS / "county")
        _new_office(shots, Path(place) / "new")
    print(f"{shots.count} 张图片在 {folder}")  # noqa: T201
    return 0


def _before_login(shots: Shots, root: Path) -> None:
    login = Login("里则街道", lambda user, password: None, ["admin"], "0.1.0")
    dialogs: list[tuple[str, QWidget]] = [
        ("login", login),
        ("first-run", FirstRun(root, start.create_office)),
        ("first-restore", _restore(root)),
        ("recovery", Recovery(root / "keys.json")),
        ("crash", CrashPage(ValueError("x"), root / "logs")),
    ]
    for name, dialog in dialogs:
        dialog.show()
        shots.take(dialog, name)
        dialog.close()


def _restore(root: Path) -> FirstRestore:
    made = FirstRestore(root)
    made.take_folder(root)
    return made


def _screens(shots: Shots, opened: Opened, root: Path) -> None:
    window, desk = opened.window, opened.desk
    with desk.reader() as reader:
        first = register.household_ids(reader)[0]
        missing = register.household_ids(reader)[7]
    steps: list[tuple[str, Callable[[], None]]] = [
        ("today", lambda: window.go("today")),
        ("register", lambda: window.go("register")),
        ("household", lambda: window.go("register.household", household=first)),
        ("household-visits", lambda: window.go("register.household", household=first, tab="走访")),
        ("household-edit", lambda: window.go("register.form", household=first)),
        ("household-new", lambda: window.go("register.form")),
        ("import-empty", lambda: window.go("register.import")),
        ("import", lambda: window.go("register.import", path=root / "products/monitored.xlsx")),
        ("visits", lambda: window.go("visits")),
        ("visit-form", lambda: window.go("visits.form", household=missing)),
        ("visits-missing", lambda: window.go("visits.missing")),
        ("handbook", lambda: window.go("handbook")),
        ("volunteers", lambda: window.go("volunteers")),
        ("volunteer-form", lambda: window.go("volunteers.form")),
        ("sync", lambda: window.go("sync")),
        *((f"system-{name}", partial(window.go, "system", tab=tab)) for name, tab in _PANELS.items()),
    ]
    for name, go in steps:
        go()
        shots.take(window, name)


def _new_office(shots: Shots, root: Path) -> None:
    running, _ = start.create_office(root, demo.TOWNSHIP, "admin", "x" * 8, cost=Cost(1, 64, 1))
    opened = open_window(running.db, running.actor, AtOnce)
    opened.window.resize(*SIZE)
    opened.window.show()
    for name in ("today", "register", "visits", "visits.missing", "handbook", "volunteers", "sync", "system"):
        opened.window.go(name)
        shots.take(opened.window, f"empty-{name}")
    opened.window.close()
    opened.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
