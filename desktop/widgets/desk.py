"""Desk: what every screen of a feature is handed, and nothing else."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from desktop.core.clock import day_of
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Reader
from desktop.core.drafts import DraftStore
from desktop.core.settings import Settings
from desktop.widgets.keep import Keep
from desktop.widgets.navigator import Navigator
from desktop.widgets.runner import Runner


@dataclass
class Desk:
    """`runner.act` writes, `runner.read` and `runner.job` do long work; `reader()` reads short things at once."""

    db: Database
    actor: Actor
    runner: Runner
    navigator: Navigator
    drafts: DraftStore
    keep: Keep

    def reader(self) -> AbstractContextManager[Reader]:
        return self.db.reader(self.actor)

    @property
    def settings(self) -> Settings:
        return Settings(self.db.paths.settings)

    @property
    def today(self) -> date:
        return day_of(self.db.clock.now())
