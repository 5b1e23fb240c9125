"""代码表: one list with all its codes, and the form that adds a code, calls it otherwise or ends it."""

from collections.abc import Callable, Mapping
from typing import Any

from desktop.core.code_edits import What, lives
from desktop.core.problems import Problem
from desktop.features.standards import actions, rules, store
from desktop.features.standards.model import LIST_NAMES, CodeLine
from desktop.features.standards.ui.page import Page
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Column
from desktop.widgets.date_field import DateField
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField, TextField

_WHAT = ((What.ADD.value, "新增代码"), (What.RENAME.value, "改名称"), (What.END.value, "停用"))
_MEANING = "代码的含义不能改：意思变了，就停用旧的，另加一个新的。已经用上的记录照旧显示。"


def _state(line: CodeLine) -> str:
    if line.is_given:
        return "在用" if not line.until else "将停用"
    return "已停用" if line.until else "未启用"


COLUMNS = (
    Column("code", "代码", lambda c: c.code, 80),
    Column("name", "名称", lambda c: c.name, 220, stretch=True),
    Column("since", "起用", lambda c: c.since or "随程序", 100),
    Column("until", "用到", lambda c: c.until, 100),
    Column("state", "状态", _state, 90, tone=lambda c: Tone.DONE if c.is_given else Tone.QUIET),
)


class CodesPage(Page):
    def __init__(self, desk: Desk, *, may: bool) -> None:
        self._list = next(iter(LIST_NAMES))
        self._lines: list[CodeLine] = []
        super().__init__(desk, "codes", COLUMNS, may=may, add="新增代码", drop="")

    def fill_form(self) -> None:
        form = self.form
        form.section("改动")
        form.add("what", "做什么", ComboField(_WHAT))
        form.add("code", "代码", TextField("字母或数字，如 M04", 12), required=True)
        form.add("name", "名称", TextField(most=rules.MOST_NAME), wide=True)
        hint = "停用的，填最后一天"
        form.add("day", "日期", DateField(lambda: self._desk.today), required=True, hint=hint)
        form.add("note", "依据", TextField("文号或文件名", rules.MOST_NOTE))
        form.field("what").changed.connect(self._on_what)

    def show_list(self, name: str) -> None:
        self._list = name
        self.read()
        self.table.select_row(0)
        self.show_line(self.table.line)

    def lines(self) -> list[CodeLine]:
        with self._desk.reader() as reader:
            self._lines = store.code_lines(reader, self._list)
            self._known = lives(self._list, store.edits_of(reader, self._list))
        return self._lines

    def after_reading(self) -> None:
        given = sum(line.is_given for line in self._lines)
        self.table.say_totals(f"{LIST_NAMES[self._list]}：在用 {given} 项，共 {len(self._lines)} 项")

    def show_line(self, line: CodeLine | None) -> None:
        if line is None:
            return
        values = {"what": What.RENAME.value, "code": line.code, "name": line.name, "day": self._desk.today}
        self.form.set_values(values)
        self._on_what()
        history = "\n".join(line.history) if line.history else "随程序提供，没有改过。"
        self.told.setText(f"{line.code}　{history}\n{_MEANING}")

    def start_new(self) -> None:
        self.form.set_values({"what": What.ADD.value, "day": self._desk.today})
        self._on_what()
        self.told.setText(_MEANING)
        self.form.focus_on("code")

    def _on_what(self) -> None:
        """A new code is typed; an old one was chosen in the list, and its end needs no name."""
        what = self.form.field("what").value()
        self.form.field("code").setReadOnly(what != What.ADD)
        self.form.field("name").setEnabled(self._may and what != What.END)

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        code, name, note = (str(values[n]).strip() for n in ("code", "name", "note"))
        day = values["day"].isoformat() if values["day"] else ""
        if values["what"] == What.ADD:
            return rules.check_add(self._known, self._list, code, name, day, note)
        if values["what"] == What.RENAME:
            return rules.check_rename(self._known, self._list, code, name, day, note)
        return rules.check_end(self._known, self._list, code, day, note)

    def order(self, values: Mapping[str, Any]) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        day = values["day"].isoformat() if values["day"] else ""
        code, name, note = values["code"], values["name"], values["note"]
        if values["what"] == What.ADD:
            return actions.add_code, (self._list, code, name, day, note), f"已新增代码 {code}"
        if values["what"] == What.RENAME:
            return actions.rename_code, (self._list, code, name, day, note), f"代码 {code} 已改名"
        return actions.end_code, (self._list, code, day, note), f"代码 {code} 用到 {day} 为止"
