"""Malicious bundles, each signed by a legitimate office: nothing of them is applied, and nothing raises.

The offices are shared by the whole module, which is itself a test: after each refusal the county's database has the
very rows that it had before. Beside the refusals stand their nearest legal twins, which must pass.
"""

import math
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import pytest
import zstandard

from desktop.core import crypto
from desktop.core.db import entries
from desktop.core.db.entries import reversal_row
from desktop.core.ids import entry_id
from desktop.features.sync import api as sync
from desktop.features.sync import certificates, frame, verify, writer
from desktop.features.sync.model import (
    CERTIFICATE_CONTEXT,
    MANIFEST_CONTEXT,
    Certificate,
    Manifest,
    Piece,
    PieceKind,
    Request,
    Signed,
)
from desktop.features.sync.writer import Source
from tests.core.db.log_reading import differences, dump, hash_again, log
from tests.features.sync.exchange_maker import (
    GROUP,
    HOUSEHOLD,
    NEXT_DOOR,
    PERSON,
    POINTS,
    VILLAGE,
    VOLUNTEER,
    Author,
    Office,
    bring,
    bundle,
    enrol,
    framed,
    make,
    piece,
    raw_bundle,
    repaired,
    stored,
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
        before = dump(self.county.db)
        taken = self.county.reads(path)
        assert taken.outcome == outcome, taken
        assert taken.sentence
        assert (taken.entries, taken.rows) == (0, {})
        assert differences(before, dump(self.county.db)) == []
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


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    county, stick = make(folder, "county"), folder / "stick"
    town, sibling, stranger = (make(folder, level) for level in ("township", "sibling", "stranger"))
    homes = {}
    for office, region in ((town, VILLAGE), (sibling, NEXT_DOOR)):
        enrol(office, county, stick)
        author = Author(office, region)
        homes[region] = author.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001", 5: ["甲"]}).eid
        author.says("C", GROUP, {2: "一组", 3: 1})
        account = author.says("C", VOLUNTEER, {2: "岳兰", 6: office.node.node_id}).eid
        booked = transfer(office, account)
        homes[f"points {region}"] = author.says("L", POINTS, booked).eid
        homes[f"group {region}"] = author.said[1].eid
        author.says("C", PERSON, {2: homes[region], 3: 1})
        county.reads(bundle(stick, office, county, bring(office), author.segment()))
    yield World(town, sibling, county, stranger, stick, homes)
    for office in (county, town, sibling, stranger):
        office.db.close()


def transfer(office: Office, account: bytes) -> dict[int, Any]:
    return {3: office.node.node_id, 4: account, 5: 5, 6: "2027-03-14", 7: "award", 8: "扫院子"}


def group(world: World) -> Author:
    """An author of the township who has made one group."""
    author = Author(world.town)
    author.group()
    return author


# --- who signs, and where ----------------------------------------------------------------------------------


def test_what_a_township_says_of_its_own_passes(world: World) -> None:
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    author.says(
        "S", HOUSEHOLD, {20: ["x", [world.homes[VILLAGE]]], 5: [[["乙"], ["甲"]], []]}, world.homes[VILLAGE]
    )
    assert world.takes(author.segment()).entries == 3
    assert world.shown("village_group", "name", author.said[0].eid) == "二组"


def test_a_segment_signed_by_another(world: World) -> None:
    for signer in (world.sibling.node, world.county.node, world.stranger.node):
        author = group(world)
        author.signer = signer
        world.refuses_segment(author.segment())


def test_a_segment_of_an_office_that_was_never_enrolled(world: World) -> None:
    author = Author(world.stranger, "371603001600")
    author.group()
    path = bundle(
        world.stick, world.town, world.county, bring(world.town), bring(world.stranger), author.segment()
    )
    world.refuses(path)


FOREIGN = [
    NEXT_DOOR,
    "371602000000",
    "371602013000",
    "371603001600",
    "",
    "37160201260O",
    "371602012",
    "3716020126000",
]


@pytest.mark.parametrize("region", FOREIGN)
def test_a_stream_of_a_region_that_is_not_the_authors(world: World, region: str) -> None:
    author = Author(world.town, region)
    author.group()
    world.refuses_segment(author.segment())


def test_a_segment_from_the_siblings_stick_is_as_good_as_its_signature(world: World) -> None:
    """A courier can carry anything that others signed."""
    author = Author(world.sibling, NEXT_DOOR)
    author.group()
    taken = world.county.reads(
        bundle(world.stick, world.town, world.county, bring(world.sibling), author.segment())
    )
    assert (taken.outcome, taken.sender) == ("applied", "里则街道")


@pytest.mark.parametrize(
    "changes",
    [{"kind": "broadcast"}, {"kind": "gossip"}, {"incarnation": b"short"}, {"incarnation": bytes(9)}],
)
def test_a_stream_of_a_wrong_kind(world: World, changes: dict[str, Any]) -> None:
    author = Author(world.town, **changes)
    author.group()
    world.refuses_segment(author.segment())


# --- rows of others ----------------------------------------------------------------------------------------


def test_a_row_of_another_region_is_not_edited(world: World) -> None:
    author = Author(world.town)
    author.renames(world.homes[f"group {NEXT_DOOR}"], "劫")
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("kind", ["S", "D", "U", "X"])
def test_no_kind_of_entry_takes_anothers_household(world: World, kind: str) -> None:
    home = world.homes[NEXT_DOOR]
    bodies = {
        "S": {3: [9, [home]]},
        "D": {1: [False, [home]]},
        "U": {1: [True, [home]]},
        "X": {2: home, 3: 9, 4: "1"},
    }
    author = Author(world.town)
    author.says(kind, HOUSEHOLD, bodies[kind], home)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("order", [0, 1])
def test_an_edit_that_comes_before_the_foreign_row_counts_for_nothing(world: World, order: int) -> None:
    """Nobody can know that a row which is not there yet is another's; the projection still does not show it."""
    owner, thief = Author(world.sibling, NEXT_DOOR), Author(world.town)
    row = owner.group().eid
    owner.renames(row, "二组")
    thief.renames(row, "劫")
    if order:
        assert world.takes(thief.segment()).waiting >= 1
    path = bundle(world.stick, world.sibling, world.county, bring(world.sibling), owner.segment())
    assert world.county.reads(path).outcome == "applied"
    if not order:
        world.refuses_segment(thief.segment())
    assert world.shown("village_group", "name", row) == "二组"
    late = Author(world.sibling, NEXT_DOOR)
    late.renames(row, "三组", [owner.said[1].eid])
    world.county.reads(bundle(world.stick, world.sibling, world.county, bring(world.sibling), late.segment()))
    assert world.shown("village_group", "name", row) == "三组"


def test_a_row_id_that_is_not_the_entrys_own(world: World) -> None:
    author = Author(world.town)
    author.says("C", GROUP, {2: "x", 3: 1}, secrets.token_bytes(16))
    world.refuses_segment(author.segment())


def test_an_id_that_another_office_would_make(world: World) -> None:
    salt, hlc = secrets.token_bytes(16), 1_800_000_000_000 << 16
    eid = entry_id(hlc, world.sibling.node.node_id, world.sibling.node.incarnation, salt)
    author = Author(world.town)
    author.group(made=(eid, salt, hlc))
    world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "changes", [{"salt": bytes(16)}, {"hlc": 5 << 16}, {"eid": bytes(16), "row": bytes(16)}]
)
def test_a_forged_id(world: World, changes: dict[str, Any]) -> None:
    author = Author(world.town)
    author.group(**changes)
    world.refuses_segment(author.segment())


