"""Cutting the power: a child works on a real office until it is killed at a random moment; then the office is judged."""

import multiprocessing
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from desktop import start
from desktop.core import keys
from desktop.core.db import database, entries, proof, recovery_keys, shelf
from desktop.core.db.database import Database
from desktop.core.db.drafts import SealedDrafts
from desktop.core.db.entries import Entry, Stream
from desktop.core.db.log_tables import ENTRY_COLUMNS
from desktop.core.paths import Paths
from tests.office_maker import add_household, make_office
from tests.power import work

# The longest that a child may work, in seconds: a few rounds of its work.
LONGEST = {
    "typing": 0.3,
    "importing": 1.2,
    "backing_up": 0.8,
    "migrating": 0.5,
    "restoring": 1.0,
    "rekeying": 1.0,
}
_MANY = 2_000


@dataclass
class Known:
    """What the child said that it kept. `maybe` is what it may have kept without having had time to say so."""

    names: set[str]
    drafts: dict[str, str] = field(default_factory=dict)
    copies: dict[str, set[str]] = field(default_factory=dict)
    maybe: list[set[str]] = field(default_factory=list)
    is_restoring: bool = False

    def hear(self, said: tuple[str, ...]) -> None:
        what, *rest = said
        if what == "kept":
            self.names |= set(rest)
            self.maybe = []
        elif what == "begins":
            self.maybe = [self.names | set(rest)]
        elif what == "draft":
            self.drafts[rest[0]] = rest[1]
        elif what == "copied":
            self.copies[rest[0]] = set(self.names)
        elif what == "restores":
            self.is_restoring = True
            self.maybe = [list(self.copies.values())[-1]]
        elif what == "restored":
            self.is_restoring = False
            self.names, self.maybe = list(self.copies.values())[-1], []


class Cutter:
    """One office, killed again and again in the middle of one kind of work."""

    def __init__(self, kind: str, folder: Path, chance: Random) -> None:
        self.kind, self._folder, self._chance = kind, folder, chance
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.power.work"])
        db, actor = make_office(folder / "template")
        for name in ("张秀兰", "李大山", "王玉珍"):
            add_household(db, actor, name)
        self._first = {"张秀兰", "李大山", "王玉珍"}
        db.close()
        self.paths = Paths(folder / "office")
        self._begin_anew()

    def cut(self) -> None:
        """Start the child, kill it, judge what it left."""
        if self.kind == "migrating" or len(self.known.names) > _MANY:
            self._begin_anew()
        ours, its = self._context.Pipe(duplex=False)
        child = self._context.Process(target=work.run, args=(self.kind, self.paths.root, its), daemon=True)
        child.start()
        its.close()
        is_early = self._chance.random() < 0.1  # a tenth of them while the office is being opened
        if not is_early and ours.poll(60):
            self._hear(ours)
        time.sleep(self._chance.random() * (0.3 if is_early else LONGEST[self.kind]))
        if child.pid is None or not child.is_alive():
            raise AssertionError(f"{self.kind}: the child ended by itself, status {child.exitcode}")
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        with suppress(EOFError):  # the last word may have been cut off in the middle
            while True:
                self._hear(ours)
        ours.close()
        self._judge()

    def _hear(self, channel: Any) -> None:
        self.known.hear(channel.recv())

    def _begin_anew(self) -> None:
        shutil.rmtree(self.paths.root, ignore_errors=True)
        shutil.copytree(self._folder / "template/township", self.paths.root)
        self.known = Known(set(self._first))

    def _judge(self) -> None:
        with start.held(self.paths.root):  # finishes what counted when the power failed
            self._judge_all()

    def _judge_all(self) -> None:
        key = keys.open_with_password(self.paths.keys, "admin", "pw")
        if self.kind == "migrating":
            with later_version(self.paths.root):
                db = database.open_database(self.paths, key)
            persons = _scalar(db, "SELECT count(*) FROM person")
            assert _scalar(db, "SELECT count(*) FROM power") == 20 * persons
        else:
            db = database.open_database(self.paths, key)
        try:
            self._judge_data(db)
        finally:
            db.close()
        self._judge_drafts(key)
        self._judge_copies(key)
        self.known.maybe, self.known.is_restoring = [], False

    def _judge_data(self, db: Database) -> None:
        raw = db.engine.raw_connection()
        try:
            connection: Any = raw.driver_connection
            assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            found = {row[0] for row in connection.execute("SELECT name FROM person WHERE alive")}
            assert broken_links(connection) == 0
        finally:
            raw.close()
        self._judge_names(found)
        assert not self.paths.restored.exists()

    def _judge_names(self, found: set[str]) -> None:
        """Exactly what was told, or one step further that there was no time to tell."""
        if found in (self.known.names, *self.known.maybe):
            self.known.names = found
            return
        is_single = self.kind != "importing"
        more = [found - base for base in (self.known.names, *self.known.maybe) if base <= found]
        assert more, f"{self.kind}: {len(self.known.names - found)} acknowledged households are gone"
        assert is_single, f"{self.kind}: half an import"
        assert len(min(more, key=len)) == 1
        self.known.names = found

    def _judge_drafts(self, key: bytes) -> None:
        if self.kind != "typing":
            return
        drafts = SealedDrafts(self.paths.drafts, key)
        found = {d.about: d.values["name"] for d in drafts.list("register.form")}
        drafts.close()
        different = {about for about, name in self.known.drafts.items() if found.get(about) != name}
        assert len(different) <= 1, "more than the draft that was just being kept"
        assert self.known.drafts.keys() <= found.keys()
        self.known.drafts = found

    def _judge_copies(self, key: bytes) -> None:
        """Whatever lies on the shelf as good is good, and what was told is there until its turn to go came."""
        copies = [b for b in shelf.all_in(self.paths.backups) if b.is_good]
        for copy in copies[:2]:
            proof.check(
                copy.path, proof.key_of(copy.path, recovery_keys.candidates(self.paths.keys, copy.path, key))
            )
            assert proof.file_digest(copy.path) == copy.digest
        told = sorted(self.known.copies)[-3:]
        assert {b.path.name for b in copies} >= set(told)
        self.known.copies = {name: self.known.copies[name] for name in told}


