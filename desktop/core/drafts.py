"""Half-filled forms, kept across a power cut. Personal data: they lie inside the encrypted database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Draft:
    """`form` names the form ("visits.form"), `about` what it is about (an id; "" for something new)."""

    form: str
    about: str
    values: dict[str, str] = field(default_factory=dict)
    saved_at: datetime | None = None


class DraftStore(Protocol):
    """Where drafts lie. There is one draft for each form and thing; `put` replaces it."""

    def put(self, draft: Draft) -> None: ...

    def get(self, form: str, about: str) -> Draft | None: ...

    def list(self, form: str = "") -> Sequence[Draft]:
        """All drafts of a form (of all forms for ""), newest first."""

    def remove(self, form: str, about: str) -> None: ...


class MemoryDrafts:
    """Drafts that live as long as the program: for tests and for a window without an office."""

    def __init__(self) -> None:
        self._drafts: dict[tuple[str, str], Draft] = {}

    def put(self, draft: Draft) -> None:
        self._drafts.pop((draft.form, draft.about), None)
        self._drafts[draft.form, draft.about] = draft

    def get(self, form: str, about: str) -> Draft | None:
        return self._drafts.get((form, about))

    def list(self, form: str = "") -> Sequence[Draft]:
        return [d for d in reversed(self._drafts.values()) if form in ("", d.form)]

    def remove(self, form: str, about: str) -> None:
        self._drafts.pop((form, about), None)
