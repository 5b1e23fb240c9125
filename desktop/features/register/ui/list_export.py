"""The list of households as it is filtered, into a workbook: the columns shown, telephones masked as on the screen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Reader
from desktop.core.errors import Refused
from desktop.core.excel.writer import Column, Look, write_table
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.features.register import store
from desktop.features.register.model import HouseholdLine
from desktop.features.register.ui.list_columns import columns
from desktop.widgets import columns as screen
from desktop.widgets import files, say
from desktop.widgets.ask_second import ask_second
from desktop.widgets.desk import Desk
from desktop.widgets.progress import watch
from desktop.widgets.runner import Task

LastVisits = Callable[[Sequence[bytes]], Mapping[bytes, str]]
_CHUNK = 500
_PIXELS = 7  # of a digit, which is what Excel counts a column's width in


def ask(over: QWidget, today: date) -> Path | None:
    """Where to; the name says what it is and of which day."""
    return files.ask_save(over, "导出户籍册", Path(f"户籍册-{today.isoformat()}.xlsx"), "工作簿 (*.xlsx)")


def begin(
    over: QWidget,
    desk: Desk,
    ids: Sequence[bytes],
    shown: Sequence[str],
    last: LastVisits | None,
    target: Path,
    second: office.Second | None = None,
) -> Task:
    """Write them away from the window's thread; says where they lie, with a way to the folder. Asks for the second
    person where one is wanted."""

    def refused(error: Refused) -> None:
        asked = ask_second("导出户籍册", f"导出 {len(ids):,} 户", error, over)
        if asked is None:
            say.tell(over, error)
            return
        path = desk.db.paths.keys
        asked.given.connect(
            lambda login, password: begin(
                over, desk, ids, shown, last, target, office.Second(login, password, path)
            )
        )

    def done(count: int) -> None:
        folder = QUrl.fromLocalFile(str(target.parent))
        said = f"已导出 {count:,} 户到“{target.name}”，电话已遮住中间几位"
        desk.navigator.say(said, lambda: QDesktopServices.openUrl(folder), "打开文件夹")

    task = desk.runner.job(
        over, write, desk.db, desk.actor, ids, shown, last, target, second,
        done=done, refused=refused, stopped=lambda: desk.navigator.say("导出已停下，没有写出文件"),
    )  # fmt: skip
    watch(task, over, "正在导出户籍册")
    return task


def write(
    db: Database,
    actor: Actor,
    ids: Sequence[bytes],
    shown: Sequence[str],
    last: LastVisits | None,
    target: Path,
    second: office.Second | None,
    tell: Tell,
) -> int:
    """The households in that order, the columns named in `shown` in theirs; gives how many. Raises Refused where many
    are taken out and no second person stands by it."""
    visited: dict[bytes, str] = {}
    known = {c.name: c for c in columns((lambda line: visited.get(line.id, "")) if last else None)}
    chosen = [known[name] for name in shown if name in known]
    with db.reader(actor) as reader:
        reader.require("register.export")
    office.confirm_export(db, actor, second, len(ids))
    with db.reader(actor) as reader:
        lines = _lines(reader, ids, partial(_note, visited, last), tell)
        rows = ([_cell(c, line) for c in chosen] for line in lines)
        count = write_table(target, [_column(c) for c in chosen], rows, sheet="户籍册")
    with db.unit(actor, "导出户籍册") as unit:
        office.note(unit, office.Event.EXPORT, f"导出户籍册 {count:,} 户")
    return count


def _lines(
    reader: Reader, ids: Sequence[bytes], note: Callable[[Sequence[bytes]], None], tell: Tell
) -> Iterator[HouseholdLine]:
    for start in range(0, len(ids), _CHUNK):
        tell(start, len(ids), "正在写出各户")
        part = ids[start : start + _CHUNK]
        note(part)
        yield from store.household_lines(reader, part)


def _note(visited: dict[bytes, str], last: LastVisits | None, ids: Sequence[bytes]) -> None:
    visited.clear()
    visited.update(last(ids) if last else {})


def _column(column: screen.Column) -> Column:
    look = Look.WHOLE if column.name == "size" else Look.TEXT
    return Column(column.title, max(8, column.width // _PIXELS), look)


def _cell(column: screen.Column, line: HouseholdLine) -> Any:
    return line.size if column.name == "size" else column.value(line)
