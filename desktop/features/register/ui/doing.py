"""Writing from a screen: the action, the note 已保存 with 撤销, and the sentence when undoing is refused."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.db.undo import undo
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused, Trouble
from desktop.widgets.desk import Desk
from desktop.widgets.progress import watch
from desktop.widgets.runner import Task
from desktop.widgets.say import sentence_of

Done = Callable[[Any], Any]


def act(desk: Desk, sender: QWidget, said: str, action: Callable[..., Any], *args: Any, **hear: Any) -> Task:
    """Run an action; when it is done, `done(result)` is called and `said` is noted with 撤销.

    `action` gets the unit first. The other hearers are those of `Runner.act`.
    """
    done: Done | None = hear.pop("done", None)

    def finish(answer: tuple[Any, bytes]) -> None:
        if done is not None:
            done(answer[0])
        desk.navigator.say(said, lambda: take_back(desk, sender, answer[1]))

    return desk.runner.act(sender, _keyed, action, *args, done=finish, **hear)


def _keyed(unit: Unit, action: Callable[..., Any], *args: Any) -> tuple[Any, bytes]:
    return action(unit, *args), unit.action_key


def take_back(desk: Desk, sender: QWidget, key: bytes) -> None:
    """Undo one action; says how it went."""

    def refused(error: Refused | Trouble) -> None:
        what, to_do = sentence_of(error)
        desk.navigator.say(f"{what}{to_do}")

    task = desk.runner.act(
        sender, undo, key, done=lambda _count: desk.navigator.say("已撤销"), refused=refused, trouble=refused
    )
    watch(task, sender, "正在撤销")
