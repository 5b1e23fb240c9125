"""What is fuzzed (sync.md 6.4). The fuzzer plays a legitimate but malicious signer: it signs what it spoils, else it
would never get past the signature. Sealing with age is left out of the loop.

Each target takes one drawn input. It may be refused by `BundleRefused` or `Violation`; anything else that is raised is a
finding, and so is a broken promise that the target asserts. Findings so far: findings.md.
"""

import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from hypothesis import strategies as st
from sqlalchemy import Connection

from desktop.core import crypto
from desktop.core.db import entries, registry
from desktop.core.db.base import ALIVE, Merge
from desktop.core.db.entries import Kind
from desktop.features.sync import (
    against,
    certificates,
    erasing,
    frame,
    reader,
    revoking,
    taking,
    trust,
    verify,
)
from desktop.features.sync.looking import Looking
from desktop.features.sync.merge import LEVELS, History, Said, merge
from desktop.features.sync.model import (
    CAPS,
    CERTIFICATE_CONTEXT,
    MANIFEST_CONTEXT,
    TRUST_CONTEXT,
    BundleRefused,
    Certificate,
    Manifest,
    Signed,
)
from desktop.features.sync.trust import Trust
from desktop.features.sync.verify import Checked, Violation
from desktop.features.sync.writer import Source
from tests.features.sync.exchange_maker import VILLAGE, Author, Office, bring, bundle, enrol, make, repaired
from tests.fuzz.mutating import junk, pieces, spoiled_bytes, spoiled_tree

PREFIX = "371602"  # of the county that reads


@dataclass
class World:
    """A county that reads, a township that is believed, a stranger who is not."""

    county: Office
    town: Office
    stranger: Office
    folder: Path
    file: bytes
    manifest: Any
    author: Author
    trust: Trust
    certified: dict[bytes, Signed]  # by node

    def of(self, office: Office) -> Certificate:
        return certificates.unpack(self.certified[office.node.node_id].content)

    def close(self) -> None:
        for office in (self.county, self.town, self.stranger):
            office.db.close()


def make_world(folder: Path) -> World:
    county, town, stranger = (make(folder, level) for level in ("county", "township", "stranger"))
    enrol(town, county, folder / "stick")
    author = _said(town)
    path = bundle(folder / "stick", town, county, bring(town), author.segment())
    with county.db.engine.connect() as connection:
        believed = trust.load(connection)
    manifest = msgspec.msgpack.decode(entries.pack(_manifest(county, town, [author.segment()])))
    certified = {o.node.node_id: o.chain()[0] for o in (county, town, stranger)}
    return World(county, town, stranger, folder, path.read_bytes(), manifest, author, believed, certified)


def _said(town: Office) -> Author:
    """One of many kinds of entry."""
    author = Author(town)
    home = author.says("C", 11, {3: 1, 4: "000001-00001", 5: ["甲"]}).eid
    group = author.group().eid
    author.renames(group, "二组")
    person = author.says("C", 12, {2: home, 3: 1}).eid
    author.says("S", 11, {5: [[["乙"], ["甲"]], [home]]}, home)
    author.says("D", 12, {1: [False, [person]]}, person)
    author.says("U", 12, {1: [True, [person]]}, person)
    account = author.says("C", 30, {2: "岳兰", 6: town.node.node_id}).eid
    author.says("L", 31, {3: town.node.node_id, 4: account, 5: 5, 6: "2027-03-14", 7: "award", 8: "扫院子"})
    return author


def _manifest(county: Office, town: Office, sources: list[Source]) -> Manifest:
    return Manifest(
        secrets.token_bytes(16), town.chain(), (county.node.node_id,), town.node.incarnation, 1, bytes(16), 1, 1,
        (), 1, 0, tuple(s.piece for s in sources),
    )  # fmt: skip


# --- the file ---------------------------------------------------------------------------------------------------