class later_version:
    """Judge as the later version of the program would open it."""

    def __init__(self, root: Path) -> None:
        self._root, self._ours = root, work.migrate.config

    def __enter__(self) -> None:
        work.use_later_version(self._root)

    def __exit__(self, *_: object) -> None:
        work.migrate.config = self._ours


def broken_links(connection: Any) -> int:
    """Entries whose hash does not follow from the entry before, over all streams."""
    wrong = 0
    for no, *stream in connection.execute(
        "SELECT id, node, incarnation, region, kind FROM log_stream"
    ).fetchall():
        packed, before = entries.pack(Stream(*stream)), entries.NO_PREV
        wanted = f"SELECT hash, {', '.join(ENTRY_COLUMNS)} FROM log_entry WHERE stream = ? ORDER BY seq"
        for found, *rest in connection.execute(
            wanted.replace("user", '"user"').replace("row,", '"row",'), (no,)
        ):
            entry = Entry(*rest)
            wrong += entry.prev != before or entries.entry_hash(packed, entry) != found
            before = found
    return wrong


def _scalar(db: Database, query: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def cut_many(folder: Path, cuts: int, seed: int) -> dict[str, int]:
    """So many cuts, in turn among the kinds of work; gives how many of each."""
    chance = Random(seed)
    cutters = [Cutter(kind, folder / kind, chance) for kind in work.WORK]
    counts = dict.fromkeys(work.WORK, 0)
    for n in range(cuts):
        cutter = cutters[n % len(cutters)]
        cutter.cut()
        counts[cutter.kind] += 1
        if n % 50 == 49:
            print(n + 1, flush=True)  # noqa: T201 - a long run shows how far it is
    return counts


def main() -> None:
    """By hand: python -m tests.power.power_cut FOLDER CUTS [SEED]."""
    start = time.perf_counter()
    counts = cut_many(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    print(counts, f"{time.perf_counter() - start:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
