"""Offices that exchange bundles, and an author who has real keys and bad manners: everything is written through
the program's own writer, signed with a legitimate office's key."""

import hashlib
import io
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from sqlalchemy import Connection

from desktop.core import crypto
from desktop.core.clock import Clock, milliseconds
from desktop.core.db import database, entries, local
from desktop.core.db.database import Database
from desktop.core.db.entries import Entry, SegmentHeader, Stream
from desktop.core.db.local import Node
from desktop.core.db.unit import Actor
from desktop.core.ids import entry_id
from desktop.features.sync import api as sync
from desktop.features.sync import certificates, digests, frame, writer
from desktop.features.sync.model import Certificate, Manifest, Piece, PieceKind, Signed, Vector
from desktop.features.sync.vectors import Scope
from desktop.features.sync.writer import Source
from tests.office_maker import NOON, make_office

VILLAGE, NEXT_DOOR = "371602012600", "371602013600"
GROUP, HOUSEHOLD, PERSON, VISIT, VOLUNTEER, POINTS = 10, 11, 12, 20, 30, 31


@dataclass
class Office:
    db: Database
    actor: Actor

    @property
    def node(self) -> Node:
        return self.db.node

    def chain(self) -> tuple[Signed, ...]:
        with self.db.engine.connect() as connection:
            return certificates.own_chain(connection)

    def certificate(self) -> Certificate:
        return certificates.unpack(self.chain()[0].content)

    def put(self, **values: Any) -> None:
        with database.writing(self.db.engine) as connection:
            local.put(connection, values)

    def get(self, name: str) -> Any:
        with self.db.engine.connect() as connection:
            return local.get(connection, name)

    def reads(self, path: Path) -> sync.Taken:
        (taken,) = sync.read_bundles(self.db, self.actor, path)
        return taken

    def writes(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        sync.note_digests(self.db)
        (written,) = sync.write_bundle(self.db, self.actor, folder)
        return written.path

    def enrols(self, path: Path, confirm: str = "") -> sync.Enrolled:
        return sync.enrol_next(self.db, self.actor, path, confirm)


def make(tmp_path: Path, level: str, clock: Clock | None = None) -> Office:
    return Office(*make_office(tmp_path, level, clock))


def enrol(child: Office, parent: Office, stick: Path) -> None:
    """The three steps, with the digits read over the telephone."""
    stick.mkdir(exist_ok=True)
    child.enrols(stick)
    parent.enrols(stick, child.node.fingerprint)
    child.enrols(stick, parent.node.fingerprint)
    for file in stick.glob("*.hhb"):
        file.unlink()


def whole_vector(connection: Connection, prefix: str) -> Vector:
    """What a node holds of a region, with the digests of all its rows."""
    scope = Scope(prefix)
    digests.keep(connection, digests.outdated(connection, scope))
    return digests.told_vector(connection, scope)


def sends_down(parent: Office, child: Office, stick: Path) -> sync.Taken:
    """What the office above has for one below, read there."""
    stick.mkdir(exist_ok=True)
    written = sync.write_bundle(parent.db, parent.actor, stick, whom=child.certificate().office)
    taken = [child.reads(w.path) for w in written]
    (mine,) = (t for t in taken if t.outcome != "not_for_us")
    return mine


@dataclass
class Author:
    """Says what it likes in one stream, with correct links, hashes and signature unless told otherwise."""

    office: Office
    region: str = VILLAGE
    kind: str = "data"
    incarnation: bytes = field(default_factory=lambda: secrets.token_bytes(8))
    hlc: int = milliseconds(NOON) << 16
    said: list[Entry] = field(default_factory=list)
    signer: Node | None = None

    @property
    def stream(self) -> Stream:
        return Stream(self.office.node.node_id, self.incarnation, self.region, self.kind)

    def new_id(self) -> tuple[bytes, bytes, int]:
        """Id, salt and time of an entry that is yet to be said."""
        self.hlc += 1 << 16
        salt = secrets.token_bytes(16)
        return entry_id(self.hlc, self.office.node.node_id, self.incarnation, salt), salt, self.hlc

    def says(
        self, kind: str, table: int, body: dict[int, Any] | bytes, row: bytes = b"", **changes: Any
    ) -> Entry:
        """The next entry. Without a row it makes one, named by itself."""
        made = changes.pop("made", None) or self.new_id()
        packed = body if isinstance(body, bytes) else entries.pack(body)
        prev = self.said[-1] if self.said else None
        entry = Entry(
            made[0], prev.seq + 1 if prev else 1, self.hash_of(prev) if prev else bytes(32), made[2], 0, bytes(16),
            1, kind, table, row or made[0], made[1], packed, entries.pack(entries.Note(bytes(16))),
        )  # fmt: skip
        self.said.append(msgspec.structs.replace(entry, **changes))
        return self.said[-1]

    def group(self, name: str = "一组", **changes: Any) -> Entry:
        return self.says("C", GROUP, {2: name, 3: 1}, **changes)

    def renames(self, row: bytes, name: Any, bases: list[bytes] | None = None, **changes: Any) -> Entry:
        return self.says("S", GROUP, {2: [name, [row] if bases is None else bases]}, row, **changes)

    def hash_of(self, entry: Entry) -> bytes:
        return entries.entry_hash(entries.pack(self.stream), entry)

    def segment(self, **changes: Any) -> Source:
        """All that was said so far, sealed."""
        first, last = self.said[0], self.said[-1]
        try:
            last_hash = self.hash_of(last)
        except OverflowError:
            last_hash = bytes(32)
        header = msgspec.structs.replace(
            SegmentHeader(
                self.stream, first.seq, first.prev, last.seq, last_hash,
                self.office.certificate().cert_id, len(self.said),
            ),
            **changes,
        )  # fmt: skip
        packed = entries.pack(header)
        signer = self.signer or self.office.node
        return piece(
            entries.pack([packed, crypto.sign(signer.signing_secret, b"hh/seg/1", packed), self.said])
        )


def piece(raw: bytes, kind: str = PieceKind.ENTRIES, raw_len: int | None = None) -> Source:
    return stored(zstandard.compress(raw), len(raw) if raw_len is None else raw_len, kind)


def stored(payload: bytes, raw_len: int, kind: str = PieceKind.ENTRIES) -> Source:
    return Source(Piece(kind, crypto.digest(payload), len(payload), raw_len), lambda: payload)


def bring(office: Office, *more: Signed) -> Source:
    """The certificates of an office, as a bundle brings them."""
    return writer.small(PieceKind.CERTIFICATES, entries.pack((*office.chain(), *more)))


def bundle(
    folder: Path, sender: Office, to: Office, *sources: Source, signer: Node | None = None, **changes: Any
) -> Path:
    """A bundle file from one office to another, with changes of the manifest before it is signed."""
    folder.mkdir(exist_ok=True)
    pieces = tuple(s.piece for s in sources)
    manifest = Manifest(
        bundle_id=secrets.token_bytes(16), chain=sender.chain(), recipients=(to.node.node_id,),
        incarnation=sender.node.incarnation, serial=1, set_id=bytes(16), part=1, parts=1, critical=(), schema=1,
        created_at=0, pieces=pieces,
    )  # fmt: skip
    manifest = msgspec.structs.replace(manifest, **changes)
    path = folder / f"{secrets.token_hex(8)}.hhb"
    writer.write(path, signer or sender.node, [to.node.recipient], manifest, sources)
    return path


def repaired(content: bytes) -> bytes:
    """With length and hash of the trailer put right: what a forger does, and a scratched stick does not."""
    start = content[: -frame.TRAILER]
    return start + frame.trailer(len(start) - frame.HEADER, hashlib.sha256(start).digest())


def raw_bundle(folder: Path, to: Office, plain: bytes) -> Path:
    """A bundle file around any plaintext at all."""
    out = io.BytesIO()
    crypto.seal([to.node.recipient], io.BytesIO(plain), out)
    return framed(folder, out.getvalue())


def framed(folder: Path, age: bytes) -> Path:
    path = folder / f"{secrets.token_hex(8)}.hhb"
    path.write_bytes(repaired(frame.header(secrets.token_bytes(16)) + age + bytes(frame.TRAILER)))
    return path