def test_two_things_under_one_id(world: World) -> None:
    """In one segment, in two of one bundle, and against what is here already."""
    author = Author(world.town)
    made = author.new_id()
    author.group("一组", made=made)
    first = author.segment()
    twice = Author(world.town, incarnation=author.incarnation)
    twice.group("一组", made=made)
    twice.group("二组", made=made)
    world.refuses_segment(twice.segment())
    other = Author(world.town, incarnation=author.incarnation)
    other.group("二组", made=made)
    path = bundle(world.stick, world.town, world.county, bring(world.town), first, other.segment())
    taken = world.county.reads(path)
    assert (taken.outcome, taken.entries, taken.quarantined) == ("applied", 1, 1)
    assert world.shown("village_group", "name", made[0]) == "一组"
    world.refuses_segment(other.segment())


# --- ledgers -----------------------------------------------------------------------------------------------


def reversal(world: World, region: str, row: bytes | None = None) -> Author:
    original = world.homes[f"points {region}"]
    author = Author(world.town)
    said = {**transfer(world.town, secrets.token_bytes(16)), 2: original}
    author.says("X", POINTS, said, reversal_row(original) if row is None else row)
    return author


def test_a_reversal_of_the_own_passes_and_one_of_a_neighbour_does_not(world: World) -> None:
    world.refuses_segment(reversal(world, NEXT_DOOR).segment())
    assert world.takes(reversal(world, VILLAGE).segment()).rows == {"points": 1}


def test_a_reversal_under_another_row_id(world: World) -> None:
    for row in (secrets.token_bytes(16), world.homes[f"points {NEXT_DOOR}"], world.homes[NEXT_DOOR]):
        world.refuses_segment(reversal(world, VILLAGE, row).segment())


def test_a_reversal_that_comes_before_the_foreign_original_is_never_booked(world: World) -> None:
    owner, thief = Author(world.sibling, NEXT_DOOR), Author(world.town)
    booked = owner.says("L", POINTS, transfer(world.sibling, secrets.token_bytes(16))).eid
    row = reversal_row(booked)
    thief.says("X", POINTS, {**transfer(world.town, bytes(16)), 2: booked}, row)
    world.takes(thief.segment())
    path = bundle(world.stick, world.sibling, world.county, bring(world.sibling), owner.segment())
    assert world.county.reads(path).rows == {"points": 1}
    assert world.shown("points", "amount", row) is None


