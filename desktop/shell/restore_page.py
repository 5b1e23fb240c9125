"""The page while the data is closed: it restores, proves, and leads back to the login. Also met with damaged data."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.clock import BEIJING
from desktop.core.db import restore, shelf
from desktop.core.db.shelf import Backup
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.shell.ask_backup import NOT_OURS, ask_backup
from desktop.shell.closed_page import ClosedPage
from desktop.widgets.parts import button, label
from desktop.widgets.progress import watch
from desktop.widgets.runner import Runner
from desktop.widgets.say import sentence_of

NEIGHBOURS = (
    "写到U盘、上级或下级办公室已经读入的变更，他们手里都有：恢复之后与他们各交换一次U盘，就会回来。"
    "还没有到他们手里的，要照着纸质记录重做。"
)
_NO_COPY = "这台电脑上没有可用的备份。请插上放备份的U盘，或联系上级重新取回数据；损坏的文件请不要删除。"
# What says that another copy may do where this one cannot.
_USELESS = ("restore.unreadable", "restore.changed")


@dataclass(frozen=True, slots=True)
class Case:
    """Whose data, under which key, from which backup (None: there is no good one); `is_damaged` when it must be.
    `by` is who restores."""

    paths: Paths
    key: bytes
    backup: Backup | None
    is_damaged: bool = False
    by: str = ""


class RestorePage(ClosedPage):
    def __init__(self, case: Case, runner_class: type[Runner] = Runner) -> None:
        super().__init__("用备份恢复", runner_class)
        self._case, self._backup = case, case.backup
        self._useless: set[Path] = set()
        self._is_kept = False
        self.neighbours = label(NEIGHBOURS, "secondary", wrap=True)
        self.body.addWidget(self.neighbours)
        self.restore_button = button("用这份备份恢复", self.begin, role="primary")
        self.stick_button = button("从U盘选…", self.choose_file)
        self.stick_button.setVisible(case.is_damaged)
        self.buttons.addWidget(self.stick_button)
        self.buttons.addWidget(self.restore_button)
        self._ask()

    def _ask(self) -> None:
        backup = self._backup
        self.restore_button.setVisible(backup is not None and self._case.is_damaged)
        self.neighbours.setVisible(self._case.is_damaged)
        if not self._case.is_damaged:
            return
        self.say(
            "数据文件检查没有通过，可能已损坏",
            _NO_COPY if backup is None else _about("最近一份检查通过的备份", backup),
        )
        self.login_button.setText("先不恢复，回到登录")

    def choose_file(self) -> None:
        chosen = ask_backup(self)
        if chosen is not None:
            self.take_file(chosen)

    def take_file(self, path: Path) -> None:
        backup = shelf.read(path)
        if backup is None:
            self.say("没有恢复", NOT_OURS)
        else:
            self._offer(backup, "用这份备份恢复吗", _about("选的这份备份", backup))

    def _offer(self, backup: Backup, heading: str, sentence: str) -> None:
        self._backup = backup
        self.say(heading, sentence)
        self.restore_button.setText("用这份备份恢复")
        self.restore_button.setVisible(True)
        self.restore_button.setFocus()

    def begin(self) -> None:
        self.say("正在恢复", "请不要关闭电脑。")
        self._enable(False)
        task = self.runner.job(
            self, self._restore, done=self._on_done, trouble=self._on_trouble, stopped=self._on_stopped
        )
        watch(task, self, "正在恢复")

    def _enable(self, is_free: bool) -> None:
        for one in (self.restore_button, self.stick_button, self.login_button):
            one.setEnabled(is_free)

    def _restore(self, tell: Tell) -> None:
        case, backup = self._case, self._backup
        if backup is None:
            return
        if case.is_damaged and not self._is_kept:  # trying again makes no other copy of the same
            restore.keep_damaged(case.paths, datetime.now(UTC))
            self._is_kept = True
        note = office.restored_by(case.by, backup.made_at)
        restore.take_place(case.paths, case.key, backup, tell, note=note)

    def _on_done(self, _nothing: object) -> None:
        if self._backup is None:
            return
        self.say("已恢复", f"现在的数据就是 {when(self._backup)} 的备份，逐项核对过，没有差别。")
        self.restore_button.hide()
        self.stick_button.hide()
        self.offer_login()

    def _on_stopped(self) -> None:
        self._on_trouble(Trouble("已停下，原来的数据没有动"))

    def _on_crash(self, error: Exception) -> None:
        """A bug may come before or after the data was changed; `stopped` has just said that nothing was."""
        self.say("没有做完", "请登录看看数据是否完好；打不开的，会再问用哪一份备份。")
        super()._on_crash(error)

    def _on_trouble(self, trouble: Trouble) -> None:
        self._enable(True)
        self.offer_login()
        what = "".join(sentence_of(trouble))
        following = self._following() if trouble.code in _USELESS else None
        if following is not None:
            self._offer(following, "没有恢复", f"{what}{_about('下一份检查通过的备份', following)}")
            return
        self.say("没有恢复", what)
        self.restore_button.setVisible(True)
        self.restore_button.setText("再试一次")

    def _following(self) -> Backup | None:
        """The newest copy on this PC that was not found useless; only where the data cannot stay as it is."""
        if self._backup is None or not self._case.is_damaged:
            return None
        self._useless.add(self._backup.path)
        here = shelf.all_in(self._case.paths.backups)
        return next((b for b in here if b.is_good and b.path not in self._useless), None)


def _about(which: str, backup: Backup) -> str:
    return (
        f"{which}做于 {when(backup)}，之后在本机做的操作不在其中。"
        f"损坏的文件会原样留存（在 backups 文件夹里，留最近 {restore.KEPT} 份）。"
    )


def when(backup: Backup) -> str:
    return f"{backup.made_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
