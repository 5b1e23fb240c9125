"""The page register.import: choose a workbook, see what it would do, then take it in as one action."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent
from PySide6.QtWidgets import QStackedWidget

from desktop.core.changes import Changes
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell
from desktop.features.register import actions
from desktop.features.register.import_plan import ImportPlan
from desktop.features.register.sheets import write_report
from desktop.features.register.ui.closing import AskBeforeClosing
from desktop.features.register.ui.dropping import SUFFIXES, dropped_workbook
from desktop.features.register.ui.import_view import ImportView
from desktop.widgets import files, say
from desktop.widgets.desk import Desk
from desktop.widgets.empty import Empty
from desktop.widgets.parts import button, set_look, shortcut
from desktop.widgets.progress import watch
from desktop.widgets.runner import Task
from desktop.widgets.saving import take_back
from desktop.widgets.screen import Screen

_HINT = (
    "国家系统导出的“已脱贫人口名单”“监测对象信息”，或自己的表格，.xlsx、.xls、.csv 都可以。\n"
    "选好以后先看清楚会新增和改动什么，再决定导入；导入之前自动备份，导入之后可以撤销。"
)
_CLOSING = (
    "正在导入名单，现在关闭吗",
    "关闭会停下导入，这份名单一行也不会写入，下次要重新导入。",
    "停下并关闭",
)
_FOLDER = "folder.import"
_MAY_NOT = ("您没有导入名单的权限", "名单由有权限的经办导入；要由您来导入，请联系本单位的管理员")


class ImportScreen(Screen):
    """`arrive(path=)` reads that workbook at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("导入名单", "register.import")
        self._desk = desk
        self._read: actions.ReadWorkbook | None = None
        self._path: Path | None = None
        self.task: Task | None = None
        self.empty, self.view = Empty(), ImportView(desk)
        self.empty.setProperty("role", "card")
        self._pages = QStackedWidget()
        for page in (self.empty, self.view):
            self._pages.addWidget(page)
        self.body.addWidget(self._pages)
        self._add_buttons()
        self.view.opened.connect(
            lambda household: desk.navigator.go("register.household", household=household)
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.may_import = "register.import" in desk.actor.rights
        self.setAcceptDrops(self.may_import)
        self._show_start()

    def _add_buttons(self) -> None:
        self.choose_button = button("选择工作簿", self.choose, name="folder")
        self.choose_button.setToolTip("选择工作簿（Ctrl+O）")
        self.report_button = button("另存存疑报告", self.choose_report, name="export")
        self.apply_button = button("导入", self.apply, name="import", role="primary")
        self.apply_button.setToolTip("导入（Ctrl+Enter）")
        for one in (self.choose_button, self.report_button, self.apply_button):
            self.add_action(one)
        for keys, call in (
            ("Ctrl+O", self.choose), ("Ctrl+Return", self.apply), ("Ctrl+Enter", self.apply),
        ):  # fmt: skip
            shortcut(self, keys, call)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Back from a household's page the list goes on; before there is a list, Enter chooses one."""
        super().focusInEvent(event)
        if self._read is not None:
            self.view.take_focus()
        elif self.empty.button.isVisibleTo(self.empty):
            self.empty.button.setFocus()

    @property
    def plan(self) -> ImportPlan | None:
        return self._read.plan if self._read else None

    def arrive(self, path: Path | str | None = None, **_more: Any) -> None:
        self.setFocus()
        if path is not None:
            self.read(Path(path))

    # ---- reading

    def choose(self) -> None:
        if not self.may_import:
            return
        kinds = " ".join(f"*{s}" for s in SUFFIXES)
        folder = str(self._desk.keep.recall(_FOLDER, ""))
        chosen = files.ask_open(self, "选择名单", f"名单 ({kinds});;所有文件 (*)", folder)
        if chosen is not None:
            self._desk.keep.note(_FOLDER, str(chosen.parent))
            self.read(chosen)

    def read(self, path: Path) -> None:
        """Read the workbook away from the window's thread; it can be stopped."""
        if not self.may_import or (self.task is not None and not self.task.is_over):
            return
        self._path = path
        self._show_start()
        self._watch(
            self._desk.runner.read(
                self, actions.read_workbook, path, tell=True,
                done=self._show_read, trouble=self._unreadable, stopped=self._show_start,
            ),
            "正在读取名单",
        )  # fmt: skip

    def _watch(self, task: Task, title: str) -> None:
        self.task = task
        watch(task, self, title)

    def _show_start(self) -> None:
        if self.may_import:
            self._offer("把名单拖到这里", _HINT, "选择工作簿", self.choose, "import")
        else:
            self._offer(*_MAY_NOT, "", self.choose, "warning")
        self.say("")

    def _offer(self, sentence: str, hint: str, action: str, call: Callable[[], Any], icon: str) -> None:
        """A page of one sentence; what it offers is what the page is for."""
        self._read = None
        self.empty.show_state(sentence, hint, action, call, icon)
        set_look(self.empty.button, "role", "primary")
        self._pages.setCurrentWidget(self.empty)
        self._show_buttons()
        self.choose_button.setVisible(call != self.choose)

    def _unreadable(self, error: Trouble | Refused) -> None:
        what, to_do = say.sentence_of(error)
        self._offer(what, to_do, "另选一个工作簿", self.choose, "warning")

    def _show_read(self, found: actions.ReadWorkbook) -> None:
        self._read = found
        self.view.show_read(found)
        self._pages.setCurrentWidget(self.view)
        self.say(found.recognised.path.name)
        self._show_buttons()
        self.view.take_focus()

    def _show_buttons(self) -> None:
        plan = self.plan
        self.report_button.setVisible(plan is not None and bool(plan.doubts))
        self.apply_button.setVisible(plan is not None)
        self.apply_button.setEnabled(plan is not None and not plan.is_empty)
        self.choose_button.setText("另选一个工作簿" if plan else "选择工作簿")
        self.choose_button.show()

    # ---- taking it in

    def apply(self) -> None:
        """A backup, then one action. Both in one job, so that nothing comes between them."""
        plan = self.plan
        if plan is None or plan.is_empty or not self.apply_button.isEnabled():
            return
        self.apply_button.setEnabled(False)
        desk = self._desk
        task = desk.runner.job(
            self, take_in, desk.db, desk.actor, plan,
            done=self._applied, refused=self._stale, trouble=self._trouble, stopped=self._stopped,
        )  # fmt: skip
        self._watch(task, "正在导入")
        if not task.is_over:
            AskBeforeClosing(task, self, *_CLOSING)

    def _applied(self, changes: Changes) -> None:
        plan, desk = self.plan, self._desk
        if plan is None:
            return
        said = _told(plan)
        hint = "导入之前的数据已备份。请到户籍册查看；存疑的单元格没有收入的，在各户页面上标着“待核对”。"
        self._offer(said, hint, "到户籍册查看", lambda: desk.navigator.go("register"), "done")
        self.say("")
        self.empty.button.setFocus()
        # A job has no unit of its own to speak for it: the screens hear of the changes from here.
        desk.runner.changed.emit(changes, self)
        desk.navigator.say(said, lambda: self._watch(take_back(desk, changes.action), "正在撤销"))

    def _stopped(self) -> None:
        self._show_buttons()
        self._desk.navigator.say("已停下，这份名单一行也没有写入")

    def _stale(self, error: Refused) -> None:
        what, _ = say.sentence_of(error)
        self._offer(what, "", "重新读取", self._again, "warning")
        self.empty.button.setFocus()

    def _again(self) -> None:
        if self._path is not None:
            self.read(self._path)

    def _trouble(self, error: Trouble) -> None:
        self._show_buttons()
        say.tell(self, error)

    # ---- the doubtful cells

    def choose_report(self) -> None:
        if self._path is None:
            return
        beside = self._path.with_name(f"{self._path.stem}-存疑.xlsx")
        chosen = files.ask_save(self, "另存存疑报告", beside, "工作簿 (*.xlsx)")
        if chosen is not None:
            self.save_report(chosen)

    def save_report(self, target: Path) -> None:
        found = self._read
        if found is None:
            return

        def work(tell: Tell) -> int:
            tell(0, 0, "正在写出存疑报告")
            return write_report(found.recognised, found.plan.doubts, target)

        def done(count: int) -> None:
            self._desk.navigator.say(f"存疑报告已写出，共 {count:,} 处")

        self._watch(self._desk.runner.job(self, work, done=done, trouble=self._trouble), "正在写出存疑报告")

    # ---- the window around

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_workbook(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_workbook(event.mimeData())
        if path is not None:
            self.read(path)

    def on_changed(self, changes: Changes, sender: object) -> None:
        """A plan that was made before a change would be refused: offer to read again before the clerk reads on."""
        is_busy = self.task is not None and not self.task.is_over
        if self._read is not None and changes.tables and sender is not self and not is_busy:
            self.view.say_stale("读取之后数据有了改动，请重新读取再导入", self._again)
            self.apply_button.setEnabled(False)


def take_in(db: Database, actor: Actor, plan: ImportPlan, tell: Tell) -> Changes:
    """Back up, then write the plan; gives what it touched."""
    tell(0, 0, "正在备份")
    db.backup("import")
    with db.unit(actor, "导入名单") as unit:
        actions.apply_import(unit, plan, tell)
    return unit.changes


def _told(plan: ImportPlan) -> str:
    households, people = plan.households, plan.people
    said = f"已导入：新增 {households.new:,} 户 {people.new:,} 人"
    if households.changed or people.changed:
        said += f"，更新 {households.changed:,} 户 {people.changed:,} 人"
    return said
