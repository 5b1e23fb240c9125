"""DraftBand: keeps what a form holds every second, and brings it back the next time: 接着上次没写完的."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.core.clock import BEIJING
from desktop.core.drafts import Draft, DraftStore
from desktop.core.errors import Trouble
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, label, row


class DraftBand(QFrame):
    """Stands above a form. `open` fills the form from its draft if there is one; `dropped` asks to start anew."""

    dropped = Signal()

    def __init__(
        self, form: Form, drafts: DraftStore, name: str, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__()
        self.setProperty("role", "band-warning")
        self._form, self._drafts, self._name = form, drafts, name
        self._now = now or (lambda: datetime.now(UTC))
        self._about: str | None = None
        self._said = label("")
        self.drop_button = button("重新写", self._drop, role="link")
        self.drop_button.setToolTip("不要这份草稿，从空白的表开始")
        box = row(self._said, self.drop_button, None)
        box.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        self.setLayout(box)
        self.hide()
        form.draft_due.connect(self._put)

    def open(self, about: str) -> bool:
        """The form is about that thing now. True when a draft was brought back."""
        self._about = about
        kept = self._drafts.get(self._name, about)
        if kept is not None:
            self._form.set_texts(kept.values)
        self._say(kept)
        return kept is not None

    def close_draft(self) -> None:
        """The form is being left: what was typed in the last second is kept too."""
        if self._about is not None and self._form.is_changed:
            self._put(self._form.texts())
        self._about = None

    def forget(self, about: str | None = None) -> None:
        """What stands in the form is saved: there is no draft of it any more; it may be about something new."""
        if self._about is not None:
            self._drafts.remove(self._name, self._about)
        self._form.mark_saved()
        self._about = self._about if about is None else about
        self.hide()

    def _put(self, values: dict[str, Any]) -> None:
        if self._about is None:
            return
        try:
            self._drafts.put(Draft(self._name, self._about, values, self._now()))
        except Trouble as trouble:
            self._said.setText(str(trouble))
            self.show()

    def _say(self, kept: Draft | None) -> None:
        at = kept.saved_at.astimezone(BEIJING) if kept and kept.saved_at else None
        when = f"（{at.month}月{at.day}日 {at:%H:%M}）" if at else ""
        self._said.setText(f"接着上次没写完的{when}")
        self.setVisible(kept is not None)

    def _drop(self) -> None:
        self.forget()
        self.dropped.emit()