@pytest.mark.parametrize(
    ("kind", "table", "body"),
    [
        (
            "L",
            POINTS,
            {2: b"o" * 16, 3: b"d" * 16, 4: b"c" * 16, 5: 5, 6: "d", 7: "k", 8: "r"},
        ),  # a reversal as L
        ("C", POINTS, {3: b"d" * 16, 4: b"c" * 16, 5: 5, 6: "d", 7: "k", 8: "r"}),
        ("L", GROUP, {2: "x", 3: 1}),
        ("X", POINTS, {3: b"d" * 16}),
        ("X", POINTS, {2: "text"}),
        ("E", GROUP, {}),
        ("", GROUP, {}),
        ("CC", GROUP, {2: "x", 3: 1}),
    ],
)
def test_a_kind_that_does_not_fit_the_table(
    world: World, kind: str, table: int, body: dict[int, Any]
) -> None:
    author = Author(world.town)
    author.says(kind, table, body)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("kind", ["S", "D", "U"])
def test_a_transfer_is_not_edited(world: World, kind: str) -> None:
    row = world.homes[f"points {VILLAGE}"]
    author = Author(world.town)
    author.says(kind, POINTS, {5: [500, [row]]} if kind == "S" else {1: [False, [row]]}, row)
    world.refuses_segment(author.segment())


# --- bodies ------------------------------------------------------------------------------------------------

NESTED = b"\x81\x02" + b"\x91" * 50_000 + b"\x01"


@pytest.mark.parametrize(
    "body",
    [
        {2: 7, 3: 1},
        {2: b"bytes", 3: 1},
        {2: ["x"], 3: 1},
        {2: "x", 3: "1"},
        {2: "x", 3: 1.0},
        {2: "x", 3: math.nan},
        {2: "x", 3: math.inf},
        {2: "x", 3: 2**53 + 1},
        {2: "x", 3: -(2**63)},
        {2: "x", 3: 2**64 - 1},
        {2: "x" * (64 * 1024 + 1), 3: 1},
        {2: None, 3: 1},
        {1: 5, 2: "x", 3: 1},
        {1: None, 2: "x", 3: 1},
        {2: "x", 3: 1, 99: [[[["too deep"]]]]},
        {2: "x", 3: 1, **{n: 1 for n in range(100, 360)}},
        b"",
        b"\xc0",
        b"\x81",
        b"\x81\x02\xa3\xff\xfe\xfd",  # no UTF-8
        b"\x81\xa1x\x01",
        b"\x80\x80",
        b"\xdf\xff\xff\xff\xff",
        NESTED,
        b"\x81\x02\xc7\xff\xff\xff\xff\x01",
        b"\xc1" * 100,
    ],
)
def test_a_body_that_the_table_cannot_hold(world: World, body: dict[int, Any] | bytes) -> None:
    author = Author(world.town)
    author.says("C", GROUP, body)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("labels", ["x", 5, [1, "a"], [["a"]], [None], {"a": 1}, [b"a"]])
def test_labels_that_are_none(world: World, labels: Any) -> None:
    author = Author(world.town)
    author.says("C", HOUSEHOLD, {3: 1, 4: "1", 5: labels})
    world.refuses_segment(author.segment())
    home = world.homes[VILLAGE]
    for said in (labels, [labels, []], [[], labels], [[]], [[], [], []]):
        author = Author(world.town)
        author.says("S", HOUSEHOLD, {5: [said, [home]]}, home)
        world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "said",
    [
        "x",
        ["x"],
        ["x", 5],
        ["x", [b"short"]],
        ["x", ["text"]],
        ["x", [b"b" * 16] * 65],
        ["x", [], []],
        [5, []],
    ],
)
def test_an_edit_of_a_wrong_shape(world: World, said: Any) -> None:
    author = group(world)
    author.says("S", GROUP, {2: said}, author.said[0].eid)
    world.refuses_segment(author.segment())


def test_an_edit_that_names_itself_as_seen(world: World) -> None:
    author = group(world)
    made = author.new_id()
    author.says("S", GROUP, {2: ["x", [made[0]]]}, author.said[0].eid, made=made)
    world.refuses_segment(author.segment())


def test_edits_that_name_each_other_as_seen_break_nothing(world: World) -> None:
    author = group(world)
    row, (one, two) = author.said[0].eid, (author.new_id(), author.new_id())
    author.says("S", GROUP, {2: ["甲", [two[0], row]]}, row, made=one)
    author.says("S", GROUP, {2: ["乙", [one[0], row]]}, row, made=two)
    world.takes(author.segment())
    assert world.shown("village_group", "name", row) == "乙"
    for labels in ("丙", "丁"):
        author.renames(row, labels, [one[0], two[0]])
    late = Author(world.town, incarnation=author.incarnation, said=author.said)
    world.takes(late.segment())


