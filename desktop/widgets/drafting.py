"""Drafting: keeps a form's draft every second, and offers the one that was left from before."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.core.clock import BEIJING
from desktop.core.drafts import Draft, DraftStore
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, label, row, set_look


class Drafting(QFrame):
    """Put it above the form and call `begin` whenever the form was filled with saved values."""

    taken = Signal()

    def __init__(self, form: Form, drafts: DraftStore, name: str) -> None:
        super().__init__()
        self._form, self._drafts, self._name, self._about = form, drafts, name, ""
        self._is_changed = False
        self.sentence = label()
        self.take_button = button("接着写", self._take)
        self.drop_button = button("不要了", self.forget, role="quiet")
        self.setLayout(row(self.sentence, None, self.take_button, self.drop_button, edge=GRID))
        set_look(self, "role", "band-warning")
        self.hide()
        form.changed.connect(self._on_changed)
        form.draft_due.connect(lambda _texts: self.keep())

    def begin(self, about: str) -> None:
        """The form is about that now; a draft of it is offered, and kept until it is taken or refused."""
        self._about, self._is_changed = about, False
        found = self._drafts.get(self._name, about)
        self.setVisible(found is not None)
        if found is not None:
            self.sentence.setText(f"接着上次没写完的{_when(found.saved_at)}？")

    def keep(self) -> None:
        """Keep what stands in the form now, if anything was changed."""
        if self._is_changed:
            self._drafts.put(Draft(self._name, self._about, self._form.texts()))

    def forget(self) -> None:
        """It was saved, or is not wanted."""
        self._drafts.remove(self._name, self._about)
        self._is_changed = False
        self.hide()

    @property
    def is_changed(self) -> bool:
        return self._is_changed

    def _on_changed(self, _name: str) -> None:
        self._is_changed = True
        # Who types on without answering has decided to write afresh.
        self.hide()

    def _take(self) -> None:
        found = self._drafts.get(self._name, self._about)
        self.hide()
        if found is not None:
            self._form.set_texts(found.values)
            self._is_changed = True
            self._form.focus_first()
            self.taken.emit()


def _when(at: datetime | None) -> str:
    return f"（{at.astimezone(BEIJING):%m-%d %H:%M}）" if at else ""