def fuzz_frame(world: World, draw: st.DataObject) -> None:
    """The outermost layer; the forger puts the trailer right half of the time."""
    content = spoiled_bytes(draw, world.file[: frame.HEADER + 1_000] + world.file[-frame.TRAILER :])
    if len(content) > frame.HEADER + frame.TRAILER and draw.draw(st.booleans()):
        content = repaired(content)
    path = world.folder / "frame.hhb"
    path.write_bytes(content)
    try:
        found = frame.check(path)
    except BundleRefused:
        return
    assert found.age_length == len(content) - frame.HEADER - frame.TRAILER
    assert len(found.bundle_id) == 16


def fuzz_manifest(world: World, draw: st.DataObject) -> None:
    """The directory of a bundle, signed by the township, with whatever follows it."""
    tree = spoiled_tree(draw, world.manifest)
    packed = spoiled_bytes(draw, entries.pack(tree), most=draw.draw(st.sampled_from((0, 0, 0, 3))))
    signature = crypto.sign(world.town.node.signing_secret, MANIFEST_CONTEXT, packed)
    length = draw.draw(st.sampled_from((len(packed), len(packed), len(packed), 0, 2**32 - 1, 4 << 20)))
    segment = world.author.segment().read()
    plain = length.to_bytes(4, "big") + packed + signature + spoiled_bytes(draw, segment, most=1) + bytes(100)
    bundle_id = tree[0] if isinstance(tree, list) and tree and isinstance(tree[0], bytes) else bytes(16)
    seen: list[int] = []
    reading = Looking(world.trust, world.of(world.county), world.trust)
    taken = frame.Frame(world.folder, bundle_id, len(plain))
    parser = reader._Parser(taken, world.county.node, reading.sender, lambda p, s: seen.append(len(s)))
    try:
        for part in pieces(draw, plain):
            parser.write(part)
    except BundleRefused:
        assert seen == [] or parser.manifest is not None
        return
    assert parser.manifest is None or parser.sender == world.of(world.town)


# --- what it holds ----------------------------------------------------------------------------------------------


def _compressed(draw: st.DataObject, raw: bytes) -> tuple[bytes, int]:
    payload = spoiled_bytes(draw, zstandard.compress(raw), most=draw.draw(st.sampled_from((0, 0, 0, 2))))
    return payload, draw.draw(
        st.sampled_from((len(raw), len(raw), len(raw), len(raw), len(raw) + 1, 0, 2**40))
    )


def fuzz_segment(world: World, draw: st.DataObject) -> None:
    """Header and entries spoiled as trees, linked again or not, always signed by their author."""
    said = spoiled_tree(draw, [msgspec.msgpack.decode(entries.pack(e)) for e in world.author.said])
    source = world.author.segment()
    good = msgspec.msgpack.decode(zstandard.decompress(source.read()))[0]
    header = spoiled_tree(draw, msgspec.msgpack.decode(good), most=draw.draw(st.sampled_from((0, 0, 2))))
    packed = entries.pack(header)
    signature = crypto.sign(world.town.node.signing_secret, b"hh/seg/1", packed)
    raw = entries.pack([packed, signature, said])
    _take(world, *_compressed(draw, raw))


def fuzz_entry(world: World, draw: st.DataObject) -> None:
    """Entries that hold together in every link and id, and say anything at all of any table."""
    author = Author(world.town, draw.draw(st.sampled_from((VILLAGE, VILLAGE, "371602012000"))))
    author.kind = draw.draw(st.sampled_from(("data", "data", "data", "broadcast", "office", "audit")))
    known = [e.eid for e in world.author.said] + [e.row for e in world.author.said]
    for _ in range(draw.draw(st.integers(1, 4))):
        _say(author, draw, known)
        known.append(author.said[-1].eid)
    try:
        source = author.segment()
    except (OverflowError, msgspec.MsgspecError):
        return  # not even a forger can pack that
    _take(world, source.read(), source.piece.raw_len)


