"""Writing from a screen: refusals go back to the form, success is said at the bottom with 撤销."""

from collections.abc import Callable
from functools import partial
from typing import Any

from desktop.core.db.undo import undo
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused
from desktop.widgets.desk import Desk
from desktop.widgets.runner import Hear, Task
from desktop.widgets.say import sentence_of


def save(
    desk: Desk,
    sender: object,
    action: Callable[..., Any],
    *args: Any,
    said: str = "已保存",
    done: Hear | None = None,
    refused: Hear | None = None,
) -> Task:
    """Call `action(unit, *args)`; `done` gets its result, `refused` the Refused."""

    def work(unit: Unit, *given: Any) -> tuple[Any, bytes]:
        # The key comes back with the result: the task's own changes are not there yet when `done` is called.
        return action(unit, *given), unit.action_key

    def heard(found: tuple[Any, bytes]) -> None:
        result, key = found
        desk.navigator.say(said, lambda: take_back(desk, key))
        if done is not None:
            done(result)

    return desk.runner.act(sender, work, *args, done=heard, refused=refused)


def take_back(desk: Desk, key: bytes) -> Task:
    """撤销 of the action with that key. No screen is the sender: all of them look again."""
    return desk.runner.act(
        None,
        undo,
        key,
        done=lambda _count: desk.navigator.say("已撤销"),
        refused=lambda error: desk.navigator.say(_sentence(error)),
    )


def _sentence(error: Refused) -> str:
    return sentence_of(error)[0]


def off_until_over(task: Task, *parts: Any) -> None:
    """Switch these buttons off until the task has its answer: nobody saves twice by two clicks."""
    if task.is_over:
        return
    for part in parts:
        part.setEnabled(False)
        task.when_over(partial(part.setEnabled, True))