def test_an_edit_may_name_versions_that_are_not_here(world: World) -> None:
    author = group(world)
    author.renames(
        author.said[0].eid, "二组", [author.said[0].eid, *(secrets.token_bytes(16) for _ in range(63))]
    )
    world.takes(author.segment())
    assert world.shown("village_group", "name", author.said[0].eid) == "二组"


def test_what_a_newer_program_says_is_kept_and_not_shown(world: World) -> None:
    author = Author(world.town)
    author.says("C", GROUP, {2: "一组", 3: 1, 200: "new field"}, schema=9)
    author.says("C", 9_999, {2: [["anything"], 5]}, schema=9)
    assert world.takes(author.segment()).rows == {"village_group": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": 2**63},
        {"schema": -1},
        {"table": 2**64 - 1},
        {"table": -1},
        {"clock_flag": 2**63},
        {"clock_flag": -1},
        {"user": b""},
        {"user": bytes(100_000)},
        {"note": b""},
        {"note": NESTED},
        {"note": entries.pack([5, 5])},
        {"note": entries.pack([bytes(16), "长" * 5_000])},
        {"salt": b""},
        {"row": b""},
        {"row": bytes(17)},
        {"eid": b""},
        {"body": bytes(256 * 1024)},
    ],
)
def test_an_entry_out_of_bounds(world: World, changes: dict[str, Any]) -> None:
    author = Author(world.town)
    author.group()
    author.said = [msgspec.structs.replace(author.said[0], **changes)]
    world.refuses_segment(author.segment())


# --- chains ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 3},
        {"count": 0},
        {"first_seq": 0},
        {"first_seq": 2},
        {"first_seq": -1},
        {"first_seq": 2**63},
        {"last_seq": 9},
        {"last_seq": 2**64 - 1},
        {"last_hash": bytes(32)},
        {"prev": b"p" * 32},
        {"prev": b""},
        {"prev": bytes(33)},
    ],
)
def test_a_header_that_does_not_fit_its_entries(world: World, changes: dict[str, Any]) -> None:
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    world.refuses_segment(author.segment(**changes))


@pytest.mark.parametrize(
    "change", [{"seq": 3}, {"prev": b"p" * 32}, {"prev": b""}, {"seq": -2}, {"seq": 2**64 - 1}]
)
def test_a_link_that_does_not_hold(world: World, change: dict[str, Any]) -> None:
    author = group(world)
    author.renames(author.said[0].eid, "二组", **change)
    world.refuses_segment(author.segment())


def test_an_entry_taken_out_of_a_signed_segment(world: World) -> None:
    """The signature is the author's and whole; the entries are not those that it stands for."""
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    header, signature, said = msgspec.msgpack.decode(zstandard.decompress(author.segment().read()))
    for forged in (said[:1], said[::-1], [said[0], said[0]], []):
        world.refuses_segment(piece(entries.pack([header, signature, forged])))
    changed = [said[0], [*said[1][:11], entries.pack({2: ["劫", []]}), said[1][12]]]
    world.refuses_segment(piece(entries.pack([header, signature, changed])))
    assert world.takes(piece(entries.pack([header, signature, said]))).entries == 2


def test_a_run_that_follows_something_unknown_passes(world: World) -> None:
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    author.renames(author.said[0].eid, "三组", [author.said[1].eid])
    whole = Author(world.town, incarnation=author.incarnation, said=author.said)
    tail = Author(world.town, incarnation=author.incarnation, said=author.said[1:])
    world.takes(tail.segment())
    assert world.takes(whole.segment()).entries == 1  # partly known: only what is new is added
    assert world.shown("village_group", "name", author.said[0].eid) == "三组"


# --- pieces ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xc0",
        b"\x93\xc4\x00\xc4\x00\x90",
        b"\x93\xc4\x00\xc4\x00\xdd\xff\xff\xff\xff",
        b"\x94\xc4\x00\xc4\x00\x90" + b"\x91" * 60_000,
        b"\x93\xc4\x01\x91\xc4\x40" + bytes(64) + b"\x90",
    ],
)
def test_a_segment_of_nonsense(world: World, raw: bytes) -> None:
    world.refuses_segment(piece(raw))


