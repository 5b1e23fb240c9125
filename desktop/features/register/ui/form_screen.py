"""The page register.form: a new household, a household, a new member, a member."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget

from desktop.core.changes import Changes
from desktop.core.errors import Refused
from desktop.features.office import api as office
from desktop.features.register import store
from desktop.features.register.model import Household, Person
from desktop.features.register.ui.cover import Cover
from desktop.features.register.ui.editors import FORM, Editor
from desktop.features.register.ui.household_editors import HouseholdEditor, NewHouseholdEditor
from desktop.features.register.ui.person_editor import PersonEditor
from desktop.features.standards import api as standards
from desktop.features.standards.api import Lists
from desktop.widgets.code_field import CodeField
from desktop.widgets.desk import Desk
from desktop.widgets.parts import button, shortcut
from desktop.widgets.saving import off_until_over, save
from desktop.widgets.say import sentence_of
from desktop.widgets.screen import Screen
from desktop.widgets.unmask import Unmask, eye_button

NEW = b""
Fill = Callable[[Any], None]


class HouseholdForm(Screen):
    """`arrive()` for a new household (`region`, `group` where it is likely to be), `household=` to change one,
    `household=, person=` to change a member; person=b"" adds one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("户", FORM)
        self._desk = desk
        self._editors: dict[type[Editor], Editor] = {}
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack)
        self._cover = Cover(self)
        self._given: tuple[bytes | None, bytes | None] = (None, None)
        self._household: Household | None = None
        self._fill: Fill | None = None
        self.eye = eye_button()
        self.add_action(self.eye)
        self._unmask = Unmask(desk, self.eye, self._whose_numbers, self._cover_numbers, self, office.unmask)
        self.next_button = button("保存并录下一户", self.save_next)
        self.save_button = button("保存", self.save, role="primary", name="save")
        self.save_button.setToolTip("保存（Ctrl+S 或 Ctrl+Enter）")
        self.back_button = button("返回", self.go_back, name="back")
        self.back_button.setToolTip("返回（Esc）；没有保存的留作草稿")
        self.add_action(self.back_button)
        self.add_action(self.next_button)
        self.add_action(self.save_button)
        shortcut(self, "Ctrl+S", self._save_by_key)
        shortcut(self, "Ctrl+D", self._ask_numbers)

    @property
    def editor(self) -> Any:
        """The form that is shown."""
        return self._stack.currentWidget()

    def arrive(
        self,
        household: bytes | None = None,
        person: bytes | None = None,
        region: str = "",
        group: str = "",
        *,
        is_open: bool = False,
        **_more: Any,
    ) -> None:
        """`is_open`: the page before shows the numbers, a reason was given there."""
        self._given = (household, person)
        self.eye.setChecked(False)
        if is_open:
            self._unmask.open()
        if household is None:
            self._arrive_new(region, group)
            return
        with self._desk.reader() as reader:
            self._household = store.household(reader, household)
        if self._household is None:
            self._desk.navigator.say("这一户已不在册")
            self._desk.navigator.back()
        elif person is None:
            self._arrive_household(self._household)
        else:
            self._arrive_person(self._household, person)

    def _arrive_new(self, region: str, group: str) -> None:
        title, more = "新增一户", "保存并录下一户"
        self._show(NewHouseholdEditor, title, "", more, lambda editor: editor.begin(region, group))

    def _arrive_household(self, household: Household) -> None:
        whose = _whose(household)
        self._show(HouseholdEditor, "修改户资料", whose, "", lambda editor: editor.show_household(household))

    def _arrive_person(self, household: Household, person_id: bytes) -> None:
        person = next((m for m in household.members if m.id == person_id), None)
        title, more = ("修改成员", "") if person else ("添加成员", "保存并添下一人")
        whose = _whose(household)
        self._show(PersonEditor, title, whose, more, lambda editor: editor.show_person(household, person))

    def _show(self, kind: type[Editor], title: str, summary: str, more: str, fill: Fill) -> None:
        if kind not in self._editors:
            made = self._editors[kind] = kind(self._desk)
            made.setEnabled(False)
            made.form.save_wanted.connect(self.save)
            made.form.save_next_wanted.connect(self.save_next)
            made.number_wanted.connect(self._unmask.ask)
            self._stack.addWidget(made)
        self._editors[kind].draft.close_draft()
        self._stack.setCurrentWidget(self._editors[kind])
        self.title.setText(title)
        self.say(summary)
        self.next_button.setText(more)
        self.next_button.setToolTip(f"{more}（Ctrl+Shift+Enter）")
        self.next_button.setVisible(bool(more))
        self._fill = fill
        self.eye.hide()
        self._build()

    @property
    def is_ready(self) -> bool:
        """Whether the form is complete and filled: the first time it takes a few turns of the event loop."""
        return self._fill is None

    def _build(self) -> None:
        editor = self.editor
        if not editor.is_built:
            self._cover.over(self._stack.geometry())
            editor.build_more()
            QTimer.singleShot(0, self, self._build)
        elif self._fill is not None:
            fill, self._fill = self._fill, None
            self._cover.hide()
            editor.setEnabled(True)
            editor.form.cover(is_on=self._hides)
            editor.form.lists = self._read_lists()
            fill(editor)
            is_offered = self._is_known and self._unmask.is_allowed and editor.form.has_numbers
            self.eye.setVisible(is_offered)

    def _read_lists(self) -> Lists:
        """The code lists of today, where this household lives."""
        with self._desk.reader() as reader:
            known = standards.lists(reader)
        return known.at(self._household.region) if self._household and self._is_known else known

    # ---- the numbers behind the eye

    def _whose_numbers(self) -> str:
        number = self._household.number if self._household else ""
        return f"户 {number} 的证件号码和电话"

    @property
    def _is_known(self) -> bool:
        """Whether the form shows what was saved before; what is new the clerk has just typed."""
        household, person = self._given
        return household is not None and person != NEW

    @property
    def _hides(self) -> bool:
        return self._is_known and not self.eye.isChecked()

    def _cover_numbers(self) -> None:
        if self.editor is not None and self.is_ready:
            self.editor.form.cover(is_on=self._hides)
            self.editor.form.recheck()

    def _ask_numbers(self) -> None:
        if not self.eye.isHidden():
            self.eye.toggle()

    def go_back(self) -> None:
        self.leave()
        self._desk.navigator.back()

    def _save_by_key(self) -> None:
        """What is marked in an open list is meant, as with Enter."""
        focused = self.focusWidget()
        if isinstance(focused, CodeField):
            focused.settle()
        self.save()

    def save(self) -> None:
        self._save(is_next=False)

    def save_next(self) -> None:
        self._save(is_next=not self.next_button.isHidden())

    def _save(self, *, is_next: bool) -> None:
        editor: Editor = self.editor
        if not self.is_ready or not self.save_button.isEnabled():
            return
        if problems := editor.form.typing_problems():
            editor.form.show_problems(problems)
            return
        action, given = editor.action()
        task = save(
            self._desk,
            self,
            action,
            *given,
            said=editor.said(),
            done=lambda result: self._saved(editor, result, is_next),
            refused=lambda error: self._refused(editor, error),
        )
        off_until_over(task, self.save_button, self.next_button)

    def _saved(self, editor: Editor, result: Any, is_next: bool) -> None:
        editor.draft.forget()
        self._offer_back(editor)
        if is_next:
            self._next(editor)
            return
        self._desk.navigator.back()
        if isinstance(editor, NewHouseholdEditor) and isinstance(result, Household):
            self._desk.navigator.go("register.household", household=result.id)

    def _offer_back(self, editor: Editor) -> None:
        if (way := editor.way_back()) is None:
            return
        word, (action, given) = way
        desk, say = self._desk, self._desk.navigator.say

        def go_back() -> None:
            done, refused = lambda _: say(f"已{word}"), lambda error: say(sentence_of(error)[0])
            desk.runner.act(None, action, *given, done=done, refused=refused)

        say(editor.said(), go_back, word)

    def _next(self, editor: Editor) -> None:
        if isinstance(editor, NewHouseholdEditor):
            editor.begin(editor.village.value(), editor.group.value())
        else:
            self.arrive(household=self._given[0], person=NEW)

    def _refused(self, editor: Editor, error: Refused) -> None:
        editor.form.show_problems(editor.renamed(error.problems))

    def on_changed(self, changes: Changes, sender: object) -> None:
        """What stands in a form is the clerk's; it is saved over what others changed only field by field."""

    def leave(self) -> bool:
        if self.editor is not None and self.is_ready:
            self.editor.draft.close_draft()
        self.eye.setChecked(False)
        return True


def _whose(household: Household) -> str:
    head: Person | None = household.head
    name = f"{head.name}户" if head else ""
    return "　".join(part for part in (household.number, name, household.village, household.group) if part)
