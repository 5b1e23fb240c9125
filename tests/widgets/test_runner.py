"""The runner: results, errors and stops arrive on the GUI thread, in order, and closing waits for what is saved."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.core.changes import Changes
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell
from desktop.core.problems import Problem
from desktop.widgets.runner import AtOnce, Runner


class Office:
    """Opens units as the database does, and writes down how each of them ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.changes = Changes(frozenset({"visit"}), b"1")

    @contextmanager
    def unit(self) -> Iterator[Any]:
        try:
            yield self
        except BaseException:
            self.ended.append("rolled back")
            raise
        self.ended.append("committed")


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def runner(qtbot: QtBot, office: Office) -> Iterator[Runner]:
    made = Runner(office.unit, office.unit)
    yield made
    made.close()


class Heard:
    """Collects what comes back and on which thread."""

    def __init__(self) -> None:
        self.said: list[Any] = []
        self.threads: set[threading.Thread] = set()

    def __call__(self, *given: Any) -> None:
        self.said.append(given)
        self.threads.add(threading.current_thread())


def fail_with(error: Exception) -> Callable[..., None]:
    def action(*_given: object) -> None:
        raise error

    return action


def test_the_result_arrives_on_the_gui_thread_after_the_commit(
    qtbot: QtBot, runner: Runner, office: Office
) -> None:
    heard, changed, worked_on = Heard(), Heard(), []
    runner.changed.connect(changed)

    def action(unit: Office, number: int) -> int:
        worked_on.append(threading.current_thread())
        return number * 2

    runner.act(self_ := QObject(), action, 21, done=lambda result: heard(result, list(office.ended)))
    qtbot.waitUntil(lambda: bool(changed.said))
    assert heard.said == [(42, ["committed"])]
    assert changed.said == [(office.changes, self_)]
    assert heard.threads | changed.threads == {threading.main_thread()}
    assert worked_on[0] is not threading.main_thread()


def test_a_refusal_goes_to_the_form_and_nothing_is_changed(
    qtbot: QtBot, runner: Runner, office: Office
) -> None:
    refused, changed = Heard(), Heard()
    runner.changed.connect(changed)
    error = Refused([Problem("visit.future", "day", "晚于今天")])
    runner.act(None, fail_with(error), refused=refused)
    qtbot.waitUntil(lambda: bool(refused.said))
    assert refused.said == [(error,)]
    assert refused.threads == {threading.main_thread()}
    assert (changed.said, office.ended) == ([], ["rolled back"])


def test_a_refusal_or_trouble_that_nobody_takes_goes_to_the_window(qtbot: QtBot, runner: Runner) -> None:
    with qtbot.waitSignal(runner.refused):
        runner.act(None, fail_with(Refused([Problem("x", "", "y")])))
    with qtbot.waitSignal(runner.trouble) as told:
        runner.act(None, fail_with(Trouble("磁盘已满")))
    assert isinstance(told.args[0], Trouble)


def test_a_bug_goes_to_the_crash_page_and_frees_the_button(qtbot: QtBot, runner: Runner) -> None:
    stopped = Heard()
    with qtbot.waitSignal(runner.crashed) as crash:
        runner.act(None, fail_with(KeyError("x")), stopped=stopped)
    assert isinstance(crash.args[0], KeyError)
    assert stopped.said == [()]


def test_a_job_that_is_stopped_says_nothing_but_stopped(qtbot: QtBot, runner: Runner) -> None:
    stopped, done, started = Heard(), Heard(), threading.Event()

    def work(tell: Tell) -> None:
        for step in range(1000):
            tell(step, 1000, "正在排版")
            started.set()
            sleep(0.005)

    task = runner.job(None, work, done=done, stopped=stopped)
    assert started.wait(5)
    task.stop()
    qtbot.waitUntil(lambda: bool(stopped.said))
    assert done.said == []
    assert 0 <= task.progress.done < 999


def test_a_quick_save_cannot_be_stopped(qtbot: QtBot, runner: Runner) -> None:
    done = Heard()
    task = runner.act(None, lambda unit: "saved", done=done)
    task.stop()
    qtbot.waitUntil(lambda: bool(done.said))
    assert done.said == [("saved",)]


def test_actions_run_in_the_order_asked_for(qtbot: QtBot, runner: Runner) -> None:
    order: list[int] = []
    done = Heard()
    for number in range(20):
        runner.act(None, lambda unit, n: order.append(n), number, done=done)
    assert runner.is_busy
    qtbot.waitUntil(lambda: len(done.said) == 20)
    assert order == list(range(20))
    assert not runner.is_busy


def test_a_list_can_be_read_while_a_long_job_writes(qtbot: QtBot, runner: Runner) -> None:
    go_on, read = threading.Event(), Heard()
    runner.job(None, lambda tell: go_on.wait(5))
    runner.read(None, lambda reader: "rows", done=read)
    qtbot.waitUntil(lambda: bool(read.said))
    assert runner.is_busy
    go_on.set()


def test_a_told_act_gets_its_tell_last(qtbot: QtBot, runner: Runner) -> None:
    done = Heard()
    runner.act(None, lambda unit, a, tell: tell(3, 4, a), "读取", tell=True, done=done)
    qtbot.waitUntil(lambda: bool(done.said))


def test_a_screen_that_is_gone_hears_nothing(qtbot: QtBot, runner: Runner) -> None:
    import shiboken6

    screen, heard, other = QObject(), Heard(), Heard()
    go_on = threading.Event()
    runner.act(screen, lambda unit: go_on.wait(5), done=heard)
    runner.act(None, lambda unit: None, done=other)
    shiboken6.delete(screen)
    go_on.set()
    qtbot.waitUntil(lambda: bool(other.said))
    assert heard.said == []


def test_closing_finishes_what_is_being_saved_and_stops_what_can_stop(office: Office, qtbot: QtBot) -> None:
    runner, saved = Runner(office.unit), []

    def work(tell: Tell) -> None:
        for step in range(10_000):
            tell(step, 10_000)
            sleep(0.005)

    def save(unit: Office) -> None:
        sleep(0.05)
        saved.append(1)

    runner.job(None, work)
    runner.act(None, save)
    runner.close()
    assert saved == [1]
    assert office.ended == ["committed"]
    with pytest.raises(RuntimeError):
        runner.act(None, save)


def test_what_goes_wrong_while_the_window_closes_is_in_the_log(
    office: Office, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    runner, stopped = Runner(office.unit), threading.Event()

    def work(tell: Tell) -> None:
        stopped.wait(5)
        tell(0, 1)

    runner.act(None, fail_with(KeyError("before")))
    runner.act(None, fail_with(ValueError("waits in the line")))
    runner.job(None, work)
    stopped.set()
    runner.close()
    assert [r.exc_info[0] for r in caplog.records if r.exc_info] == [KeyError, ValueError]


def test_at_once_is_the_same_door_without_waiting(qtbot: QtBot, office: Office) -> None:
    runner, heard = AtOnce(office.unit, office.unit), Heard()
    runner.act(None, lambda unit, n: n + 1, 1, done=heard)
    runner.read(None, lambda reader: "r", done=heard)
    runner.job(None, lambda tell: "j", done=heard)
    runner.act(None, fail_with(Refused([])), refused=lambda error: heard("refused"))
    assert heard.said == [(2,), ("r",), ("j",), ("refused",)]
    runner.close()
