"""A desk on a small office, with a runner that works at once: for tests of one screen without the window."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.drafts import MemoryDrafts
from desktop.core.remember import Remember
from desktop.widgets.desk import Desk
from desktop.widgets.keep import Keep
from desktop.widgets.runner import AtOnce


@dataclass
class Asked:
    """Stands for the window: writes down where a screen wanted to go and what it said."""

    gone: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    undo: Callable[[], Any] | None = None

    def go(self, name: str, **given: Any) -> None:
        self.gone.append((name, given))

    def back(self) -> None:
        self.gone.append(("back", {}))

    def say(self, sentence: str, undo: Callable[[], Any] | None = None, offer: str = "撤销") -> None:
        self.said.append(sentence)
        self.undo = undo


def make_desk(db: Database, actor: Actor, folder: Path) -> Desk:
    runner = AtOnce(lambda: db.unit(actor, "试验"), lambda: db.reader(actor))
    keep = Keep(Remember(folder / "remember.json"))
    return Desk(db, actor, runner, Asked(), MemoryDrafts(), keep)
