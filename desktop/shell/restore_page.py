"""The page while the data is closed: it restores, proves, and leads back to the login. Also met with damaged data."""

from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.core.clock import BEIJING
from desktop.core.db import restore
from desktop.core.db.shelf import Backup
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.shell.closed_page import ClosedPage
from desktop.widgets.parts import button, label
from desktop.widgets.progress import watch
from desktop.widgets.runner import Runner
from desktop.widgets.say import sentence_of

NEIGHBOURS = (
    "写到U盘、上级或下级办公室已经读入的变更，他们手里都有：恢复之后与他们各交换一次U盘，就会回来。"
    "还没有到他们手里的，要照着纸质记录重做。"
)


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
        self._case = case
        self.neighbours = label(NEIGHBOURS, "secondary", wrap=True)
        self.body.addWidget(self.neighbours)
        self.restore_button = button("用这份备份恢复", self.begin, role="primary")
        self.buttons.addWidget(self.restore_button)
        self._ask()

    def _ask(self) -> None:
        backup = self._case.backup
        self.restore_button.setVisible(backup is not None and self._case.is_damaged)
        self.neighbours.setVisible(self._case.is_damaged)
        if not self._case.is_damaged:
            return
        self.heading.setText("数据文件检查没有通过，可能已损坏")
        if backup is None:
            self.sentence.setText(
                "这台电脑上没有可用的备份。请插上放备份的U盘，或联系上级重新取回数据；损坏的文件请不要删除。"
            )
        else:
            self.sentence.setText(
                f"最近一份检查通过的备份做于 {when(backup)}，之后在本机做的操作不在其中。"
                "损坏的文件会原样留存，不会丢掉。"
            )
        self.login_button.setText("先不恢复，回到登录")

    def begin(self) -> None:
        self.say("正在恢复", "请不要关闭电脑。")
        self.restore_button.setEnabled(False)
        self.login_button.setEnabled(False)
        task = self.runner.job(
            self, self._restore, done=self._on_done, trouble=self._on_trouble, stopped=self._on_stopped
        )
        watch(task, self, "正在恢复")

    def _restore(self, tell: Tell) -> None:
        case = self._case
        if case.backup is None:
            return
        if case.is_damaged:
            restore.keep_damaged(case.paths, datetime.now(UTC))
        note = office.restored_by(case.by, case.backup.made_at)
        restore.take_place(case.paths, case.key, case.backup, tell, note=note)

    def _on_done(self, _nothing: object) -> None:
        if self._case.backup is None:
            return
        self.say("已恢复", f"现在的数据就是 {when(self._case.backup)} 的备份，逐项核对过，没有差别。")
        self.restore_button.hide()
        self.offer_login()

    def _on_stopped(self) -> None:
        self._on_trouble(Trouble("已停下，原来的数据没有动"))

    def _on_trouble(self, trouble: Trouble) -> None:
        self.say("没有恢复", "".join(sentence_of(trouble)))
        self.restore_button.setVisible(True)
        self.restore_button.setEnabled(True)
        self.restore_button.setText("再试一次")
        self.offer_login()


def when(backup: Backup) -> str:
    return f"{backup.made_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