def test_too_many_entries_are_not_even_made(world: World) -> None:
    author = group(world)
    author.said *= 20_001
    world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "raw_len", [0, 100, 10**6, verify.MAX_SEGMENT_RAW, verify.MAX_SEGMENT_RAW + 1, 2**40]
)
def test_a_piece_that_is_larger_or_smaller_than_it_says(world: World, raw_len: int) -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(200 << 20))
    assert len(bomb) < 1 << 20
    path = bundle(world.stick, world.town, world.county, bring(world.town), stored(bomb, raw_len))
    world.refuses(path)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"no zstd",
        b"\x28\xb5\x2f\xfd",
        b"\x50\x2a\x4d\x18\xff\xff\xff\xff",  # a skippable frame
        b"\x28\xb5\x2f\xfd\xe0" + b"\xff" * 8 + b"\x00" * 4,  # a frame that promises a terabyte
        b"\x28\xb5\x2f\xfd\x00\xf8" + bytes(40),  # a window of two gigabytes
        b"\x28\xb5\x2f\xfd\x23\x01\x02\x03\x04\x05" + bytes(40),  # a dictionary
    ],
)
def test_a_piece_that_is_no_zstd_of_ours(world: World, payload: bytes) -> None:
    world.refuses_segment(stored(payload, 1_000))


def test_a_piece_exchanged_for_another_of_the_same_length(world: World) -> None:
    one, two = group(world).segment(), group(world).segment()
    length = min(one.piece.stored_len, two.piece.stored_len)
    spliced = Source(one.piece, lambda: two.read()[:length].ljust(one.piece.stored_len, b"\0"))
    world.refuses(bundle(world.stick, world.town, world.county, bring(world.town), spliced))


def test_pieces_that_are_not_there(world: World) -> None:
    whole = group(world).segment()
    for missing in (
        Source(whole.piece, bytes),
        Source(msgspec.structs.replace(whole.piece, stored_len=200_000), whole.read),
    ):
        world.refuses(bundle(world.stick, world.town, world.county, bring(world.town), missing))


def test_a_good_segment_beside_a_bad_one_is_taken_and_the_file_kept(world: World) -> None:
    good, bad = group(world), Author(world.town, NEXT_DOOR)
    bad.group("劫")
    path = bundle(world.stick, world.town, world.county, bring(world.town), bad.segment(), good.segment())
    taken = world.county.reads(path)
    assert (taken.outcome, taken.entries, taken.quarantined) == ("applied", 1, 1)
    assert "不合规定" in taken.sentence
    assert (world.county.db.paths.quarantine / path.name).read_bytes() == path.read_bytes()
    assert world.shown("village_group", "name", bad.said[0].eid) is None


def test_a_piece_of_a_newer_program_is_passed_over(world: World) -> None:
    path = bundle(
        world.stick,
        world.town,
        world.county,
        bring(world.town),
        stored(b"later", 5, "photos"),
        group(world).segment(),
    )
    assert world.county.reads(path).outcome == "applied"


# --- certificates ------------------------------------------------------------------------------------------


def signed(certificate: Certificate, by: Office, *, bind: bool = True) -> Signed:
    """Signed by an office; `bind` gives it the id that follows from what it says."""
    if bind:
        certificate = msgspec.structs.replace(certificate, cert_id=certificates.bound_id(certificate))
    content = entries.pack(certificate)
    return Signed(content, crypto.sign(by.node.signing_secret, CERTIFICATE_CONTEXT, content))


def for_thief(world: World, issuer: Certificate, **changes: Any) -> Certificate:
    """A certificate of an office that nobody enrolled."""
    own = world.stranger.certificate()
    said = msgspec.structs.replace(
        own, issuer=issuer.cert_id, prefix="371602012", level="township", caps=("data",), cert_id=b""
    )
    return msgspec.structs.replace(said, **changes)


def speaks(world: World, chain: tuple[Signed, ...], region: str = VILLAGE) -> Path:
    """A bundle of the stranger, with that chain."""
    author = Author(world.stranger, region)
    author.group("劫")
    brought = writer.small(PieceKind.CERTIFICATES, entries.pack(chain))
    return bundle(world.stick, world.stranger, world.county, brought, author.segment(), chain=chain)


def test_an_office_below_a_township_passes(world: World) -> None:
    """The twin of all that follows: issued by an office that may, within its region and rights."""
    below = signed(for_thief(world, world.town.certificate()), world.town)
    taken = world.county.reads(speaks(world, (below, *world.town.chain())))
    assert (taken.outcome, taken.quarantined) == ("applied", 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"prefix": "371602"},
        {"prefix": "371602013"},
        {"prefix": ""},
        {"prefix": "37160201"},
        {"prefix": "371602012001"},  # a township's prefix has nine digits
        {"level": "city"},
        {"level": "county", "prefix": "371602"},
        {"level": "planet"},
        {"caps": ("data", "erase")},
        {"caps": ("data", "dictionary")},
        {"block": 2**63},
        {"block": -1},
        {"serial": 2**64 - 1},
        {"node_id": bytes(16)},
        {"sign_pk": bytes(32)},
        {"sign_pk": b""},
    ],
)
def test_a_township_does_not_certify_more_than_it_has(world: World, changes: dict[str, Any]) -> None:
    below = signed(for_thief(world, world.town.certificate(), **changes), world.town)
    world.refuses(speaks(world, (below, *world.town.chain())))
    # Nor does it count when it comes along in a bundle of the township's own: it is not kept, and nothing breaks.
    taken = world.county.reads(
        bundle(world.stick, world.town, world.county, bring(world.town, below), group(world).segment())
    )
    assert (taken.outcome, taken.quarantined) == ("applied", 0)
    with world.county.db.engine.connect() as connection:
        assert below not in certificates.all_known(connection)


