"""The first start on a PC: the office finds itself by name, initials or code, chooses a password, gets its code."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from desktop.core import areas
from desktop.core.errors import Refused, Trouble
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.shell.first_restore import FirstRestore
from desktop.widgets.code_field import Choice, CodeField
from desktop.widgets.fields import TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, card, label, row
from desktop.widgets.password_field import PasswordField

LEVELS = ("city", "county", "township")
ADMIN = "admin"
# 城关镇 alone is the name of a hundred places: a short list would hide most offices from themselves.
_MOST_FOUND = 60


def find_places(typed: str) -> Sequence[Choice]:
    """Cities, counties and townships by name, initials or code; villages once the township is named before them."""
    if len(typed.strip()) < 2:
        return []
    found = areas.find(typed, levels=LEVELS, limit=_MOST_FOUND)
    # The county belongs to the title: of ten 城关镇 the chosen one must be told apart in the field, too.
    return [Choice(a.code, title_of(a.code)) for a in found]


def _above(code: str) -> str:
    return "".join(a.name for a in areas.parents(code))


def title_of(code: str) -> str:
    found = areas.area(code)
    return f"{found.name}（{_above(code)}）" if found else code


def check(values: Any) -> list[Problem]:
    problems: list[Problem] = []
    if not values.get("place"):
        problems.append(
            Problem("first.place", "place", "请输入本单位所在地的名称、拼音首字母或 12 位代码，再从列表中选")
        )
    problems += office.check_password(values.get("password", ""), ADMIN)
    if values.get("password") != values.get("again"):
        problems.append(Problem("first.again", "again", "两次输入的密码不一样"))
    return problems


class FirstRun(QDialog):
    """Asks for the place and a password, makes the office, shows the recovery code once; or restores one.

    `make(root, office, login, password)` gives what the window then works with and the recovery code.
    """

    crashed = Signal(object)

    def __init__(self, root: Path, make: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._root, self._make = root, make
        self.running: Any = None
        self.was_restored = False
        self.setWindowTitle("建立办公室")
        self.resize(720, 600)
        self.form = Form(check)
        self._fill_form()
        self.start_button = button("建立", self._create, role="primary")
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 3 * GRID)
        self._body.setSpacing(2 * GRID)
        for part in (
            label("欢迎使用一牌一册", "title"),
            label(
                "先找到本单位：输入名称、拼音首字母（如 lzjd）或区划代码，再从列表中选，不需要联网。"
                "同名的多时，前面加上区县名和一个空格（如 滨城 lzjd）。",
                "secondary",
                wrap=True,
            ),
            self.form,
        ):
            self._body.addWidget(part)
        self.restore_button = button("从备份恢复…", self.restore)
        self.restore_button.setToolTip("换了电脑，或数据丢了：用U盘里的备份和恢复码把办公室找回来")
        where = label(f"数据将放在 {root}", "secondary", wrap=True)
        foot = row(where, self.restore_button, self.start_button)
        foot.setStretch(0, 1)
        self._body.addLayout(foot)
        # Enter after the last field leads to making, not to restoring.
        self.setTabOrder(self.form.field("again"), self.start_button)
        self.setTabOrder(self.start_button, self.restore_button)
        self.form.save_wanted.connect(self._create)
        self.form.focus_first()

    def _fill_form(self) -> None:
        form = self.form
        form.section("本单位")
        form.add(
            "place",
            "所在地",
            CodeField(find_places, title_of, "如 里则街道、lzjd、371602012000"),
            wide=True,
            required=True,
        )
        form.add("name", "单位简称", TextField("不填就用所在地的名称"), wide=True)
        form.section(f"管理员（用户名 {ADMIN}）")
        form.add("password", "密码", PasswordField("至少 8 个字符"), required=True)
        form.add("again", "再输一次", PasswordField(), required=True)

    def restore(self) -> None:
        """The office is there already, in a backup on a stick."""
        dialog = FirstRestore(self._root, self)
        dialog.crashed.connect(self.crashed)
        dialog.accepted.connect(self._on_restored)
        dialog.open()

    def _on_restored(self) -> None:
        self.was_restored = True
        self.accept()

    def _create(self) -> None:
        values = self.form.values()
        problems = [*self.form.typing_problems(), *check(values)]
        if problems:
            self.form.show_problems(problems)
            return
        area = areas.area(values["place"])
        if area is None:
            return
        own = office.Office(area.code, values["name"] or area.name, office.Level(area.level))
        try:
            self.running, code = self._make(self._root, own, ADMIN, values["password"])
        except Refused as refused:
            self.form.show_problems(refused.problems)
            return
        except Trouble as trouble:
            self.form.show_problems([Problem(trouble.code, "", str(trouble))])
            return
        self._show_code(own.name, code)

    def _show_code(self, name: str, code: str) -> None:
        while (item := self._body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
            elif (inner := item.layout()) is not None:
                while (part := inner.takeAt(0)) is not None:
                    if (each := part.widget()) is not None:
                        each.hide()
                        each.deleteLater()
        shown = label(code, "large", selectable=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code = shown
        go = button("已抄好，开始使用", self.accept, role="primary")
        copy = button("复制", lambda: self._copy(copy, code))
        self._body.addWidget(label(f"“{name}”已建立", "title"))
        self._body.addWidget(
            label(
                "请把下面的恢复码抄在纸上，与公章一起锁好。它只显示这一次；忘记密码时只有它能打开数据。",
                "",
                wrap=True,
            )
        )
        self._body.addWidget(card(shown, edge=3 * GRID))
        self._body.addStretch(1)
        self._body.addLayout(row(copy, None, go))
        # Not on the way out: one Enter too many must not pass over what is shown only once.
        QTimer.singleShot(0, self, copy.setFocus)  # not shown yet, it could not keep the focus

    def _copy(self, pressed: QPushButton, code: str) -> None:
        QGuiApplication.clipboard().setText(code)
        pressed.setText("已复制")

    def reject(self) -> None:
        """The code is left by its button only; Esc would take it, or all that was typed, away."""
        if self.running is None:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
