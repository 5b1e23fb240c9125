"""Pictures of the dialogs, and of the pages while the data is closed."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QDialog

from desktop import demo, start
from desktop.core.db import database, local
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.register.ui.erase_dialog import EraseDialog
from desktop.features.register.ui.household_page import HouseholdPage
from desktop.features.sync.ui.below_tab import BelowTab
from desktop.features.sync.ui.pages import BELOW, ERASED
from desktop.features.sync.ui.revoke_dialog import RevokeDialog
from desktop.features.sync.ui.screen import SyncScreen
from desktop.features.volunteers.ui.handover_dialog import PointsHandover
from desktop.features.volunteers.ui.screen import VolunteersScreen
from desktop.shell.assemble import Opened, open_window
from desktop.shell.rekey_dialog import RekeyDialog
from desktop.shell.rekey_page import RekeyPage
from desktop.widgets.runner import AtOnce
from tests.shot import SIZE, Shots


def take(shots: Shots, opened: Opened) -> None:
    """Over the window of the sample township."""
    window, desk = opened.window, opened.desk
    window.go("volunteers")
    (volunteers,) = window.findChildren(VolunteersScreen)
    volunteers.account.open_handover()
    (asked,) = volunteers.findChildren(PointsHandover)
    over(shots, opened, asked, "points-handover")
    window.go("sync", page="enrol")
    shots.take(window, "sync-enrol")
    with database.writing(desk.db.engine) as connection:
        local.put(connection, {"barred": "revoked"})
    window.go("sync", page="enrol")
    shots.take(window, "sync-barred")
    window.go("system", tab="数据钥匙")
    over(shots, opened, RekeyDialog(desk, opened.care.runner, window), "rekey-ask")
    page = RekeyPage(_rekeyed, "admin", {}, AtOnce)
    page.show()
    page.begin()
    shots.take(page, "rekey-done")
    page.finished.emit()
    page.close()


def above(shots: Shots, root: Path) -> None:
    """The county of the sample, which has a township below."""
    with start.opened(root, "admin", demo.PASSWORD) as running:
        opened = open_window(running.db, running.actor, AtOnce)
        opened.window.resize(*SIZE)
        opened.window.show()
        opened.window.go("volunteers")
        shots.take(opened.window, "volunteers-elsewhere")
        opened.window.go("sync")
        (screen,) = opened.window.findChildren(SyncScreen)
        screen.tabs.setCurrentIndex(BELOW)
        shots.take(opened.window, "sync-below")
        below = screen.tabs.findChildren(BelowTab)[0]
        line = below.table.line
        over(shots, opened, RevokeDialog(opened.desk, line, [line, line], print, below), "revoke")
        _erasing(shots, opened)
        opened.window.close()
        opened.desk.runner.close()
        opened.drafts.close()


def _erasing(shots: Shots, opened: Opened) -> None:
    """The question over the household's page, and the list after one was erased."""
    desk, window = opened.desk, opened.window
    with desk.reader() as reader:
        first, second = register.household_ids(reader)[:2]
    window.go("register.household", household=first)
    (page,) = window.findChildren(HouseholdPage)
    if page.household is not None:
        over(shots, opened, EraseDialog(desk, page.household, None, page, print), "erase")
    register.erase_household(desk.db, desk.actor, second, "本人书面申请")
    window.go("sync")
    (screen,) = window.findChildren(SyncScreen)
    screen.tabs.setCurrentIndex(ERASED)
    shots.take(window, "sync-erased")


def over(shots: Shots, opened: Opened, dialog: QDialog, name: str) -> None:
    dialog.open()
    shots.take(dialog, name)
    dialog.reject()


def _rekeyed(_login: str, _passwords: Mapping[str, str], _tell: Tell) -> office.Rekeyed:
    return office.Rekeyed("3E93-THSB-TWXX-TP6G-W09W-HZK0-DNBB-KKSA", ("lili", "wangfang"), Path())
