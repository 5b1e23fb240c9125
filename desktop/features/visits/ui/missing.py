"""未走访: the households that still wait for the visit of a quarter, by village."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core import masking
from desktop.core.db.unit import Reader
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.visits import rules, search, store
from desktop.features.visits.model import KIND_NAMES, Arrears, VisitKind
from desktop.features.visits.ui.columns import Quarter, quarter_choices, quarter_name, quarter_of
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField
from desktop.widgets.filter_bar import FilterBar
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import button, label, row, scaled, side_by_side
from desktop.widgets.screen import LooksAgain, Screen


@dataclass(frozen=True, slots=True)
class Waiting:
    """One household of the list."""

    household: register.HouseholdLine
    last: str
    contact: str


def _tone(arrears: Arrears) -> Tone:
    return Tone.ATTENTION if arrears.missing else Tone.DONE


VILLAGES = [
    Column("name", "村", lambda a: a.name, 100, stretch=True),
    Column(
        "missing",
        "未走访",
        lambda a: f"{a.missing} 户" if a.missing else "已走完" if a.total else "",
        80,
        raw=lambda a: a.missing,
        tone=_tone,
    ),
    Column("total", "共", lambda a: f"{a.total} 户", 64, align=Align.RIGHT, raw=lambda a: a.total),
]

HOUSEHOLDS = [
    Column("village", "村", lambda w: w.household.village, 92),
    Column("group", "组", lambda w: w.household.group, 56),
    Column("number", "户编号", lambda w: w.household.number, 114),
    Column("head", "户主", lambda w: w.household.head, 76),
    Column("size", "人口", lambda w: str(w.household.size), 52, align=Align.RIGHT, spare=2),
    Column("state", "状态", lambda w: register.STATE_NAMES[w.household.state], 84, spare=3),
    Column("phone", "电话", lambda w: masking.telephone(w.household.phone), 110, spare=1),
    Column("last", "上次上门", lambda w: w.last or "没有记录", 96),
    Column("contact", "之后联系", lambda w: w.contact, 132, stretch=True),
]


class MissingScreen(LooksAgain, Screen):
    """ "visits.missing". `arrive` takes region= (a key's beginning), year= and quarter=."""

    watches = ("visit", "household", "person", "standard")

    def __init__(self, desk: Desk) -> None:
        super().__init__("未走访的户", "visits.missing")
        self._desk, self._region = desk, ""
        self._asked = 0
        self._takes_focus = False
        self._places: list[Arrears] = []
        self.filter = FilterBar()
        self.quarter = ComboField(quarter_choices(desk.today))
        self.villages = PagedTable(VILLAGES, name="visits.missing.villages")
        self.table = PagedTable(HOUSEHOLDS, self._read, "visits.missing")
        self._lay_out()
        self._connect()
        self.focus_first_on(self.table)

    def _lay_out(self) -> None:
        desk = self._desk
        self.add_action(button("走访列表", lambda: desk.navigator.go("visits"), name="list"))
        self.record_button = button(
            "记这一户", self._record_selected, name="add", role="primary", keys="Ctrl+N"
        )
        self.add_action(self.record_button)
        bar = row(self.filter, label("季度"), self.quarter)
        bar.setStretch(0, 1)
        self.body.addLayout(bar)
        split = side_by_side(self.villages, self.table)
        self.body.addWidget(split, 1)
        split.setSizes([scaled(270), 1140 - scaled(270)])
        self.rule = label("", "secondary")
        self.body.addWidget(self.rule)
        desk.keep.columns(self.table, "visits.missing")
        desk.keep.splitter(split, "visits.missing")

    def _connect(self) -> None:
        self.filter.claim_keys(self)
        self.filter.filtered.connect(lambda _text: self._search())
        self.filter.down.connect(self.table.setFocus)
        self.quarter.changed.connect(self._search)
        self.villages.selected.connect(self._on_village)
        self.villages.opened.connect(lambda _row: self.table.setFocus())
        self.table.selected.connect(lambda key: self.record_button.setEnabled(key is not None))
        self.table.opened.connect(self._record)

    def arrive(self, **given: Any) -> None:
        if given.get("year") and given.get("quarter"):
            self._set_quarter((int(given["year"]), int(given["quarter"])))
        if "region" in given:
            self._region = str(given["region"])
            self.filter.set_text("")
        self._takes_focus = True
        self._search()

    def _set_quarter(self, wanted: Quarter) -> None:
        key = f"{wanted[0]}-{wanted[1]}"
        self.quarter.blockSignals(True)
        if self.quarter.findData(key) < 0:
            self.quarter.addItem(quarter_name(wanted), key)
        self.quarter.set_value(key)
        self.quarter.blockSignals(False)

    def _search(self) -> None:
        self._asked, self.is_stale = self._asked + 1, False
        asked = self._asked

        def show(found: tuple[list[Arrears], list[bytes], int, str]) -> None:
            if asked == self._asked:
                self._show(*found)

        quarter = quarter_of(self.quarter.value())
        self._desk.runner.read(self, _waiting, quarter, self._region, self.filter.text, done=show)

    def _show(self, arrears: list[Arrears], ids: list[bytes], people: int, rule: str) -> None:
        self.rule.setText(rule)
        missing, total = sum(a.missing for a in arrears), sum(a.total for a in arrears)
        name = quarter_name(quarter_of(self.quarter.value()))
        self.say(f"{name} 还有 {missing:,} 户没有上门走访，共 {total:,} 户" if total else "")
        self._show_villages([Arrears("", "全部村", missing, total), *arrears])
        self._say_empty(total)
        self.table.set_keys(ids)
        if ids and self.table.key is None:
            self.table.select_row(0)
        self.record_button.setEnabled(bool(ids))
        if self._takes_focus:
            # Not earlier: while the list is empty there is nothing to put the keys into.
            self._takes_focus = False
            self.table.setFocus()
        self.table.say_totals(f"筛选出 {len(ids):,} 户 {people:,} 人" if ids else "")

    def _show_villages(self, lines: list[Arrears]) -> None:
        self.villages.blockSignals(True)  # nothing was chosen by hand
        if lines != self._places:
            self._places = lines
            self.villages.set_lines(lines)
        place = next((n for n, a in enumerate(lines) if a.region == self._region), -1)
        if place >= 0:
            self.villages.select_row(place)
        else:
            self.villages.view.clearSelection()
        self.villages.blockSignals(False)

    def _say_empty(self, total: int) -> None:
        navigator = self._desk.navigator
        if not total:
            self.table.say_empty(
                "户籍册还是空的",
                "先导入名单，再看谁还没走访",
                "去导入",
                lambda: navigator.go("register.import"),
            )
        elif self.filter.text:
            self.table.say_empty("没有符合条件的户", "请换一个词再试")
        else:
            self.table.say_empty("这个季度都走访过了", "可以选另一个季度或另一个村")

    def _on_village(self, _key: object) -> None:
        line = self.villages.line
        if line is not None and line.region != self._region:
            self._region = line.region
            self._search()

    def _read(self, keys: Sequence[bytes]) -> Mapping[bytes, Waiting]:
        with self._desk.reader() as reader:
            last, contacts = store.last_days(reader, keys), store.last_contacts(reader, keys)
            lines = register.household_lines(reader, keys)
        return {line.id: _line(line, last.get(line.id, ""), contacts.get(line.id)) for line in lines}

    def _record_selected(self) -> None:
        if self.table.key is not None:
            self._record(self.table.key)

    def _record(self, key: bytes) -> None:
        """The form goes on with the households below this one, in the order of the list."""
        keys = list(self.table.model.keys)
        after = keys[keys.index(key) + 1 :]
        self._desk.navigator.go("visits.form", household=key, following=after)

    def look_again(self) -> None:
        self._search()


def _line(household: register.HouseholdLine, last: str, contact: tuple[str, VisitKind] | None) -> Waiting:
    """A contact is told only when it came after the visit."""
    day, kind = contact or ("", VisitKind.PHONE)
    return Waiting(household, last, f"{day} {KIND_NAMES[kind]}" if day > last else "")


def _waiting(
    reader: Reader, quarter: Quarter, region: str, text: str
) -> tuple[list[Arrears], list[bytes], int, str]:
    """The villages, the households of the list, how many people live in them, and the rule that counts."""
    arrears = search.arrears_by_village(reader, *quarter)
    ids = search.not_visited(reader, *quarter, region)
    if text:
        among = frozenset(register.household_ids(reader, text, region))
        ids = [i for i in ids if i in among]
    often = search.times(reader, quarter[0])
    who = office.PlaceNames(reader.connection).of(often.said_by) if often.said_by else ""
    return arrears, ids, register.totals(reader, ids), rules.how_often(often.value, who)