def test_a_certificate_signed_by_somebody_else(world: World) -> None:
    for signer in (world.sibling, world.stranger):
        below = signed(for_thief(world, world.town.certificate()), signer)
        world.refuses(speaks(world, (below, *world.town.chain())))


def test_a_self_made_root(world: World) -> None:
    world.refuses(speaks(world, world.stranger.chain(), "371603001600"))
    own = for_thief(world, world.county.certificate(), prefix="371602", level="county")
    root = msgspec.structs.replace(own, issuer=b"", caps=("certify", "data"))
    bound = certificates.bound_id(root)
    root = msgspec.structs.replace(root, issuer=bound, cert_id=bound)
    world.refuses(speaks(world, (signed(root, world.stranger, bind=False),)))


def test_a_root_that_calls_itself_by_the_countys_id(world: World) -> None:
    """The id is what offices keep of a root: nobody else may take it."""
    id_ = world.county.certificate().cert_id
    caps = ("certify", "data", "dictionary", "erase")
    root = for_thief(world, world.county.certificate(), prefix="371602", level="county", caps=caps)
    false = signed(msgspec.structs.replace(root, issuer=id_, cert_id=id_), world.stranger, bind=False)
    world.refuses(speaks(world, (false,)))
    leaf = signed(for_thief(world, root), world.stranger)
    world.refuses(speaks(world, (leaf, false)))


def test_a_certificate_under_a_known_id_does_not_hide_the_known_one(world: World) -> None:
    """Brought by a township: the sibling's id on other content. The sibling's own segments still count."""
    known = world.sibling.certificate()
    shadow = signed(msgspec.structs.replace(known, office="影", sign_pk=bytes(32)), world.town, bind=False)
    author = Author(world.sibling, NEXT_DOOR)
    author.group()
    path = bundle(world.stick, world.town, world.county, bring(world.town, shadow), author.segment())
    assert world.county.reads(path).quarantined == 0
    with world.county.db.engine.connect() as connection:
        assert shadow not in certificates.all_known(connection)


@pytest.mark.parametrize(
    "content", [b"", b"\xc0", b"\x91\x92\xc4\x01x\xc4\x01x", b"\x91" * 60_000, b"\xdd\xff\xff\xff\xff"]
)
def test_certificates_of_nonsense(world: World, content: bytes) -> None:
    path = bundle(world.stick, world.town, world.county, writer.small(PieceKind.CERTIFICATES, content))
    before = dump(world.county.db, "bundle", "peer")
    assert world.county.reads(path).outcome in ("not_trusted", "nothing_new")
    assert differences(before, dump(world.county.db, "bundle", "peer")) == []


def test_chains_of_nonsense(world: World) -> None:
    own = world.town.chain()
    nonsense = Signed(b"\x91" * 60_000, bytes(64))
    for chain in (
        (),
        own[1:],
        own[:1],
        own[::-1],
        own * 4,
        (nonsense,),
        (*own, nonsense),
        (own[0], Signed(b"", b"")),
    ):
        world.refuses(bundle(world.stick, world.town, world.county, bring(world.town), chain=chain))


# --- the manifest ------------------------------------------------------------------------------------------


def test_a_bundle_for_somebody_else(world: World) -> None:
    path = bundle(world.stick, world.town, world.sibling, bring(world.town), group(world).segment())
    world.refuses(path, "not_for_us")
    assert world.sibling.reads(path).outcome != "not_for_us"


def test_a_bundle_that_a_recipient_sealed_again_for_others(world: World) -> None:
    path = bundle(
        world.stick,
        world.town,
        world.county,
        group(world).segment(),
        recipients=(world.sibling.node.node_id,),
    )
    world.refuses(path, "not_for_us")
    both = (world.sibling.node.node_id, world.county.node.node_id)
    path = bundle(
        world.stick, world.town, world.county, bring(world.town), group(world).segment(), recipients=both
    )
    assert world.county.reads(path).outcome == "applied"


def test_a_bundle_under_another_bundles_id(world: World) -> None:
    path = bundle(world.stick, world.town, world.county, bring(world.town), group(world).segment())
    content = path.read_bytes()
    path.write_bytes(repaired(content[:12] + secrets.token_bytes(16) + content[28:]))
    world.refuses(path)
    path.write_bytes(content)
    assert world.county.reads(path).outcome == "applied"


def test_a_manifest_signed_by_somebody_else(world: World) -> None:
    for signer in (world.sibling.node, world.stranger.node):
        world.refuses(bundle(world.stick, world.town, world.county, group(world).segment(), signer=signer))


