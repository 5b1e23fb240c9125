"""Erasure by order: gone at every office that held it, and signatures, hashes and everything else as they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from desktop.core.db import database, drafts, restore, second_place, shelf, undo
from desktop.core.db.database import Database
from desktop.core.drafts import Draft
from desktop.core.errors import Refused
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.register.tables import HouseholdRow
from desktop.features.sync import api as sync
from desktop.features.sync import aside
from tests.core.db.log_reading import log
from tests.features.sync.exchange_maker import VILLAGE, Author, Office, bring, bundle
from tests.features.sync.moving_maker import (
    NEXT_DOOR,
    Three,
    change,
    household,
    move,
    seen,
    shown,
    three,
    visit,
    visits_of,
)

CANARY = "金丝雀"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Three]:
    made = three(tmp_path)
    yield made
    made.close()


def erase(at: Office, home: bytes, reason: str = "本人书面申请") -> int:
    return register.erase_household(at.db, at.actor, home, reason)


def in_pages(db: Database, text: str) -> int:
    """How often the bytes of a text stand in the decrypted pages of the database and its log."""
    found = 0
    for end in ("", "-wal"):
        path = db.paths.database.with_name(db.paths.database.name + end)
        found += path.read_bytes().count(text.encode()) if path.exists() else 0
    plain = db.paths.root / "plain.db"
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found += _decrypted(db, plain).count(text.encode())
    plain.unlink()
    return found


def _decrypted(db: Database, plain: Path) -> bytes:
    """Page by page, free pages and unused room included: what an exporting command would leave out is what matters."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    pages = []
    content = db.paths.database.read_bytes()
    for start in range(0, len(content), 4096):
        page = content[start : start + 4096]
        body = page[16:-80] if start == 0 else page[:-80]
        cipher = Cipher(algorithms.AES(db.key), modes.CBC(page[-80:-64])).decryptor()
        pages.append(cipher.update(body) + cipher.finalize())
    plain.write_bytes(b"".join(pages))
    return plain.read_bytes()


def test_the_search_would_find_it(world: Three) -> None:
    household(world.town, CANARY)
    assert in_pages(world.town.db, CANARY) > 0


def test_what_was_erased_is_found_nowhere(world: Three) -> None:
    home = household(world.town, CANARY)
    visit(world.town, home, f"{CANARY}家屋顶漏雨")
    change(world.town, home, address=f"{CANARY}巷 3 号")
    with world.town.db.unit(world.town.actor, "改名") as unit:
        member = shown(world.town, home).members[0]
        register.change_person(unit, home, member.id, {"name": f"{CANARY}儿"})
    world.around()
    assert erase(world.county, home) == 4
    world.around()
    for at in (world.county, world.town):
        assert seen(at, home) is None
        assert in_pages(at.db, CANARY) == 0
        with at.db.reader(at.actor) as reader:
            assert register.search_people(reader, CANARY) == []
    world.agree()


def test_hashes_and_links_stay_as_they_were(world: Three) -> None:
    home = household(world.town, CANARY)
    world.around()
    before = [(e.eid, e.seq, e.prev, e.hash) for e in log(world.county.db)]
    erase(world.county, home)
    after = [(e.eid, e.seq, e.prev, e.hash) for e in log(world.county.db)]
    assert after[: len(before)] == before
    blank = [e for e in log(world.county.db) if not e.salt]
    assert {e.row for e in blank} >= {home}
    assert all(len(e.body) == 32 and e.note == b"" for e in blank)


def test_the_blanked_form_is_forwarded_and_taken(world: Three) -> None:
    """An office that hears of the row for the first time never gets what it said."""
    home = household(world.town, CANARY)
    world.up(world.town)
    erase(world.county, home)
    move_target = household(world.town, "别家")
    world.around()
    assert in_pages(world.county.db, CANARY) == 0
    assert shown(world.county, move_target).region == VILLAGE
    world.agree()


def test_an_unblanked_copy_that_comes_later_is_blanked(world: Three, tmp_path: Path) -> None:
    home = household(world.town, CANARY)
    late = world.town.writes(world.stick)
    kept = tmp_path / "drawer.hhb"
    kept.write_bytes(late.read_bytes())
    world.up(world.town)
    erase(world.county, home)
    assert world.county.reads(kept).outcome == "nothing_new"
    change(world.town, home, address=f"{CANARY}巷")
    world.around()
    assert in_pages(world.county.db, CANARY) == 0 == in_pages(world.town.db, CANARY)
    world.agree()


