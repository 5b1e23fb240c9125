"""工作日: the days that differ from the published calendar, each with what that calendar says."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from desktop.core import workdays
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.standards import actions, rules, store
from desktop.features.standards.model import SpecialDay
from desktop.features.standards.ui import words
from desktop.features.standards.ui.page import Page
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Column
from desktop.widgets.date_field import DateField
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField, TextField

_IS_WORKED = ((False, "放假"), (True, "上班"))


class Line(NamedTuple):
    day: SpecialDay
    who: str

    @property
    def on(self) -> date:
        return date.fromisoformat(self.day.day)


def _usually(line: Line) -> str:
    is_worked, name = workdays.usual(line.on)
    if not workdays.is_in_library(line.on.year):
        return f"{'上班' if is_worked else '周末'}（未公布）"
    return f"{'上班' if is_worked else '放假'}{f'（{name}）' if name else ''}"


COLUMNS = (
    Column("day", "日期", lambda x: x.day.day, 110),
    Column("weekday", "星期", lambda x: words.weekday(x.on.weekday()), 60),
    Column(
        "is_worked", "规定", lambda x: "上班" if x.day.is_worked else "放假", 80,
        tone=lambda x: Tone.QUIET if x.day.is_worked else Tone.DONE,
    ),
    Column("usual", "原来", _usually, 150),
    Column("note", "说明", lambda x: x.day.note, 150, stretch=True),
    Column("who", "谁定的", lambda x: x.who, 120, spare=1),
)  # fmt: skip


class DaysPage(Page):
    def __init__(self, desk: Desk, *, may: bool) -> None:
        super().__init__(desk, "days", COLUMNS, may=may, add="新增一天", drop="删除")
        self.table.say_empty("没有另外规定的日子", "按国家公布的放假安排计算工作日；有调整时由县级在这里写上")

    def fill_form(self) -> None:
        form = self.form
        form.section("这一天")
        form.add("day", "日期", DateField(lambda: self._desk.today), required=True)
        form.add("is_worked", "规定", ComboField(_IS_WORKED))
        form.add("note", "说明", TextField("如 国庆节调休", rules.MOST_DAY_NOTE), wide=True)

    def lines(self) -> list[Line]:
        with self._desk.reader() as reader:
            names = office.PlaceNames(reader.connection)
            return [Line(d, names.of(d.said_by)) for d in store.days(reader) if rules.is_day(d.day)]

    def after_reading(self) -> None:
        first, last = workdays.FIRST_YEAR, workdays.LAST_YEAR
        self.told.setText(
            f"程序里有 {first} 到 {last} 年国家公布的放假安排。以后年份公布后，请把放假和调休上班的日子逐日写在这里，"
            "在此之前只按周一到周五计算。"
        )

    def show_line(self, line: Line | None) -> None:
        self.drop_button.setEnabled(line is not None)
        if line is not None:
            day = line.day
            self.form.set_values({"day": line.on, "is_worked": day.is_worked, "note": day.note})

    def start_new(self) -> None:
        self.form.set_values({"is_worked": False})
        self.drop_button.setEnabled(False)
        self.form.focus_on("day")

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        return rules.check_day(values["day"].isoformat() if values["day"] else "", values["note"])

    def order(self, values: Mapping[str, Any]) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        day = values["day"].isoformat() if values["day"] else ""
        word = "上班" if values["is_worked"] else "放假"
        return actions.set_day, (day, bool(values["is_worked"]), values["note"]), f"{day} 已定为{word}"

    def drop(self) -> None:
        line: Line | None = self.table.line
        if line is not None:
            self.act(actions.drop_day, line.day.day, said=f"已删除 {line.day.day} 的规定")
