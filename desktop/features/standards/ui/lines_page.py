"""标准: the lines and numbers of each year, with who laid them down; our defaults are marked as unverified."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.standards import actions, rules, store
from desktop.features.standards.model import KIND, KINDS, Kind, Standard
from desktop.features.standards.ui import words
from desktop.features.standards.ui.page import Page
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField, NumberField, TextField


class Line(NamedTuple):
    """A standard in the list; without one a kind that nobody laid down."""

    kind: Kind
    said: Standard | None
    who: str


def _who(line: Line) -> str:
    if line.said is None:
        return "未规定"
    return words.UNVERIFIED if line.said.is_unverified else line.who


COLUMNS = (
    Column("kind", "标准", lambda x: x.kind.title, 230, stretch=True),
    Column("year", "年度", lambda x: str(x.said.year) if x.said else "", 70),
    Column(
        "value", "数额", lambda x: words.value(x.kind, x.said.value) if x.said else "", 110, align=Align.RIGHT
    ),
    Column(
        "who", "谁定的", _who, 150,
        tone=lambda x: None if x.said and not x.said.is_unverified else Tone.ATTENTION,
    ),
    Column("source", "依据", lambda x: x.said.source if x.said else "", 140, spare=1),
)  # fmt: skip
_WHY = "写上年度就从那一年起算，以后没有新的就一直沿用。下级单位读入数据包后照此执行。"


class LinesPage(Page):
    def __init__(self, desk: Desk, *, may: bool) -> None:
        super().__init__(desk, "lines", COLUMNS, may=may, add="新增标准", drop="删除")

    def fill_form(self) -> None:
        form = self.form
        form.section("标准")
        form.add("kind", "哪一项", ComboField([(k.name, k.title) for k in KINDS]), wide=True)
        form.add("year", "年度", NumberField(rules.FIRST_YEAR, rules.LAST_YEAR), required=True)
        form.add("value", "数额（元或次）", TextField("如 9000 或 1", 20), required=True)
        form.add("source", "依据", TextField("文号或文件名", rules.MOST_NOTE), wide=True)

    def lines(self) -> list[Line]:
        with self._desk.reader() as reader:
            names = office.PlaceNames(reader.connection)
            said = [Line(s.kind, s, names.of(s.said_by)) for s in store.standards(reader)]
        found: list[Line] = []
        for kind in KINDS:
            found += [line for line in said if line.kind is kind] or [_default(kind)]
        return found

    def after_reading(self) -> None:
        self.told.setText(_WHY)

    def show_line(self, line: Line | None) -> None:
        if line is None:
            return
        said = line.said
        year = said.year if said and not said.is_unverified else self._desk.today.year
        value = words.value(line.kind, said.value) if said else ""
        source = said.source if said else ""
        self.form.set_values({"kind": line.kind.name, "year": year, "value": value, "source": source})
        self.drop_button.setEnabled(said is not None and not said.is_unverified)

    def start_new(self) -> None:
        self.form.set_values({"kind": KINDS[0].name, "year": self._desk.today.year})
        self.drop_button.setEnabled(False)
        self.form.focus_on("kind")

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        value = words.read_value(KIND[values["kind"]], values["value"])
        return rules.check_standard(values["kind"], values["year"], value, values["source"])

    def order(self, values: Mapping[str, Any]) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        kind = KIND[values["kind"]]
        value = words.read_value(kind, values["value"])
        given = (kind.name, values["year"], value, values["source"])
        return actions.set_standard, given, f"已保存 {values['year']} 年{kind.title}"

    def drop(self) -> None:
        line: Line | None = self.table.line
        if line is not None and line.said is not None:
            self.act(
                actions.drop_standard,
                line.kind.name,
                line.said.year,
                said=f"已删除 {line.said.year} 年的标准",
            )


def _default(kind: Kind) -> Line:
    if kind.default is None:
        return Line(kind, None, "")
    return Line(kind, Standard(kind, kind.default_year, kind.default), "")
