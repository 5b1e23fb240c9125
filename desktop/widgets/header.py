"""A list's header: three clicks sort, the right button shows and hides columns, widths are known by name."""

from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from desktop.widgets.columns import Column
from desktop.widgets.parts import scaled

_NO_LAYOUT = 160  # narrower than this it has no place on a page yet


class Header(QHeaderView):
    """Sort order is not remembered on purpose: a forgotten order frightens people."""

    sorted_by = Signal(str, bool)
    layout_changed = Signal()

    def __init__(self, columns: list[Column], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns, self._order = columns, ("", False)
        self._is_setting = False
        # By the clerk's choice, or the column's own; and what the clerk asked for although there was no room.
        self._hidden, self._asked_for = set[int](), set[int]()
        self._sizes: dict[int, int] = {}
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(40)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.sectionClicked.connect(self._click)
        self.sectionResized.connect(self._on_resized)
        self.sectionMoved.connect(self._report)

    def set_up(self) -> None:
        """To be called once the model is there, and for 恢复默认列."""
        self._is_setting = True
        self._asked_for.clear()
        for place, column in enumerate(self._columns):
            self.setSectionHidden(place, False)
            self.moveSection(self.visualIndex(place), place)
            mode = QHeaderView.ResizeMode.Fixed if column.stretch else QHeaderView.ResizeMode.Interactive
            self.setSectionResizeMode(place, mode)
            self.resizeSection(place, scaled(column.width))
        self._hidden = {place for place, column in enumerate(self._columns) if column.hidden}
        self._is_setting = False
        self._fit()

    def kept_layout(self) -> list[tuple[str, int, bool]]:
        """Columns in their order: name, width, whether hidden."""
        shown = sorted(range(len(self._columns)), key=self.visualIndex)
        return [(self._columns[i].name, self._width(i), i in self._hidden) for i in shown]

    def _width(self, place: int) -> int:
        # A hidden section reports 0: keep what it had before.
        return self.sectionSize(place) or self._sizes.get(place) or scaled(self._columns[place].width)

    def restore_layout(self, kept: Any) -> None:
        """Put back what `kept_layout` gave; columns that are new or gone since then do no harm."""
        places = {column.name: place for place, column in enumerate(self._columns)}
        known = [one for one in kept if isinstance(one, list) and len(one) == 3 and one[0] in places]
        self._is_setting = True
        for target, (name, width, is_hidden) in enumerate(known):
            place = places[name]
            self.setSectionHidden(place, False)
            self.moveSection(self.visualIndex(place), target)
            (self._hidden.add if is_hidden else self._hidden.discard)(place)
            if not self._columns[place].stretch:
                self.resizeSection(place, int(width))
        self._is_setting = False
        self._fit()

    def _fit(self) -> None:
        """What stretches takes the room that is left, but never less than its own width.

        Where that is too much, columns that can be spared are left out; only then the list scrolls. Qt's own
        stretching knows no least width, and comes to a halt when it is switched off and on again.
        """
        self._hide(self._hidden | self._left_out())
        shown = [i for i in range(self.count()) if not self.isSectionHidden(i)]
        elastic = [i for i in shown if self._columns[i].stretch]
        room = self.width() - sum(self.sectionSize(i) for i in shown if i not in elastic)
        self._is_setting = True
        for place in elastic:
            self.resizeSection(place, max(scaled(self._columns[place].width), room // len(elastic)))
        self._is_setting = False

    def _left_out(self) -> set[int]:
        shown = [i for i in range(self.count()) if i not in self._hidden]
        excess = sum(map(self._least, shown)) - self.width()
        found = set[int]()
        if self.width() < _NO_LAYOUT:
            return found
        for place in sorted(shown, key=lambda i: -self._columns[i].spare):
            if excess > 0 and self._columns[place].spare and place not in self._asked_for:
                found.add(place)
                excess -= self._least(place)
        return found

    def _least(self, place: int) -> int:
        column = self._columns[place]
        return scaled(column.width) if column.stretch else self._width(place)

    def _hide(self, places: set[int]) -> None:
        was_setting, self._is_setting = self._is_setting, True
        for place in range(self.count()):
            if (place in places) != self.isSectionHidden(place):
                self._sizes[place] = self._width(place)
                self.setSectionHidden(place, place in places)
        self._is_setting = was_setting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _on_resized(self) -> None:
        if not self._is_setting:
            self._fit()
        self._report()

    def clear_order(self) -> None:
        self._order = ("", False)
        self.setSortIndicatorShown(False)

    def _click(self, place: int) -> None:
        """First click up, second down, third the list's own order."""
        column = self._columns[place]
        if not column.can_sort:
            return
        name, descending = self._order
        if name != column.name:
            self._order = (column.name, False)
        else:
            self._order = ("", False) if descending else (name, True)
        self.setSortIndicatorShown(bool(self._order[0]))
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        self.setSortIndicator(place, down if self._order[1] else up)
        self.sorted_by.emit(*self._order)

    def _report(self) -> None:
        if not self._is_setting:
            self.layout_changed.emit()

    def _show_menu(self, at: QPoint) -> None:
        self.menu().exec(self.mapToGlobal(at))

    def menu(self) -> QMenu:
        """Show and hide columns; put everything back."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place, column in enumerate(self._columns):
            action = QAction(column.title, menu, checkable=True, checked=not self.isSectionHidden(place))
            action.toggled.connect(lambda on, place=place: self._show_column(place, on))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction("恢复默认列").triggered.connect(self._put_back)
        return menu

    def _show_column(self, place: int, on: bool) -> None:
        if on or self.hiddenSectionCount() < len(self._columns) - 1:
            (self._hidden.discard if on else self._hidden.add)(place)
            (self._asked_for.add if on else self._asked_for.discard)(place)
            self._fit()
            self.layout_changed.emit()

    def _put_back(self) -> None:
        self.set_up()
        self.layout_changed.emit()
