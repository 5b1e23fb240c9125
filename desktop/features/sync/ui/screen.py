"""U盘交换: one sentence about now, two large buttons, what came of it, enrolment, and what exists only here."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.core.changes import Changes
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.features.sync import actions, overview
from desktop.features.sync.model import Enrolled, Written
from desktop.features.sync.overview import ReadResult
from desktop.features.sync.telling import Describe
from desktop.features.sync.ui import drives, words
from desktop.features.sync.ui.now_card import NowCard
from desktop.features.sync.ui.pages import ENROL, PAST, RESULT, Pages
from desktop.features.sync.ui.receipt_dialog import ReceiptDialog, receipt_of
from desktop.features.sync.ui.result_view import ResultView
from desktop.features.sync.ui.survey import Survey, survey
from desktop.widgets.ask_second import ask_second
from desktop.widgets.desk import Desk
from desktop.widgets.files import ask_folder
from desktop.widgets.parts import timer
from desktop.widgets.progress import watch
from desktop.widgets.say import sentence_of
from desktop.widgets.screen import Screen

LOOK_EVERY = 2_000
FOLDER = "sync.folder"
AskFolder = Callable[[QWidget, str, str], Path | None]


class SyncScreen(Screen):
    """`table_names` says what a synced table holds ("household": "户"), `describe` tells of whom a disagreement is: the
    exchange itself knows no feature.

    `find` gives the sticks, `ask_folder` asks for a folder: handed in by tests.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        table_names: Mapping[str, str] | None = None,
        describe: Sequence[Describe] = (),
        find: Callable[[], list[Path]] = drives.sticks,
        ask_folder: AskFolder = ask_folder,
    ) -> None:
        super().__init__("U盘交换", "sync")
        self._desk, self._find, self._ask_folder = desk, find, ask_folder
        self._survey, self._is_busy, self._asked, self._page = Survey(), False, 0, ""
        self._wanted: Path | None = None
        self._seen: object = None
        self._had_focus: QWidget | None = None
        rights = desk.actor.rights
        self.now = NowCard("bundle.write" in rights, "bundle.read" in rights)
        self.tabs = Pages(desk, table_names or {}, describe)
        self.enrolment = self.tabs.enrolment
        self._watch = timer(self, LOOK_EVERY, self._glance)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.body.addWidget(self.now)
        self.body.addWidget(self.tabs, 1)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        self.now.place_chosen.connect(self._on_place)
        self.now.folder_wanted.connect(self._choose_folder)
        self.now.look_wanted.connect(self.look)
        self.now.write_wanted.connect(self._write)
        self.now.read_wanted.connect(self._read)
        self.tabs.copies_wanted.connect(self._read_copies)
        self.tabs.receipt_wanted.connect(self._show_receipt)
        self.tabs.write_below_wanted.connect(self._write_below)
        self.enrolment.request_wanted.connect(partial(self._enrol, False, ""))
        self.enrolment.answer_given.connect(partial(self._enrol, False))
        self.enrolment.accept_given.connect(partial(self._enrol, True))

    @property
    def result(self) -> ResultView:
        return self.tabs.result

    # --- looking -----------------------------------------------------------------------------------------

    def arrive(self, *, bundle: Path | None = None, page: str = "", **given: Any) -> None:
        self.look()
        # Made ready while nobody waits; where that fails, the next bundle only says less.
        self._desk.runner.job(self, actions.note_digests, self._desk.db, trouble=lambda _: None)
        self.now.take_focus()
        self._page = page
        self.tabs.turn_to(page)
        if bundle is not None:
            self._run(overview.read, bundle, self._on_read, "正在读入")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

    def on_changed(self, changes: Changes, sender: object) -> None:
        self.tabs.on_changed(changes, sender)
        if sender is not self and self.isVisible():
            self.look()

    def _glance(self) -> None:
        """A stick came or went, or somebody copied a file onto it."""
        if not self._is_busy and drives.seen(self._paths()) != self._seen:
            self.look()

    def _paths(self) -> list[Path]:
        folder = self._folder()
        return [*self._find(), *([folder] if folder else [])]

    def _folder(self) -> Path | None:
        kept = self._desk.keep.recall(FOLDER, "")
        return Path(kept) if kept else None

    def look(self) -> None:
        """Read everything again; the newest answer counts."""
        self._asked += 1
        self._seen = drives.seen(self._paths())
        self._desk.runner.read(
            self, survey, self._desk.db, self._find(), self._folder(), self._wanted,
            done=partial(self._on_survey, self._asked),
        )  # fmt: skip

    def _on_survey(self, asked: int, found: Survey) -> None:
        if asked != self._asked:
            return
        is_first, had_focus = not self._survey.outlook.fingerprint, self._has_focus
        self._survey = found
        self.say(words.standing(found.outlook))
        self.now.show_survey(found)
        self.tabs.show_survey(found)
        self._say_ready()
        if is_first and not self._page and self.tabs.currentIndex() != RESULT:
            is_due = found.found.unanswered or not (found.outlook.parent or found.has_below)
            self.tabs.setCurrentIndex(ENROL if is_due else PAST)
        if is_first or (had_focus and not self._has_focus):
            self.now.take_focus()  # what had it is done and switched off: on to what comes next

    @property
    def _has_focus(self) -> bool:
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def _on_place(self, number: int) -> None:
        self._wanted = self._survey.places[number].path
        self.look()

    def _choose_folder(self) -> None:
        before = self._folder()
        chosen = self._ask_folder(self, "选U盘或文件夹", str(before) if before else "")
        if chosen is not None:
            self._take_folder(chosen)

    def _take_folder(self, folder: Path) -> None:
        self._desk.keep.note(FOLDER, str(folder))
        self._wanted = folder
        self.look()

    # --- writing and reading -----------------------------------------------------------------------------

    def _write(self) -> None:
        if self._survey.place is not None:
            self._run(actions.write_bundle, self._survey.place.path, self._on_written, "正在写出上报包")

    def _write_below(self, code: str) -> None:
        if self._survey.place is not None:
            work = partial(_write_for, code)
            self._run(work, self._survey.place.path, self._on_written, "正在写给下级单位")

    def _show_receipt(self, done: object) -> None:
        ReceiptDialog(self._desk, receipt_of(self._desk, done), self).open()  # type: ignore[arg-type]

    def _on_written(self, written: list[Written]) -> None:
        self.result.show_written(written, self._is_stick)
        self.tabs.show_result()
        # No row was touched, but the status bar tells what exists only here.
        self._desk.runner.changed.emit(Changes(), self)

    def _read(self) -> None:
        if self._survey.place is not None:
            self._run(overview.read, self._survey.place.path, self._on_read, "正在读入")

    def _read_copies(self, copies: object) -> None:
        self._run(overview.read_copies, copies, self._on_read, "正在读入第二份")

    def _on_read(self, result: ReadResult) -> None:
        self.result.show_taken(result, self._is_stick)
        self.tabs.show_result()
        tables = frozenset(name for taken in result.taken for name in taken.rows)
        if tables:
            self._desk.runner.changed.emit(Changes(tables), self)

    @property
    def _is_stick(self) -> bool:
        return self._survey.place is not None and self._survey.place.is_stick

    def _run(
        self,
        work: Callable[..., Any],
        given: object,
        done: Callable[[Any], None],
        title: str,
        refused: Callable[[Refused | Trouble], None] | None = None,
    ) -> None:
        """One job at a time, with progress and stop; then look at the stick again."""
        if self._is_busy:
            return
        self._set_busy(True)
        hear = partial(self._end, refused or partial(self._on_refused, title))
        task = self._desk.runner.job(
            self, work, self._desk.db, self._desk.actor, given,
            done=partial(self._end, done), refused=hear, trouble=hear, stopped=self._on_stopped,
        )  # fmt: skip
        watch(task, self, title)

    def _end(self, hear: Callable[[Any], None], result: Any) -> None:
        self._set_busy(False)
        hear(result)
        self.look()

    def _set_busy(self, busy: bool) -> None:
        """What is switched off loses the focus; it gets it back, so that the keyboard goes on where it was."""
        if busy:
            self._had_focus = self.focusWidget()
        self._is_busy = busy
        self.now.set_busy(busy)
        self.enrolment.setEnabled(not busy)
        self._say_ready()
        if not busy and self._had_focus is not None and self._had_focus.isEnabled():
            self._had_focus.setFocus()

    def _say_ready(self) -> None:
        place = self._survey.place
        self.tabs.set_below_ready(not self._is_busy and place is not None and place.can_write)

    def _on_refused(self, title: str, error: Refused | Trouble) -> None:
        self.result.show_error(error, f"{title.removeprefix('正在')}没有做完")
        self.tabs.show_result()

    def _on_stopped(self) -> None:
        self._set_busy(False)
        self.result.show_stopped("没有写完的文件不会留在U盘上；已经读入的不会丢，再做一次即可接着来")
        self.tabs.show_result()
        self.look()

    # --- enrolment ---------------------------------------------------------------------------------------

    def _enrol(self, is_down: bool, digits: str, second: office.Second | None = None) -> None:
        if self._survey.place is not None:
            work = partial(_enrol, digits, second) if digits else overview.ask
            refused = partial(self._on_enrol_refused, is_down, digits)
            self._run(work, self._survey.place.path, self._on_enrolled, "正在办理入网", refused)

    def _on_enrolled(self, done: Enrolled) -> None:
        self.enrolment.show_done(words.about_step(done), self._is_stick)

    def _on_enrol_refused(self, is_down: bool, digits: str, error: Refused | Trouble) -> None:
        if (asked := ask_second("受理入网", "受理入网", error, self)) is not None:
            path = self._desk.db.paths.keys
            asked.given.connect(
                lambda login, password: self._enrol(is_down, digits, office.Second(login, password, path))
            )
            return
        self.enrolment.refuse("".join(sentence_of(error)), is_down)

    # --- files dropped on the page -----------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if drives.dropped(event.mimeData()) is not None and not self._is_busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = drives.dropped(event.mimeData())
        if path is not None and path.is_dir():
            self._take_folder(path)
        elif path is not None:
            self._run(overview.read, path, self._on_read, "正在读入")


def _write_for(code: str, db: Any, actor: Any, path: Path, tell: Tell) -> list[Written]:
    return actions.write_bundle(db, actor, path, tell, code)


def _enrol(digits: str, second: Any, db: Any, actor: Any, path: Path, tell: Tell) -> Enrolled:
    return actions.enrol_next(db, actor, path, digits, second)
