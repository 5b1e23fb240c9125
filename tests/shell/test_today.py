"""今日: overdue first, Enter opens, a new office sees its first steps."""

from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.core.changes import Changes
from desktop.core.due import Due
from desktop.features.sync.api import Outlook
from desktop.shell.steps import Step
from desktop.shell.today import Today, Waiting, _stick, when
from desktop.widgets.runner import AtOnce

SUNDAY = date(2026, 11, 22)


class Going:
    """A navigator that writes down where it was asked to go."""

    def __init__(self) -> None:
        self.went: list[Any] = []

    def go(self, name: str, **given: Any) -> None:
        self.went.append((name, given))

    def back(self) -> None: ...

    def say(self, sentence: str, undo: Any = None, offer: str = "") -> None: ...


class Looked:
    """What the features report; may change between two looks."""

    def __init__(self) -> None:
        self.waiting = Waiting(SUNDAY)

    def __call__(self, reader: object) -> Waiting:
        return self.waiting


@pytest.fixture
def looked() -> Looked:
    return Looked()


@pytest.fixture
def going() -> Going:
    return Going()


@pytest.fixture
def today(qtbot: QtBot, looked: Looked, going: Going) -> Today:
    runner = AtOnce(nullcontext, lambda: nullcontext(None))  # type: ignore[arg-type,return-value]
    made = Today(runner, going, looked)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    with qtbot.waitActive(made):
        made.show()
    made.arrive()
    return made


def due(what: str, until: date, **given: str) -> Due:
    return Due(what, "张秀兰", until, screen="visits.form", given=given)


def test_overdue_stands_first_and_enter_opens_it(
    qtbot: QtBot, today: Today, looked: Looked, going: Going
) -> None:
    looked.waiting = Waiting(
        SUNDAY, [due("later", date(2026, 12, 1)), due("late", date(2026, 11, 19), visit="v1")]
    )
    today.on_changed(Changes(), None)
    first = today.table.model.index(0, 0)
    assert first.data() == "逾期 3 天"
    today.table.select_row(0)
    qtbot.keyClick(today.table.view, Qt.Key.Key_Return)
    assert going.went == [("visits.form", {"visit": "v1"})]
    assert "逾期 1 件" in today.table.footer.text()


def test_a_new_office_sees_its_steps_and_then_the_list(
    qtbot: QtBot, today: Today, looked: Looked, going: Going
) -> None:
    looked.waiting = Waiting(
        SUNDAY,
        steps=[
            Step("找到办公室", "里则街道", is_done=True),
            Step("导入名单", "", action="导入", screen="register.import"),
        ],
    )
    today.arrive()
    assert today.steps.isVisible()
    assert [b.text() for b in today.steps.buttons] == ["导入"]
    today.steps.buttons[0].click()
    assert going.went == [("register.import", {})]
    looked.waiting = Waiting(SUNDAY)
    today.arrive()
    assert not today.steps.isVisible()
    assert today.table.empty.isVisible()


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (date(2026, 11, 15), "逾期 1 天"),
        (date(2026, 11, 16), "今天"),
        (date(2026, 11, 17), "明天"),
        (date(2026, 11, 22), "本周日"),
        (date(2026, 11, 23), "2026-11-23"),
    ],
)
def test_deadlines_in_words(until: date, words: str) -> None:
    assert when(until, date(2026, 11, 16)) == words


@pytest.mark.parametrize(
    ("outlook", "said"),
    [
        (Outlook(parent="滨城区", unsent=3, only_here=9), "有 3 条变更还没有写到U盘。"),
        (Outlook(parent="滨城区", only_here=9), "9 条变更已写到U盘，等上级读入后发来回执。"),
        (Outlook(parent="滨城区"), "没有等着上报的变更。"),
        (Outlook(), "还没有与上级办理入网，数据只在本机。"),
    ],
)
def test_the_card_says_what_waits_for_the_stick_and_what_for_the_receipt(outlook: Outlook, said: str) -> None:
    assert _stick(outlook).endswith(said)
