"""本机的密钥 under 入网: how old the list of barred PCs is, and new keys for this PC."""

from PySide6.QtWidgets import QWidget

from desktop.core.changes import Changes
from desktop.core.clock import milliseconds
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell
from desktop.features.sync import actions, rules
from desktop.features.sync.overview import Outlook
from desktop.features.sync.ui import words
from desktop.widgets import say
from desktop.widgets.desk import Desk
from desktop.widgets.parts import GRID, button, card, column, label, row, set_look

_WHEN = "有人可能拷走过这台电脑的数据时，请在更换数据钥匙以后，再更换本机与各单位交换用的密钥。"
_ASK = "更换本机与各单位交换用的密钥？"
_UP = "先写一个数据包给上级，再读入上级写回的数据包，之后自动换用；在那以前照旧使用，什么也不耽误。"
_ROOT = "本单位没有上级，立即换用。请尽快给各下级写一个数据包，把新的密钥带到。"


class KeysCard(QWidget):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._outlook = desk, Outlook()
        self.list_age, self.state = label("", wrap=True), label("", "secondary", wrap=True)
        self.rotate_button = button("更换密钥…", self.rotate)
        self.rotate_button.setVisible("bundle.enrol" in desk.actor.rights)
        told = row(column(self.list_age, self.state, gap=4), self.rotate_button, gap=2 * GRID)
        told.setStretch(0, 1)
        self.setLayout(column(card(label("停用名单和本机的密钥", "heading"), told, gap=4, edge=GRID + 4)))

    def show_outlook(self, outlook: Outlook) -> None:
        self._outlook = outlook
        now = milliseconds(self._desk.db.clock.now())
        self.list_age.setText(_about_list(outlook, now))
        set_look(self.list_age, "role", "refusal" if outlook.is_frozen(now) else "")
        waits = "新的密钥已备好，等上级认可：请写一个数据包给上级，再读入上级写回的数据包。"
        self.state.setText(waits if outlook.is_rotating else _WHEN)
        set_look(self.state, "role", "warning" if outlook.is_rotating else "secondary")
        self.rotate_button.setEnabled(not outlook.is_rotating)

    def rotate(self) -> None:
        if say.asked(self, _ASK, _UP if self._outlook.parent else _ROOT, "更换密钥"):
            self.rotate_button.setEnabled(False)
            desk = self._desk
            desk.runner.job(
                self, _rotate, desk.db, desk.actor, done=self._on_done, refused=self._on_refused,
                trouble=self._on_refused, stopped=self._look,
            )  # fmt: skip

    def _on_done(self, is_done: bool) -> None:
        told = "已换用新的密钥" if is_done else "新的密钥已备好，请写一个数据包给上级"
        self._desk.navigator.say(told)
        self._look()

    def _on_refused(self, error: Refused | Trouble) -> None:
        self._look()
        say.tell(self, error)

    def _look(self) -> None:
        """The twelve digits are others now, and the screen tells them."""
        self.rotate_button.setEnabled(True)
        self._desk.runner.changed.emit(Changes(), self)


def _about_list(outlook: Outlook, now: int) -> str:
    if not outlook.parent:
        return "本单位没有上级，停用谁由本单位决定。"
    if not outlook.list_at:
        return f"还没有收到过“{outlook.parent}”的停用名单。"
    ago = rules.days(outlook.list_at, now)
    return f"“{outlook.parent}”的停用名单：{words.moment(outlook.list_at)}（{ago} 天前）。"


def _rotate(db: Database, actor: Actor, _tell: Tell) -> bool:
    return actions.rotate(db, actor)
