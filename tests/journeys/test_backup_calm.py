"""The day's backup, its check and its digest run beside the open window, and the clerk does not notice."""

from collections.abc import Iterator
from pathlib import Path
from time import thread_time

import pytest
from pytestqt.qtbot import QtBot

from desktop import start
from desktop.core.db import shelf
from desktop.features.register import api as register
from desktop.shell.assemble import Opened, open_window
from tests.calibration import slowness
from tests.features.register.workbook_maker import HEADINGS, workbook
from tests.journeys.gauge import Gauge, worst_beside_busy_thread
from tests.office_maker import make_office

LONG = 60_000


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    db, actor = make_office(tmp_path)
    rows = [("赵家村", f"{n}", f"{n}", f"户主{n}", "", "户主") for n in range(2_000)]
    with db.reader(actor) as reader:
        plan = register.read_workbook(reader, workbook(tmp_path / "list.xlsx", [HEADINGS, *rows])).plan
    with db.unit(actor, "导入") as unit:
        start.register.apply_import(unit, plan)
    made = open_window(db, actor)
    made.window.show()
    yield made
    made.window.close()
    made.close()


def test_the_window_answers_while_the_backup_is_made(opened: Opened, qtbot: QtBot) -> None:
    paths = opened.desk.db.paths
    allowed = 0.1 * slowness(thread_time) + min(0.1, worst_beside_busy_thread(qtbot))
    with Gauge() as gauge:
        opened.care.start()
        qtbot.waitUntil(lambda: shelf.latest(paths.backups) is not None, timeout=LONG)
        qtbot.waitUntil(lambda: not opened.care.runner.is_busy, timeout=LONG)
    assert gauge.worst < allowed


def test_leaving_does_not_wait_for_a_backup(opened: Opened, qtbot: QtBot) -> None:
    """It is given up at its next step, and no half of it stays as a copy."""
    opened.care.start()
    opened.window.close()
    opened.close()
    folder = opened.desk.db.paths.backups
    assert not list(folder.glob("*.part*"))
    assert all(b.digest for b in shelf.all_in(folder))
