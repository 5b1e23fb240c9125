"""Nothing blocks the window: it goes on answering while a township's list comes in, is printed and travels."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import sleep, thread_time

import pytest
from PySide6.QtWidgets import QTabWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from desktop.core.db import database
from desktop.core.db.base import Base
from desktop.core.gc_pause import gc_settled
from desktop.features.office import api as office
from desktop.features.register.ui.list_screen import RegisterScreen
from desktop.features.sync import api as sync
from desktop.sample import people, workbooks
from desktop.shell.app import make_app
from desktop.widgets.later import Later
from tests.calibration import slowness
from tests.journeys.clerk import Clerk, clerk_at
from tests.journeys.gauge import EVERY, Gauge, slowness_of_pages, worst_beside_busy_thread

TOWNSHIP = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
COUNTY = office.Office("371602000000", "滨城区", office.Level.COUNTY)
PROMISED = 0.1  # on a quiet machine


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


def slow_now() -> float:
    """Against a quiet machine; how many others wait for the processor does not count, the gauge takes that off."""
    return max(slowness(thread_time), slowness_of_pages())


class Watch:
    """Gauges one step after the other and tells all of them at the end."""

    def __init__(self, bot: QtBot) -> None:
        self.noise = worst_beside_busy_thread(bot)
        self.steps: dict[str, tuple[float, float]] = {}

    def step(self, name: str, clerk: Clerk, do: Callable[[], object], at_least: int = 3) -> None:
        """Do that and wait until all that follows from it is done."""
        before = slow_now()
        with Gauge() as gauge:
            do()
            clerk.settles()
            clerk.waits_for(lambda: gauge.ticks >= at_least)  # a short step: or nothing was measured
        allowed = PROMISED * max(before, slow_now()) + min(self.noise, PROMISED)
        self.steps[name] = gauge.worst, allowed

    def told(self) -> str:
        steps = "，".join(
            f"{name} {took * 1000:.0f}/{most * 1000:.0f}" for name, (took, most) in self.steps.items()
        )
        return (
            f"longest without an answer / allowed, ms: {steps}; beside a busy thread {self.noise * 1000:.0f}"
        )

    @property
    def late(self) -> list[str]:
        """The steps that took too long for the speed that the machine had then."""
        return [name for name, (took, most) in self.steps.items() if took > most]


def test_a_gauge_sees_a_window_that_is_blocked(qtbot: QtBot) -> None:
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
    with gc_settled():  # as the program does before the first window
        takes_in(watch, clerk, workbook)
        prints(watch, clerk)
        travels(watch, clerk, county, stick)
    record_property("longest without an answer", watch.told())
    print(watch.told())  # noqa: T201 - the figures are looked at
    assert not watch.late, watch.told()


def test_the_window_answers_with_a_county_of_45000_households(
    county: Clerk, record_property: Callable[[str, object], None]
) -> None:
    fill_list(county.sits_down(), 45_000)
    watch = Watch(county.bot)
    with gc_settled():
        watch.step("built ahead", county, lambda: builds_ahead(county))
        watch.step("county's list", county, lambda: county.presses("Alt+2"))
        county.sees("共 45,000 户")
        register = county.window.screen_shown
        assert isinstance(register, RegisterScreen)
        header, columns = register.table.header, register.table.model.columns
        for place, column in enumerate(columns):
            if column.can_sort:
                watch.step(f"by {column.name}", county, lambda place=place: header.sectionClicked.emit(place))
        watch.step("its end", county, lambda: county.presses("Ctrl+End"))
        watch.step("back to it", county, lambda: county.presses("Alt+1", "Alt+2"))
    record_property("longest without an answer", watch.told())
    print(watch.told())  # noqa: T201 - the figures are looked at
    assert not watch.late, watch.told()


def test_a_page_or_part_that_is_opened_for_the_first_time_is_there_at_once(
    clerk: Clerk, record_property: Callable[[str, object], None]
) -> None:
    window, watch = clerk.window, Watch(clerk.bot)
    with gc_settled():
        for name in window.screens.names():
            watch.step(name, clerk, lambda name=name: window.go(name))
            for tabs in window.screens.get(name).findChildren(QTabWidget):
                for place in range(tabs.count()):
                    title = f"{name} {tabs.tabText(place)}"
                    watch.step(title, clerk, lambda tabs=tabs, place=place: tabs.setCurrentIndex(place))
    record_property("longest without an answer", watch.told())
    print(watch.told())  # noqa: T201 - the figures are looked at
    assert not watch.late, watch.told()
    assert all(part.is_made for part in window.screens.get("system").findChildren(Later) if is_a_tab(part))


def is_a_tab(part: Later) -> bool:
    """And not a part of a part, which waits until it is chosen there."""
    within = part.parentWidget()
    while within is not None and not isinstance(within, Later):
        within = within.parentWidget()
    return within is None


def builds_ahead(clerk: Clerk) -> None:
    """What nobody has opened is made in quiet moments, page by page and part by part."""
    screens = clerk.window.screens
    clerk.window.build_ahead()
    clerk.waits_for(lambda: len(list(screens.built())) == len(screens.names()))
    clerk.waits_for(lambda: all(part.is_made for part in clerk.window.findChildren(Later)))


def fill_list(clerk: Clerk, households: int) -> None:
    """What the list reads, without the minute that an import of so many takes."""
    chance = Random(5)
    rows = [
        {
            "household": number.to_bytes(16, "big"), "region": f"3716020{number % 15 + 1:02d}{200 + number % 20}",
            "group_name": f"{number % 9 + 1}组", "group_position": number % 9, "place": number,
            "number": f"{chance.randrange(10**6):06d}{number:04d}", "state": "out", "head": f"户{number % 700}",
            "size": number % 5 + 1, "kind": "", "monitor_class": "", "phone": "",
        }
        for number in range(households)
    ]  # fmt: skip
    with database.writing(clerk.opened.desk.db.engine) as connection:
        connection.execute(insert(Base.metadata.tables["household_index"]), rows)


def takes_in(watch: Watch, clerk: Clerk, workbook: Path) -> None:
    clerk.opens("户籍册")
    watch.step("read", clerk, lambda: clerk.drops(workbook))
    clerk.sees("导入后会怎样")
    watch.step("import", clerk, lambda: clerk.presses("Ctrl+Return"), at_least=50)
    clerk.sees("已导入：新增 758 户")
    watch.step("list", clerk, lambda: clerk.presses("Alt+2"))
    clerk.sees("共 758 户")


def prints(watch: Watch, clerk: Clerk) -> None:
    clerk.opens("一牌一册").sees("758 户")
    watch.step("print", clerk, lambda: clerk.presses("Ctrl+Return"), at_least=50)
    clerk.sees(f"/ {758 * 8:,} 页")


def travels(watch: Watch, clerk: Clerk, county: Clerk, stick: Path) -> None:
    clerk.opens("U盘交换").names_file("Ctrl+O", stick)
    watch.step("write", clerk, lambda: clerk.presses("Ctrl+U"))
    clerk.sees("已写给")
    county.sits_down().opens("U盘交换").names_file("Ctrl+O", stick)
    watch.step("take", county, lambda: county.presses("Ctrl+I"))
    county.sees("1 个数据包，读入 1 个")
    watch.step("county's list", county, lambda: county.presses("Alt+2"))
    county.sees("共 758 户")


def enrolled(clerk: Clerk, county: Clerk, stick: Path) -> None:
    """The county has accepted the township: the digits were read over the telephone."""
    ours, theirs = clerk.opened.desk, county.opened.desk
    asked = sync.enrol_next(ours.db, ours.actor, stick)
    answered = sync.enrol_next(theirs.db, theirs.actor, stick, asked.fingerprint)
    sync.enrol_next(ours.db, ours.actor, stick, answered.fingerprint)