def _say(author: Author, draw: st.DataObject, known: list[bytes]) -> None:
    kind = draw.draw(st.sampled_from([*map(str, Kind), "C", "S", "L"]))
    info = registry.by_number()[draw.draw(st.sampled_from(sorted(registry.by_number())))]
    row = b"" if kind in ("C", "L") else draw.draw(st.sampled_from(known))
    numbers = st.one_of(st.sampled_from([*info.columns, ALIVE]), st.integers(0, 300))
    value = st.one_of(junk, st.sampled_from([*known, 1, 5, "x", "2027-03-14", True, ["甲"]]))
    edit = st.tuples(value, st.lists(st.sampled_from(known), max_size=3)).map(list)
    body = draw.draw(
        st.one_of(
            st.dictionaries(numbers, value if kind in ("C", "L", "X") else edit, max_size=8),
            st.just(_whole(info, known) if kind in ("C", "L") else {}),
        )
    )
    changes: dict[str, Any] = (
        {"schema": draw.draw(st.sampled_from((1, 1, 2, 9)))} if draw.draw(st.booleans()) else {}
    )
    author.says(kind, info.no, body, row, **changes)


def _whole(info: registry.TableInfo, known: list[bytes]) -> dict[int, Any]:
    """A row of that table with something of the right type in every field."""
    fitting: dict[type, Any] = {int: 1, str: "x", bytes: known[0], bool: True, float: 1.0}
    return {n: fitting.get(_type(c), ["甲"]) for n, c in info.columns.items() if n != ALIVE}


def _type(column: Any) -> type:
    try:
        return column.type.python_type  # type: ignore[no-any-return]
    except NotImplementedError:
        return list


def _take(world: World, payload: bytes, raw_len: int) -> None:
    """What a bundle would do with it, up to the rows; then nothing of it stays."""
    try:
        checked = verify.check(payload, raw_len, world.trust, PREFIX)
    except Violation:
        return
    assert checked.header.stream.region.startswith("371602012")
    brought = against.Brought()
    brought.note(checked)
    with _undone(world) as connection:
        try:
            revoking.check(connection, checked, {})
            against.check(connection, checked, brought)
        except Violation:
            return
        _stored(connection, world, checked)


def _stored(connection: Connection, world: World, checked: Checked) -> None:
    taking._stored(connection, world.county.db, erasing.as_ordered(connection, checked))
    held = connection.exec_driver_sql("SELECT count(*) FROM log_entry WHERE segment IS NOT NULL").scalar_one()
    assert held >= 1
    assert connection.exec_driver_sql("SELECT count(*) FROM points WHERE amount < 1").scalar_one() == 0


@contextmanager
def _undone(world: World) -> Iterator[Connection]:
    with world.county.db.engine.connect() as raw:
        connection = raw.execution_options(write=True)
        with connection.begin() as moment:
            try:
                yield connection
            finally:
                moment.rollback()


# --- who is believed --------------------------------------------------------------------------------------------


def fuzz_certificate(world: World, draw: st.DataObject) -> None:
    """Certificates and trust lists of spoiled content, signed by the township, the county or a stranger."""
    signed = [_spoiled_certificate(world, draw) for _ in range(draw.draw(st.integers(1, 3)))]
    lists = [_spoiled_list(world, draw) for _ in range(draw.draw(st.integers(0, 2)))]
    found = world.trust.extended(signed, lists)
    county, mine = world.of(world.county), {world.county.node.node_id, world.town.node.node_id}
    for node in found.nodes:
        for c in found.of_node(node):
            assert c.prefix.startswith(PREFIX) or c.cert_id == county.cert_id
            assert set(c.caps) <= set(CAPS[c.level])
    assert mine <= set(found.nodes)
    assert found.revocation(county) is None  # nobody is above the root
    believed = [s for s in signed if s in found.good]
    assert all(certificates.sound(s) is not None for s in believed)
    with suppress(BundleRefused):
        certificates.checked_chain(tuple(signed), certificates.ids(signed[-1:]))


def _spoiled_certificate(world: World, draw: st.DataObject) -> Signed:
    offices = (world.town, world.county, world.stranger)
    subject, signer = (draw.draw(st.sampled_from(offices)) for _ in range(2))
    tree = msgspec.msgpack.decode(world.certified[subject.node.node_id].content)
    issuer = world.of(draw.draw(st.sampled_from(offices))).cert_id
    names = Certificate.__struct_fields__
    tree[names.index("issuer")] = issuer
    tree = spoiled_tree(draw, tree)
    content = entries.pack(tree)
    if draw.draw(st.booleans()) and (bound := _bound(content)) is not None:
        content = bound
    content = spoiled_bytes(draw, content, most=draw.draw(st.sampled_from((0, 0, 0, 2))))
    return Signed(content, crypto.sign(signer.node.signing_secret, CERTIFICATE_CONTEXT, content))


