"""A county, its two townships and a stranger, for bundles that are forged: each refusal must leave every row as it was."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.features.sync import api as sync
from desktop.features.sync.writer import Source
from tests.core.db.log_reading import differences, dump
from tests.features.sync.exchange_maker import (
    Author,
    Office,
    bring,
    bundle,
)


@dataclass
class World:
    town: Office
    sibling: Office
    county: Office
    stranger: Office
    stick: Path
    homes: dict[str, bytes]

    def refuses(self, path: Path, outcome: str = "not_trusted") -> sync.Taken:
        before = dump(self.county.db, "quarantine")
        taken = self.county.reads(path)
        assert taken.outcome == outcome, taken
        assert taken.sentence
        assert (taken.entries, taken.rows) == (0, {})
        assert differences(before, dump(self.county.db, "quarantine")) == []
        kept = (self.county.db.paths.quarantine / path.name).exists()
        assert kept == (outcome in ("not_trusted", "newer_version"))
        return taken

    def refuses_segment(self, *segments: Source) -> None:
        self.refuses(bundle(self.stick, self.town, self.county, bring(self.town), *segments))

    def takes(self, *segments: Source) -> sync.Taken:
        taken = self.county.reads(bundle(self.stick, self.town, self.county, bring(self.town), *segments))
        assert (taken.outcome, taken.quarantined) == ("applied", 0), taken
        return taken

    def shown(self, table: str, column: str, row: bytes) -> Any:
        with self.county.db.engine.connect() as connection:
            return connection.exec_driver_sql(f"SELECT {column} FROM {table} WHERE id = ?", (row,)).scalar()


def transfer(office: Office, account: bytes) -> dict[int, Any]:
    return {3: office.node.node_id, 4: account, 5: 5, 6: "2027-03-14", 7: "award", 8: "扫院子"}


def group(world: World) -> Author:
    """An author of the township who has made one group."""
    author = Author(world.town)
    author.group()
    return author
