"""Nothing blocks the window: it goes on answering while a township's list comes in, is printed and travels."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.features.office import api as office
from desktop.features.sync import api as sync
from desktop.sample import people, workbooks
from desktop.shell.app import make_app
from tests.journeys.clerk import Clerk, clerk_at
from tests.journeys.gauge import EVERY, Gauge, worst_beside_busy_thread

TOWNSHIP = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
COUNTY = office.Office("371602000000", "滨城区", office.Level.COUNTY)
PROMISED = 0.1
# Two cores that others use too: only what is clearly broken fails, and what the machine itself did is taken off.
BROKEN = 0.4


@pytest.fixture
def clerk(qtbot: QtBot, tmp_path: Path) -> Iterator[Clerk]:
    make_app()
    with clerk_at(qtbot, tmp_path / "township", TOWNSHIP) as made:
        yield made


@pytest.fixture
def county(qtbot: QtBot, clerk: Clerk, tmp_path: Path) -> Iterator[Clerk]:
    with clerk_at(qtbot, tmp_path / "county", COUNTY) as made:
        clerk.sits_down()
        yield made


class Watch:
    """Gauges one step after the other and tells all of them at the end."""

    def __init__(self, bot: QtBot) -> None:
        self.bot, self.noise = bot, worst_beside_busy_thread(bot)
        self.steps: dict[str, float] = {}

    def step(self, name: str, clerk: Clerk, *keys: str) -> None:
        """Press these keys and wait until all that follows from them is done."""
        with Gauge() as gauge:
            clerk.presses(*keys).settles()
        assert gauge.ticks > 1
        self.steps[name] = gauge.worst

    def told(self) -> str:
        steps = "，".join(f"{name} {worst * 1000:.0f}" for name, worst in self.steps.items())
        return f"longest without an answer, ms: {steps}; with a busy thread only {self.noise * 1000:.0f}"

    @property
    def broken(self) -> dict[str, float]:
        """The steps that were too long; twice what the machine did by itself is forgiven."""
        return {name: worst for name, worst in self.steps.items() if worst > BROKEN + 2 * self.noise}


def test_a_gauge_sees_a_window_that_is_blocked(qtbot: QtBot) -> None:
    from time import sleep

    with Gauge() as calm:
        qtbot.wait(100)
    with Gauge() as blocked:
        qtbot.wait(20)
        sleep(0.2)
        qtbot.wait(20)
    assert calm.ticks > 100 / EVERY / 4
    assert blocked.worst >= 0.2


def test_the_window_answers_while_a_township_comes_in_is_printed_and_travels(
    clerk: Clerk, county: Clerk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    workbook, stick = tmp_path / "list.xlsx", tmp_path / "stick"
    workbooks.write_layout1(workbook, people.township(), troubles=True)
    stick.mkdir()
    enrolled(clerk, county, stick)
    watch = Watch(clerk.bot)

    clerk.opens("户籍册")
    with Gauge() as gauge:
        clerk.drops(workbook).settles()
    watch.steps["read"] = gauge.worst
    clerk.sees("导入后会怎样")
    watch.step("import", clerk, "Ctrl+Return")
    clerk.sees("已导入")
    watch.step("list", clerk, "Alt+2")
    clerk.opens("一牌一册")
    clerk.opens("一牌一册").goes_to("全部在册户")
    watch.step("print", clerk, "Ctrl+Return")
    clerk.sees("页")
    print(watch.told())


def enrolled(clerk: Clerk, county: Clerk, stick: Path) -> None:
    """The county has accepted the township: the digits were read over the telephone."""
    ours, theirs = clerk.opened.desk, county.opened.desk
    asked = sync.enrol_next(ours.db, ours.actor, stick)
    answered = sync.enrol_next(theirs.db, theirs.actor, stick, asked.fingerprint)
    sync.enrol_next(ours.db, ours.actor, stick, answered.fingerprint)