def _bound(content: bytes) -> bytes | None:
    """With the id that follows from what it says: the only thing a forger has to do right."""
    try:
        said = msgspec.msgpack.decode(content, type=Certificate)
    except entries.UNREADABLE:
        return None
    return entries.pack(msgspec.structs.replace(said, cert_id=certificates.bound_id(said)))


def _spoiled_list(world: World, draw: st.DataObject) -> Signed:
    offices = (world.town, world.county, world.stranger)
    signer, owner, victim = (draw.draw(st.sampled_from(offices)) for _ in range(3))
    revocation = [world.of(victim).cert_id, [], [], 0, "x", 0]
    tree = spoiled_tree(draw, [owner.node.node_id, draw.draw(st.integers(0, 2**53)), 0, [revocation]], most=2)
    content = spoiled_bytes(draw, entries.pack(tree), most=draw.draw(st.sampled_from((0, 0, 2))))
    return Signed(content, crypto.sign(signer.node.signing_secret, TRUST_CONTEXT, content))


# --- what it comes to -------------------------------------------------------------------------------------------

_ROW = bytes(16)
_CLASSES = {
    ALIVE: Merge.AUTHORITY,
    2: Merge.AUTHORITY,
    3: Merge.FACT,
    4: Merge.IDENTITY,
    5: Merge.TAGS,
    6: Merge.NOTE,
}


def fuzz_merge(world: World, draw: st.DataObject) -> None:
    """Any set of versions that the checks let through, with any bases: the same whatever the order, and a second time."""
    made = Said(_ROW, True, (0, 1, _ROW), 1, {2: "a", 3: "b", 4: "c", 5: ["d"], 6: "e"})
    ids = [n.to_bytes(16, "big") for n in range(1, 7)]
    said = [made] * draw.draw(st.integers(0, 1)) + [
        _edit(draw, eid, ids) for eid in ids[: draw.draw(st.integers(1, 6))]
    ]
    orders = list(itertools.islice(itertools.permutations(said), 6))
    chosen = [said, said[::-1], *draw.draw(st.lists(st.sampled_from(orders), max_size=3))]
    results = [merge(History.of(_ROW, order), _CLASSES) for order in chosen]
    assert all(r == results[0] for r in results)
    for number, heads in results[0].conflicts.items():
        assert len(heads) > 1 or number == ALIVE


def _edit(draw: st.DataObject, eid: bytes, ids: list[bytes]) -> Said:
    bases = st.lists(st.sampled_from([b for b in [*ids, _ROW] if b != eid]), max_size=4)
    fields: dict[int, Any] = {}
    for number in draw.draw(st.lists(st.sampled_from(sorted(_CLASSES)), min_size=1, max_size=4, unique=True)):
        fields[number] = (_value(draw, number), draw.draw(bases))
    rank = (-draw.draw(st.integers(0, 1)), draw.draw(st.integers(1, 3)), eid)
    return Said(eid, False, rank, draw.draw(st.integers(0, len(LEVELS) - 1)), fields)


def _value(draw: st.DataObject, number: int) -> Any:
    labels = st.lists(st.sampled_from(("甲", "乙", "丙")), max_size=2)
    if number == 5:
        return draw.draw(st.tuples(labels, labels).map(list))
    if number == ALIVE:
        return draw.draw(st.booleans())
    return draw.draw(st.sampled_from(("x", "y", "", None)))


Target = Callable[[World, st.DataObject], None]
TARGETS: dict[str, Target] = {
    "frame": fuzz_frame,
    "manifest": fuzz_manifest,
    "segment": fuzz_segment,
    "entry": fuzz_entry,
    "certificate": fuzz_certificate,
    "merge": fuzz_merge,
}
