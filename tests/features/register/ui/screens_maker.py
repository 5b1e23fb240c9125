"""A desk whose runner answers at once, and a navigator that writes down where it was asked to go."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.core.changes import Changes
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.drafts import MemoryDrafts
from desktop.core.idcard import checksum
from desktop.core.remember import Remember
from desktop.features.register import api as register
from desktop.widgets.desk import Desk
from desktop.widgets.keep import Keep
from desktop.widgets.runner import AtOnce
from desktop.widgets.screen import Screen
from tests.office_maker import VILLAGE

HEAD_ID = "37169919510203001" + checksum("37169919510203001")


@dataclass
class Way:
    """What the window would have done."""

    went: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    backs: int = 0
    undo: Callable[[], Any] | None = None
    offer: str = ""

    def go(self, name: str, **given: Any) -> None:
        self.went.append((name, given))

    def back(self) -> None:
        self.backs += 1

    def say(self, sentence: str, undo: Callable[[], Any] | None = None, offer: str = "撤销") -> None:
        self.said.append(sentence)
        self.undo, self.offer = undo or self.undo, offer


def make_desk(db: Database, actor: Actor, folder: Path) -> Desk:
    runner = AtOnce(lambda: db.unit(actor, "操作"), lambda: db.reader(actor))
    return Desk(db, actor, runner, Way(), MemoryDrafts(), Keep(Remember(folder / "remembered.json")))


def listen(desk: Desk, *screens: Screen) -> list[Changes]:
    """Let these screens hear of every change, as the window does."""
    heard: list[Changes] = []

    def on_changed(changes: Changes, sender: object) -> None:
        heard.append(changes)
        for screen in screens:
            screen.on_changed(changes, sender)

    desk.runner.changed.connect(on_changed)
    return heard


def family(
    desk: Desk, name: str, *, group: str = "1组", region: str = VILLAGE, more: int = 0, **facts: Any
) -> bytes:
    """A household of a head and `more` children."""
    people = [register.PersonDraft({"name": name, "relation": "R01", "phone": "13800001234"})]
    people += [register.PersonDraft({"name": f"{name[0]}小{n}", "relation": "R03"}) for n in range(more)]
    unread = facts.pop("unread", {})
    draft = register.HouseholdDraft(region, group, facts, tuple(people), unread=unread)
    with desk.db.unit(desk.actor, "新增户") as unit:
        return register.add_household(unit, draft).id


def household(desk: Desk, household_id: bytes) -> register.Household:
    with desk.reader() as reader:
        found = register.household(reader, household_id)
    assert found is not None
    return found
