"""The words of exchange: certificates, manifests, and the outcomes a reader can come to."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

CERTIFICATE_CONTEXT = b"hh/cert/1"
MANIFEST_CONTEXT = b"hh/manifest/1"
REQUEST_CONTEXT = b"hh/enrol/1"
TRUST_CONTEXT = b"hh/trust/1"
ROTATE_CONTEXT = b"hh/rotate/1"
VERSION = 1
SUITE = 0


class Outcome(StrEnum):
    APPLIED = "applied"
    NOTHING_NEW = "nothing_new"
    DAMAGED = "damaged"
    NOT_FOR_US = "not_for_us"
    NOT_TRUSTED = "not_trusted"
    NEWER_VERSION = "newer_version"


class PieceKind(StrEnum):
    ENTRIES = "entries"
    VECTOR = "vector"
    CERTIFICATES = "certificates"
    ENROLMENT = "enrolment"
    TRUST = "trust"
    NEW_KEYS = "new keys"
    ORDERS = "orders"
    WANTED = "wanted"
    BLOB = "blob"


# What an office of a level may do in its region (sync.md 2.6). An issuer gives no more than it has.
CAPS: dict[str, tuple[str, ...]] = {
    "village": ("data",),
    "township": ("certify", "data"),
    "county": ("certify", "data", "dictionary", "erase"),
    "city": ("certify", "data", "dictionary", "erase"),
}


class Link(msgspec.Struct, array_like=True, frozen=True):
    """One change of keys: a former key, and its signature over the signing key that came after it."""

    sign_pk: bytes
    signature: bytes


class Certificate(msgspec.Struct, array_like=True, frozen=True):
    """Who a node is, where it may write and what; signed by its issuer (a root signs itself).

    `block` is the node's block of household numbers: no two nodes below one issuer have the same. `lineage` leads from
    the key that named the node to the present one, `issued_at` is in milliseconds since 1970.
    """

    cert_id: bytes
    node_id: bytes
    office: str
    prefix: str
    level: str
    caps: tuple[str, ...]
    sign_pk: bytes
    enc_pk: str
    serial: int
    issuer: bytes
    block: int
    lineage: tuple[Link, ...] = ()
    issued_at: int = 0


class Signed(msgspec.Struct, array_like=True, frozen=True):
    """Packed bytes and the signature over them."""

    content: bytes
    signature: bytes


class Piece(msgspec.Struct, array_like=True, frozen=True):
    """One piece of the payload: checked by hash before it is decompressed."""

    kind: str
    sha256: bytes
    stored_len: int
    raw_len: int


class Manifest(msgspec.Struct, array_like=True, frozen=True):
    """What a bundle says of itself. It comes first and is signed, so nothing is parsed for an unknown sender."""

    bundle_id: bytes
    chain: tuple[Signed, ...]  # the sender's certificate first, the root last
    recipients: tuple[bytes, ...]
    incarnation: bytes
    serial: int
    set_id: bytes
    part: int
    parts: int
    critical: tuple[str, ...]
    schema: int
    created_at: int
    pieces: tuple[Piece, ...]
    blobs: tuple[tuple[bytes, int], ...] = ()


class Request(msgspec.Struct, array_like=True, frozen=True):
    """What a PC that wants to be enrolled says of itself: keys and place, no personal data.

    `replaces` is the node that it was before it had to take an identity of its own.
    """

    node_id: bytes
    office: str
    key: str
    level: str
    sign_pk: bytes
    enc_pk: str
    block: int
    replaces: bytes = b""


class Revocation(msgspec.Struct, array_like=True, frozen=True):
    """A key that is no longer trusted: what it signed up to these heads stays valid, and the certificates it issued
    that are named, and its own trust list up to that version; nothing else."""

    cert_id: bytes
    heads: Annotated[tuple[tuple[tuple[bytes, bytes, str, str], bytes], ...], msgspec.Meta(max_length=65_536)]
    issued: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=65_536)]
    lists: int
    reason: Annotated[str, msgspec.Meta(max_length=200)]
    at: int


class TrustList(msgspec.Struct, array_like=True, frozen=True):
    """All that one node revoked. The highest version counts; `at` tells how old the newest is that came here."""

    node_id: Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
    version: Annotated[int, msgspec.Meta(ge=1, lt=2**53)]
    at: Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
    revocations: Annotated[tuple[Revocation, ...], msgspec.Meta(max_length=4096)]


class NewKeys(msgspec.Struct, array_like=True, frozen=True):
    """What a node tells the office above of its change of keys. First the wish: the keys that come next, the old one's
    word for them (`link`), and theirs (`proof`). Then, in a bundle of the new ones, where the old one's work ended."""

    sign_pk: bytes
    enc_pk: str
    link: Link
    proof: bytes = b""
    retired: Revocation | None = None


class Order(msgspec.Struct, array_like=True, frozen=True):
    """What the office above asks of one PC: the one that has this incarnation is a second one of its name, and is to
    be enrolled anew."""

    node_id: bytes
    incarnation: bytes


# The hash of an entry, and its place in the stream.
Point = tuple[bytes, int]
Points = Annotated[tuple[Point, ...], msgspec.Meta(max_length=4096)]


class StreamVector(msgspec.Struct, array_like=True, frozen=True):
    """What a node holds of one stream: the entries that none follows, and those that are named but missing
    (sync.md 2.5)."""

    stream: tuple[bytes, bytes, str, str]
    heads: Points
    wants: Points = ()


class Vector(msgspec.Struct, array_like=True, frozen=True):
    """What a node holds, and what it made of it: a digest of each region's rows. `shape` is the digest of the tables
    and fields that its program knows; only offices of one shape can compare. `heard` is the number of the newest bundle
    that the recipient is known to have written, of each of its incarnations; `anchors` what the sender's own
    audit log says today at the numbers that its earlier bundles told."""

    streams: Annotated[tuple[StreamVector, ...], msgspec.Meta(max_length=65_536)]
    digests: Annotated[tuple[tuple[str, bytes], ...], msgspec.Meta(max_length=65_536)] = ()
    shape: bytes = b""
    heard: Annotated[tuple[tuple[bytes, int], ...], msgspec.Meta(max_length=4096)] = ()
    anchors: Points = ()


unpack_vector = msgspec.msgpack.Decoder(Vector).decode


class BundleRefused(Exception):
    """A bundle that is not taken, with one of the four outcomes and a sentence."""

    def __init__(self, outcome: Outcome, sentence: str, what_to_do: str = "") -> None:
        self.outcome, self.sentence, self.what_to_do = outcome, sentence, what_to_do
        super().__init__(f"{sentence}。{what_to_do}" if what_to_do else sentence)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The step that enrolment just did, and this node's own twelve digits."""

    step: str  # requested, answered, enrolled
    fingerprint: str
    path: Path | None = None
    office: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    path: Path
    bundle_id: str
    entries: int
    segments: int
    size: int
    recipient: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What reading one file came to. `rows` counts touched rows by table; `waiting` rows and `conflicts` are all that are
    open now, whichever file they came by."""

    path: Path
    outcome: Outcome
    sentence: str = ""
    sender: str = ""
    entries: int = 0
    quarantined: int = 0
    waiting: int = 0
    conflicts: int = 0
    rows: dict[str, int] = field(default_factory=dict)