def test_what_only_a_newer_program_can_read(world: World) -> None:
    path = bundle(world.stick, world.town, world.county, group(world).segment(), critical=("photos",))
    assert "photos" in world.refuses(path, "newer_version").sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"serial": 2**63},
        {"serial": -1},
        {"incarnation": b""},
        {"incarnation": bytes(5_000)},
        {"recipients": (bytes(16),) * 9},
        {"pieces": (Piece("entries", bytes(32), 5 << 20, 1),)},
        {"pieces": (Piece("entries", bytes(32), -1, 1),)},
        {"pieces": (Piece("entries", bytes(32), 1, -1),)},
        {"pieces": (Piece("entries", bytes(32), 1, 2 << 30),) * 3},
        {"pieces": (Piece("entries", bytes(32), 0, 0),) * 65_537},
        {"pieces": tuple(Piece(f"kind {n}", bytes(32), 0, 0) for n in range(70))},
    ],
)
def test_a_manifest_out_of_bounds(world: World, changes: dict[str, Any]) -> None:
    if "recipients" in changes:
        changes = {"recipients": (world.county.node.node_id, *changes["recipients"])}
    world.refuses(bundle(world.stick, world.town, world.county, **changes))


def plaintext(world: World, manifest: bytes, signature: bytes | None = None) -> bytes:
    signature = (
        crypto.sign(world.town.node.signing_secret, MANIFEST_CONTEXT, manifest)
        if signature is None
        else signature
    )
    return len(manifest).to_bytes(4, "big") + manifest + signature


def manifest_of(world: World) -> tuple[Manifest, bytes]:
    manifest = Manifest(
        secrets.token_bytes(16),
        world.town.chain(),
        (world.county.node.node_id,),
        bytes(8),
        1,
        bytes(16),
        1,
        1,
        (),
        1,
        0,
        (),
    )
    return manifest, entries.pack(manifest)


@pytest.mark.parametrize(
    "plain",
    [
        lambda w: b"",
        lambda w: b"\0",
        lambda w: bytes(100_000),
        lambda w: b"\xff" * 100_000,
        lambda w: (4 << 20).to_bytes(4, "big") + bytes(200_000),
        lambda w: plaintext(w, b""),
        lambda w: plaintext(w, b"\xc0"),
        lambda w: plaintext(w, b"\x91" * 100_000),
        lambda w: plaintext(w, manifest_of(w)[1][:-1] + b"\x91" * 100_000),
        lambda w: plaintext(w, manifest_of(w)[1], b""),
        lambda w: plaintext(w, manifest_of(w)[1], bytes(64)),
        lambda w: plaintext(w, manifest_of(w)[1])[:-70],
    ],
)
def test_a_payload_of_nonsense(world: World, plain: Callable[[World], bytes]) -> None:
    world.refuses(raw_bundle(world.stick, world.county, plain(world)))


def test_a_payload_with_the_signature_taken_out(world: World) -> None:
    manifest, packed = manifest_of(world)
    path = raw_bundle(world.stick, world.county, len(packed).to_bytes(4, "big") + packed + bytes(4_096))
    content = path.read_bytes()
    path.write_bytes(repaired(content[:12] + manifest.bundle_id + content[28:]))
    world.refuses(path)


# --- the file ----------------------------------------------------------------------------------------------


def test_other_kinds_of_age_file(world: World) -> None:
    secret = pyrage.passphrase.encrypt(b"x", "password")
    armoured = pyrage.encrypt(
        b"x", [pyrage.x25519.Recipient.from_str(world.county.node.recipient)], armored=True
    )
    ssh = b"age-encryption.org/v1\n-> ssh-ed25519 AAAA BBBB\nCCCC\n--- DDDD\n" + bytes(100)
    many = b"age-encryption.org/v1\n" + b"-> X25519 AAAA\nBBBB\n" * 10 + b"--- DDDD\n" + bytes(100)
    endless = b"age-encryption.org/v1\n" + b"-> X25519 AAAA\n" * 5_000
    for age in (
        secret,
        armoured,
        ssh,
        many,
        endless,
        b"",
        b"age-encryption.org/v1\n",
        b"age-encryption.org/v1\n--- x\n",
    ):
        world.refuses(framed(world.stick, age))


@pytest.mark.parametrize(("at", "what"), [(8, "version"), (9, "version"), (10, "suite"), (11, "suite")])
def test_a_container_of_a_newer_program(world: World, at: int, what: str) -> None:
    path = bundle(world.stick, world.town, world.county, bring(world.town))
    content = bytearray(path.read_bytes())
    content[at] += 1
    path.write_bytes(content)
    world.refuses(path, "damaged")
    path.write_bytes(repaired(bytes(content)))
    world.refuses(path, "newer_version")