def test_what_somebody_wrote_before_he_heard_of_it_goes_too(world: Three) -> None:
    home = household(world.town, CANARY)
    world.around()
    erase(world.county, home)
    visit(world.town, home, f"{CANARY}家屋顶漏雨")
    world.around()
    world.around()
    assert visits_of(world.town, home) == []
    assert in_pages(world.county.db, CANARY) == 0 == in_pages(world.town.db, CANARY)
    world.agree()


def test_every_holder_answers(world: Three) -> None:
    home = household(world.town, CANARY)
    world.around()
    erase(world.county, home)
    world.around()
    with world.county.db.reader(world.county.actor) as reader:
        (found,) = sync.erased(reader)
    assert found.answered == ("里则街道",)
    assert dict(found.rows)["household"] == 1
    receipts = len(log(world.town.db, "e.table_no = 4"))
    world.around()
    assert len(log(world.town.db, "e.table_no = 4")) == receipts


def test_where_it_moved_and_where_it_was(world: Three) -> None:
    home = household(world.town, CANARY)
    world.around()
    move(world.county, home, NEXT_DOOR)
    world.around()
    erase(world.county, home)
    world.around()
    for at in (world.town, world.sibling, world.county):
        assert in_pages(at.db, CANARY) == 0
    world.agree()


def test_below_the_county_nobody_erases(world: Three) -> None:
    home = household(world.town, CANARY)
    with pytest.raises(Refused, match="县级"):
        erase(world.town, home)
    with pytest.raises(Refused):
        erase(world.county, home)  # not known there
    world.around()
    with pytest.raises(Refused):
        erase(world.county, home, "  ")
    assert shown(world.town, home).members[0].name == CANARY


def test_what_was_erased_is_not_undone(world: Three) -> None:
    home = household(world.county, CANARY)
    with world.county.db.unit(world.county.actor, "改") as unit:
        register.change_household(unit, home, {"phone": "1"})
        key = unit.action_key
    erase(world.county, home)
    for wanted in (key, _newest(world.county)):
        with (
            pytest.raises(Refused, match="依法删除"),
            world.county.db.unit(world.county.actor, "撤销") as unit,
        ):
            undo.undo(unit, wanted)


def _newest(at: Office) -> bytes:
    with at.db.engine.connect() as connection:
        wanted = "SELECT key FROM action WHERE name = '依法删除' ORDER BY id DESC LIMIT 1"
        return bytes(connection.exec_driver_sql(wanted).scalar_one())


def test_drafts_about_it_go(world: Three) -> None:
    home = household(world.county, CANARY)
    mine = drafts.SealedDrafts(world.county.db.paths.drafts, world.county.db.key, world.county.actor.id)
    for about in (home.hex(), f"{home.hex()}/", "00ff"):
        mine.put(Draft("visits.form", about, {"findings": CANARY}))
    erase(world.county, home)
    assert [d.about for d in mine.list()] == ["00ff"]
    mine.close()


def test_an_older_backup_does_not_bring_it_back(world: Three) -> None:
    home = household(world.town, CANARY)
    world.around()
    copies = {at.db.paths.root: at.db.backup("manual") for at in (world.town, world.county)}
    erase(world.county, home)
    world.around()
    for at in (world.town, world.county):
        at.db.close()
        at.db.paths.database.write_bytes(copies[at.db.paths.root].read_bytes())
        at.db, at.actor = office.log_in(at.db.paths.root, "admin", "pw", clock=at.db.clock)
        assert shown(at, home).members[0].name == CANARY
        sync.catch_up(at.db)
        assert seen(at, home) is None
        assert in_pages(at.db, CANARY) == 0
    world.around()
    world.around()
    world.agree()


def test_not_even_on_another_pc(world: Three, tmp_path: Path) -> None:
    """The second place of the backups has the list too: what is restored from there on a new PC erases it again."""
    home = household(world.county, CANARY)
    db, stick = world.county.db, tmp_path / "second"
    db.backup("manual")
    stick.mkdir()
    second_place.choose(db.paths, stick)
    copied = second_place.copy_latest(db.paths, db.node.node_id, db.clock.now())
    assert copied is not None
    assert not (copied.parent / "erased.json").exists()
    erase(world.county, home)
    assert (
        second_place.copy_latest(db.paths, db.node.node_id, db.clock.now()) == copied
    )  # no newer backup yet
    fresh = Paths(tmp_path / "new pc")
    fresh.root.mkdir()
    (backup,) = shelf.all_in(copied.parent)
    restore.take_place(fresh, db.key, backup)
    again = database.open_database(fresh, db.key, db.clock)
    with again.reader(world.county.actor) as reader:
        assert register.household(reader, home) is not None
    sync.catch_up(again)
    with again.reader(world.county.actor) as reader:
        assert register.household(reader, home) is None
    assert in_pages(again, CANARY) == 0
    again.close()


