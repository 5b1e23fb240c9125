"""The tree at the left of the list: the office, its townships, villages and groups, each with its households."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from desktop.features.office import api as office
from desktop.features.register import groups, store
from desktop.widgets.desk import Desk

_REGION, _GROUP, _FILLED = (Qt.ItemDataRole.UserRole + n for n in range(3))
# Above a township the villages hang below their townships: 12 digits, the first nine are the township's.
_WIDE = (office.Level.CITY, office.Level.COUNTY)


class VillageTree(QTreeWidget):
    """`chosen` gives the beginning of a region key ("" for all) and the name of a group."""

    chosen = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.total = 0
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setAccessibleName("村组")
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.itemExpanded.connect(self._fill_groups)
        self.currentItemChanged.connect(self._on_current)

    @property
    def place(self) -> tuple[str, str]:
        """The region and the group that are chosen."""
        item = self.currentItem()
        return (item.data(0, _REGION), item.data(0, _GROUP)) if item else ("", "")

    @property
    def words(self) -> str:
        """The chosen place in words."""
        item, found = self.currentItem(), list[str]()
        while item is not None:
            found.insert(0, item.text(0))
            item = item.parent()
        return " ".join(found[1:] or found)

    def read(self) -> None:
        """Read the places again; what was chosen and what was open stays."""
        place, opened = self.place, self._opened()
        self.blockSignals(True)
        self.clear()
        with self._desk.reader() as reader:
            own, villages = office.office(reader), store.villages(reader)
            names = office.PlaceNames(reader.connection)
            self.total = sum(count for _, _, count in villages)
            root = self._item(self, own.name, self.total, "")
            above: dict[str, QTreeWidgetItem] = {}
            for region, name, count in villages:
                home: Any = root
                if own.level in _WIDE:
                    home = self._township(root, above, region[:9], names, villages)
                item = self._item(home, name, count, region)
                item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        root.setExpanded(True)
        self._restore(root, place, opened)
        self.blockSignals(False)

    def _township(
        self,
        root: QTreeWidgetItem,
        above: dict[str, QTreeWidgetItem],
        prefix: str,
        names: office.PlaceNames,
        villages: list[tuple[str, str, int]],
    ) -> QTreeWidgetItem:
        if prefix not in above:
            count = sum(n for region, _, n in villages if region.startswith(prefix))
            above[prefix] = self._item(root, names.of(prefix + "000"), count, prefix)
        return above[prefix]

    def _item(self, home: Any, name: str, count: int, region: str, group: str = "") -> QTreeWidgetItem:
        item = QTreeWidgetItem(home, [name, f"{count:,}"])
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(0, _REGION, region)
        item.setData(0, _GROUP, group)
        return item

    def _opened(self) -> set[str]:
        return {i.data(0, _REGION) for i in self._items() if i.isExpanded()}

    def _items(self) -> list[QTreeWidgetItem]:
        found, waiting = [], [self.topLevelItem(i) for i in range(self.topLevelItemCount())]
        while waiting:
            item = waiting.pop()
            if item is not None:
                found.append(item)
                waiting += [item.child(i) for i in range(item.childCount())]
        return found

    def _restore(self, root: QTreeWidgetItem, place: tuple[str, str], opened: set[str]) -> None:
        for item in self._items():
            if item.data(0, _REGION) in opened:
                self._fill_groups(item)
                item.setExpanded(True)
        self.setCurrentItem(root)
        self.choose(*place)

    def choose(self, region: str, group: str = "") -> bool:
        """Choose that place. False when it is not in the tree."""
        for item in self._items():
            if item.data(0, _REGION) != region:
                continue
            if group and not item.data(0, _GROUP):
                self._fill_groups(item)
                item.setExpanded(True)
                return self._choose_group(item, group)
            if item.data(0, _GROUP) == group:
                self.setCurrentItem(item)
                return True
        return False

    def _choose_group(self, village: QTreeWidgetItem, group: str) -> bool:
        for child in (village.child(i) for i in range(village.childCount())):
            if child is not None and child.data(0, _GROUP) == group:
                self.setCurrentItem(child)
                return True
        return False

    def _fill_groups(self, item: QTreeWidgetItem) -> None:
        region = item.data(0, _REGION)
        if len(region) != len("371602012000") or item.data(0, _GROUP) or item.data(0, _FILLED):
            return
        item.setData(0, _FILLED, True)
        with self._desk.reader() as reader:
            for name, count in groups.counts(reader, region):
                self._item(item, name, count, region, name)
        if not item.childCount():
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.DontShowIndicator)

    def _on_current(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(0, _REGION), item.data(0, _GROUP))