@pytest.mark.parametrize(
    "content",
    [b"", b"HHB1", b"HHB1\r\n\x1a\n", b"HHB1\n\x1a\n" + bytes(200), bytes(1_000), frame.MAGIC + bytes(68)],
)
def test_a_file_that_is_no_bundle(world: World, content: bytes) -> None:
    path = world.stick / f"{secrets.token_hex(4)}.hhb"
    path.write_bytes(content)
    world.refuses(path, "damaged")


def test_a_file_too_large_to_be_one(world: World) -> None:
    path = world.stick / "huge.hhb"
    with path.open("wb") as file:
        file.write(frame.MAGIC)
        file.truncate((1 << 30) + 1)
    world.refuses(path, "damaged")
    path.unlink()


def test_a_request_given_for_a_bundle(world: World) -> None:
    path = world.stick / "x.hhb"
    path.write_bytes(frame.ENROL_MAGIC + bytes(200))
    world.refuses(path, "not_for_us")
    path.unlink()


@pytest.fixture(scope="module")
def small(world: World) -> bytes:
    path = bundle(world.stick, world.town, world.county, bring(world.town), group(world).segment())
    content = path.read_bytes()
    path.unlink()
    return content


def offsets(length: int) -> list[int]:
    """Every byte of the head and the tail, and many between."""
    return sorted({*range(0, min(length, 300), 3), *range(300, length, 641), *range(length - 60, length)})


def outcome_of(world: World, content: bytes) -> str:
    path = world.stick / "attempt.hhb"
    path.write_bytes(content)
    return world.county.reads(path).outcome.value


def test_truncation_anywhere_is_damage(world: World, small: bytes) -> None:
    before = dump(world.county.db)
    assert {outcome_of(world, small[:n]) for n in offsets(len(small))} == {"damaged"}
    assert differences(before, dump(world.county.db)) == []


def test_truncation_with_a_trailer_put_right_is_never_applied(world: World, small: bytes) -> None:
    before = dump(world.county.db)
    cut = (repaired(small[:n] + bytes(frame.TRAILER)) for n in offsets(len(small) - frame.TRAILER)[10:])
    found = {outcome_of(world, content) for content in cut}
    assert found <= {"damaged", "not_trusted", "not_for_us", "newer_version"}
    assert differences(before, dump(world.county.db)) == []


def test_a_flipped_bit_anywhere_is_damage(world: World, small: bytes) -> None:
    before = dump(world.county.db)
    for n in offsets(len(small)):
        bit = 1 << n % 8
        assert outcome_of(world, small[:n] + bytes([small[n] ^ bit]) + small[n + 1 :]) == "damaged"
    assert differences(before, dump(world.county.db)) == []


def test_a_flipped_bit_with_a_trailer_put_right_is_never_applied(world: World, small: bytes) -> None:
    before = dump(world.county.db)
    for n in offsets(len(small) - frame.TRAILER):
        bit = 1 << n % 8
        outcome = outcome_of(world, repaired(small[:n] + bytes([small[n] ^ bit]) + small[n + 1 :]))
        assert outcome in ("damaged", "not_trusted", "not_for_us", "newer_version")
    assert differences(before, dump(world.county.db)) == []


def test_bytes_behind_the_end_are_damage(world: World, small: bytes) -> None:
    for tail in (b"\0", bytes(512), small):
        assert outcome_of(world, small + tail) == "damaged"


def test_the_file_that_all_these_were_made_of_is_good(world: World, small: bytes) -> None:
    assert outcome_of(world, small) == "applied"
    assert outcome_of(world, small) == "nothing_new"


# --- nothing but Taken -------------------------------------------------------------------------------------


def test_an_entry_of_a_certificate_that_came_too_late_in_the_file(world: World) -> None:
    """Certificates first is the writer's habit; a file that has them last is refused, not half taken."""
    below = signed(for_thief(world, world.town.certificate(), office="晚"), world.town)
    author = Author(world.stranger, VILLAGE)
    author.group()
    brought = writer.small(PieceKind.CERTIFICATES, entries.pack((below, *world.town.chain())))
    path = bundle(world.stick, world.town, world.county, author.segment(), brought)
    assert world.county.reads(path).outcome in ("not_trusted", "applied")


def test_a_request_for_a_certificate_gets_the_id_that_follows_from_it(world: World) -> None:
    node = world.stranger.node
    request = Request(node.node_id, "x", "371602012000", "township", node.signing_public, node.recipient, 5)
    issuer = world.county.certificate()
    one, two = (certificates.issue(world.county.node, issuer, request, 5) for _ in range(2))
    assert one == two
    other = certificates.issue(world.county.node, issuer, request, 6)
    assert certificates.unpack(one.content).cert_id != certificates.unpack(other.content).cert_id


def test_the_shared_county_is_still_whole(world: World) -> None:
    """After all that: foreign keys hold, and every entry has the hash of what it says."""
    with world.county.db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    assert all(e.hash == hash_again(e) for e in log(world.county.db))