def test_a_file_that_was_set_aside_and_names_him_goes(world: Three, stick: Path) -> None:
    home = household(world.town, CANARY)
    world.around()
    kept = world.county.db.paths.quarantine
    forged, other = Author(world.town), Author(world.town)
    forged.says("S", 11, {25: [CANARY, []], 26: ["长" * 6_000, []]}, home)
    other.says("S", 11, {26: ["长" * 6_000, []]}, bytes(16))
    for author in (forged, other):
        path = bundle(stick, world.town, world.county, bring(world.town), author.segment())
        assert world.county.reads(path).outcome == "not_trusted"
    (kept / "damaged.hhb").write_bytes(b"x" * 500)
    assert len(list(kept.iterdir())) == 3
    erase(world.county, home)
    left = [p for p in kept.iterdir() if p.name != "damaged.hhb"]
    assert len(left) == 1
    assert not aside.names(left[0], world.county.node, [home])
    with world.county.db.reader(world.county.actor) as reader:
        assert len(sync.set_aside(reader)) == 2  # why stays known


def test_what_a_power_cut_left_is_tidied_at_the_next_start(world: Three) -> None:
    home = household(world.county, CANARY)
    with world.county.db.unit(world.county.actor, "依法删除") as unit:
        sync.erase(unit, HouseholdRow, home, "本人申请", "户 1")
    assert not world.county.db.paths.erased.exists()
    assert in_pages(world.county.db, CANARY) > 0
    sync.catch_up(world.county.db)
    assert in_pages(world.county.db, CANARY) == 0
    assert home.hex() in world.county.db.paths.erased.read_text()


def test_what_a_reader_still_sees_goes_when_he_is_done(world: Three) -> None:
    home = household(world.county, CANARY)
    with world.county.db.reader(world.county.actor) as reader:
        assert register.household(reader, home) is not None
        erase(world.county, home)
        assert world.county.get("erasure_to_tidy") is True
    sync.catch_up(world.county.db)
    assert world.county.get("erasure_to_tidy") is False
    assert in_pages(world.county.db, CANARY) == 0


def test_a_damaged_list_keeps_nobody_out(world: Three) -> None:
    home = household(world.county, CANARY)
    world.county.db.paths.erased.write_bytes(b"[{")
    sync.catch_up(world.county.db)
    erase(world.county, home)
    assert home.hex() in world.county.db.paths.erased.read_text()


def test_nobody_on_the_way_blanks_without_an_order(world: Three) -> None:
    """The twin: the same segment with its order is taken."""
    from desktop.core.db import entries
    from tests.features.sync.exchange_maker import GROUP

    author = Author(world.town)
    row = author.says("C", GROUP, {2: CANARY, 3: 1}).eid
    author.said = [entries.redacted(e) for e in author.said]
    alone = bundle(world.stick, world.town, world.county, bring(world.town), author.segment())
    assert world.county.reads(alone).outcome == "not_trusted"
    order = Author(world.county)
    order.says("E", GROUP, {}, row)
    both = bundle(
        world.stick,
        world.town,
        world.county,
        bring(world.town, *world.county.chain()),
        author.segment(),
        order.segment(),
    )
    taken = world.county.reads(both)
    assert (taken.outcome, taken.quarantined) == ("applied", 0)


def test_an_order_from_a_township_is_refused(world: Three) -> None:
    home = household(world.town, CANARY)
    world.up(world.town)
    author = Author(world.town)
    author.says("E", 11, {}, home)
    path = bundle(world.stick, world.town, world.county, bring(world.town), author.segment())
    assert world.county.reads(path).outcome == "not_trusted"
    assert shown(world.county, home).members[0].name == CANARY


def test_the_guards_let_nobody_blank_without_an_order(world: Three) -> None:
    home = household(world.county, CANARY)
    with (
        world.county.db.engine.connect() as connection,
        pytest.raises(driver.IntegrityError, match="not in the log"),
    ):
        connection.connection.driver_connection.execute(
            "UPDATE log_entry SET salt = x'', body = zeroblob(32), note = x'' WHERE eid = ?", (home,)
        )
