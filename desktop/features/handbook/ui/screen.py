"""一牌一册: choose, see what has no glyph, look at the very file, print that file."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from desktop.core.changes import Changes
from desktop.core.db.unit import Reader
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell
from desktop.core.settings import PRINT_DPI
from desktop.features.handbook import preview
from desktop.features.handbook.actions import Printed, note_print
from desktop.features.handbook.preview import Checked, Count, Wanted
from desktop.features.handbook.ui import words
from desktop.features.handbook.ui.choice_panel import ChoicePanel
from desktop.features.handbook.ui.problems_view import ProblemsView
from desktop.features.register import api as register
from desktop.widgets.desk import Desk
from desktop.widgets.empty import Empty
from desktop.widgets.parts import GRID, label, shortcut
from desktop.widgets.pdf_pages import PdfPages
from desktop.widgets.pdf_preview import Choose, PdfPreview
from desktop.widgets.progress import watch
from desktop.widgets.runner import Task
from desktop.widgets.say import sentence_of
from desktop.widgets.screen import Screen

_SHOWN_ON_PAPER = ("household", "person", "village_group", "visit")


class HandbookScreen(Screen):
    """`choose` stands in for the printer's dialog in tests.

    arrive(household=id) or arrive(region=key), document="handbook" | "plaque" | "public-plaque".
    """

    def __init__(self, desk: Desk, *, choose: Choose | None = None) -> None:
        super().__init__("一牌一册", "handbook")
        self._desk, self._asked, self._chosen, self._began = desk, 0, 0, 0.0
        self._printed: Printed | None = None
        self._is_stale = self._is_busy = False
        self._go_on: Callable[[], Any] = self.start
        self.panel, self.problems = ChoicePanel(desk), ProblemsView()
        self.preview = PdfPreview(desk.runner, choose, desk.settings.get(PRINT_DPI))
        self.empty = Empty()
        self._offer(has_households=True)
        self.empty.setProperty("role", "card")
        self.said = label("", "secondary")
        preview.sweep(desk.db.paths.prints)
        self._lay_out()
        self._connect()

    def _offer(self, *, has_households: bool) -> None:
        """What can be done before there is a file; an empty register is filled first."""
        if has_households:
            hint = "排版前先检查字库里没有的字；排好后在这里看到的文件，就是打印出来的文件。"
            self.empty.show_state("先选打印什么、给谁", hint, "检查用字并排版", self.start, "print")
        else:
            hint = "先导入名单或新增户，再打印手册和牌"
            self.empty.show_state("户籍册里还没有户", hint, "导入名单", self._import, "print")

    def _import(self) -> None:
        self._desk.navigator.go("register.import")

    def _lay_out(self) -> None:
        self.middle = QStackedWidget()
        both = QHBoxLayout()
        both.setSpacing(2 * GRID)
        self.body.addLayout(both, 1)
        self.body.addWidget(self.said)
        both.addWidget(self.panel, 0)
        both.addWidget(self.middle, 1)
        for page in (self.empty, self.problems, self.preview):
            self.middle.addWidget(page)

    def _connect(self) -> None:
        self.panel.changed.connect(self._on_choice)
        self.panel.start_wanted.connect(self.start)
        self.problems.opened.connect(self._open_household)
        self.problems.go_on.connect(lambda: self._go_on())
        self.preview.printed.connect(self._on_printed)
        self.preview.saved.connect(self._on_saved)
        self._desk.keep.columns(self.problems.table)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut(self, keys, self.start)
        shortcut(self, "Ctrl+S", self.preview.save_file)
        shortcut(self, "Ctrl+F", self.panel.focus_field)

    def arrive(self, **given: Any) -> None:
        if given:
            self.panel.choose(**given)
        elif self._is_stale or not self._asked:
            self._count()
        self.panel.take_focus(bool(given))

    def on_changed(self, changes: Changes, sender: object) -> None:
        if changes.touch(*_SHOWN_ON_PAPER):
            self._is_stale = True
            self.panel.forget_villages()
            if self._printed is not None:
                self.panel.say(self.panel.said.text(), "排好之后册里又有改动，打印前请重新排版")
            elif self.isVisible():
                self._count()

    def _on_choice(self) -> None:
        """Another run is wanted: the file of the one before must not be printed for it."""
        self._close()
        self._count()

    def _close(self) -> None:
        self._chosen += 1
        self._printed = None
        self.preview.close_file()
        focus = self.focusWidget()
        if focus is not None and self.middle.isAncestorOf(focus):
            self.panel.start_button.setFocus()  # what is hidden loses the keyboard
        self.middle.setCurrentWidget(self.empty)
        self.panel.demote("")
        self.said.setText("")

    def _count(self) -> None:
        self._asked += 1
        self._is_stale = False
        wanted = self.panel.wanted
        if wanted is None:
            self.panel.say(
                "请输入村名" if self.panel.village.isVisibleTo(self.panel) else "请输入户编号或姓名"
            )
        else:
            hear = partial(self._on_counted, self._asked, wanted)
            self._desk.runner.read(self, preview.count, wanted, done=hear)

    def _on_counted(self, asked: int, wanted: Wanted, found: Count) -> None:
        if asked == self._asked:
            kept = self._desk.keep.recall(words.PACE)
            room = words.short_of_room(found, wanted.document, kept, self._desk.db.paths.root)
            self.panel.say(words.about_count(found, wanted.document, kept), room)
            # A village without households says so beside the choice; the rest of the register can be printed.
            self._offer(has_households=bool(found.households) or bool(wanted.region))

    def start(self) -> None:
        """Look for characters without a glyph; draw at once when there is none."""
        self.panel.settle()
        wanted = self.panel.wanted
        if wanted is None:
            self.panel.focus_field()
            return
        if not self._is_busy:
            self._close()
            done = partial(self._on_checked, wanted)
            self._run(preview.check, wanted, done=done, title="正在检查用字")

    def _on_checked(self, wanted: Wanted, checked: Checked) -> None:
        if not checked.missing:
            self._draw(wanted, checked)
            return
        self.problems.show_missing(checked.missing)
        self._show_problems(partial(self._draw, wanted, checked))

    def _show_problems(self, go_on: Callable[[], Any]) -> None:
        self._go_on = go_on
        self.middle.setCurrentWidget(self.problems)
        self.panel.demote("重新检查")
        self.problems.table.setFocus()

    def _draw(self, wanted: Wanted, checked: Checked) -> None:
        if self._is_busy:
            return
        self._began = monotonic()
        folder = self._desk.db.paths.prints

        def work(reader: Reader, tell: Tell) -> tuple[Printed, PdfPages]:
            printed = preview.draw(reader, wanted, checked.ids, folder, tell)
            # Here and not in the window's thread: finding the sizes of thousands of pages takes a moment.
            return printed, PdfPages(printed.path)

        self._run(work, done=lambda drawn: self._on_drawn(*drawn), title="正在排版")

    def _run(self, work: Any, *args: Any, done: Any, title: str) -> None:
        """One job at a time, with progress and stop."""
        self._is_busy = True
        task: Task = self._desk.runner.read(
            self, work, *args, tell=True, refused=self._on_refused, trouble=self._on_refused,
            done=partial(self._free, done, self._chosen), stopped=self._on_stopped,
        )  # fmt: skip
        watch(task, self, title)

    def _free(self, done: Any, chosen: int, result: Any) -> None:
        self._is_busy = False
        if chosen == self._chosen:
            done(result)
        elif isinstance(result, tuple):  # another run is wanted by now
            printed, pages = result
            pages.close()
            preview.discard(printed.path)

    def _on_stopped(self) -> None:
        self._is_busy = False
        self.said.setText("已停下，没有留下文件")

    def _on_refused(self, error: Refused | Trouble) -> None:
        self._is_busy = False
        self.panel.say(self.panel.said.text(), "".join(sentence_of(error)))

    def _on_drawn(self, printed: Printed, pages: PdfPages) -> None:
        seconds = monotonic() - self._began
        self.preview.show_file(pages)
        # The preview holds the bytes in memory; what is printed or saved later is exactly them.
        preview.discard(printed.path)
        self._printed = printed
        kept = self._desk.keep.recall(words.PACE)
        self._desk.keep.note(words.PACE, words.new_pace(printed, seconds, kept))
        self.said.setText(words.about_printed(printed, seconds))
        if printed.failed:
            self.problems.show_printed(printed)
            self._show_problems(self._show_preview)
        else:
            self._show_preview()

    def _show_preview(self) -> None:
        self.middle.setCurrentWidget(self.preview)
        self.panel.demote("重新排版")
        self.preview.view.setFocus()

    def _open_household(self, number: str) -> None:
        with self._desk.reader() as reader:
            found = register.by_number(reader, number)
        if found:
            self._desk.navigator.go("register.household", household=found[0])

    def _on_printed(self, pages: int) -> None:
        self._note(pages, f"已送往打印机：{pages:,} 页")

    def _on_saved(self, _path: object) -> None:
        if self._printed is not None:
            self._note(self._printed.pages, "已存为 PDF。文件里有个人信息，用完请妥善保管或删除")

    def _note(self, pages: int, said: str) -> None:
        """Write down who put what on paper, or carried it away."""
        if self._printed is not None:
            self._desk.runner.act(self, note_print, replace(self._printed, pages=pages))
        self._desk.navigator.say(said)
