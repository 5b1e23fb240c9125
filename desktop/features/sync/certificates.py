"""Certificates: made, checked up to a trusted root, kept."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, Label, Select, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import InstrumentedAttribute

from desktop.core import crypto
from desktop.core.db import entries, local
from desktop.core.db.local import Node
from desktop.features.office.api import DIGITS, Level, Office
from desktop.features.sync.model import (
    CAPS,
    CERTIFICATE_CONTEXT,
    ROTATE_CONTEXT,
    BundleRefused,
    Certificate,
    Link,
    Outcome,
    Request,
    Signed,
)
from desktop.features.sync.tables import CertificateRow
from desktop.features.sync.vectors import Scope

MAX_CHAIN = 8
MAX_LINEAGE = 16
MAX_SIZE = 4_096
BLOCKS = 1_000_000
unpack = msgspec.msgpack.Decoder(Certificate).decode
_FIELDS = Certificate.__struct_fields__


def offices() -> Select[bytes, str, str]:
    """Of each node the name and level of its office, whether it still counts or not: what was done, was done."""
    name, level = func.min(CertificateRow.office), func.min(CertificateRow.level)
    wanted = select(CertificateRow.node_id, name.label("office"), level.label("level"))
    return wanted.group_by(CertificateRow.node_id)


def office_of(node: InstrumentedAttribute[bytes]) -> Label[str]:
    """The column `office` for rows that name a node; None where no certificate of it is here."""
    name = select(func.min(CertificateRow.office)).where(CertificateRow.node_id == node)
    return name.scalar_subquery().label("office")


def request_of(node: Node, office: Office, block: int, replaces: bytes = b"") -> Request:
    place = (office.name, office.key, office.level.value)
    return Request(node.node_id, *place, node.signing_public, node.recipient, block, replaces)


def issue(node: Node, issuer: Certificate | None, request: Request, block: int, at: int = 0) -> Signed:
    """A certificate for what the request asks; without an issuer the node certifies itself as a root."""
    certificate = Certificate(
        cert_id=b"",
        node_id=request.node_id,
        office=request.office,
        prefix=request.key[: DIGITS[Level(request.level)]],
        level=request.level,
        caps=CAPS[request.level],
        sign_pk=request.sign_pk,
        enc_pk=request.enc_pk,
        serial=1,
        issuer=issuer.cert_id if issuer else b"",
        block=block,
        issued_at=at,
    )
    return sign(node, certificate)


def sign(node: Node, certificate: Certificate) -> Signed:
    """Give it the id that follows from what it says, and sign it. One without an issuer is its own."""
    cert_id = bound_id(certificate)
    issuer = certificate.issuer or cert_id
    content = entries.pack(msgspec.structs.replace(certificate, cert_id=cert_id, issuer=issuer))
    return Signed(content, crypto.sign(node.signing_secret, CERTIFICATE_CONTEXT, content))


def bound_id(certificate: Certificate) -> bytes:
    """The id follows from all that the certificate says. Roots are trusted and issuers named by their ids: an id
    that anybody could choose would let anybody be the root."""
    return _id_of(entries.pack(certificate))


def _id_of(content: bytes) -> bytes:
    """Over the content as it came, so that a field which this program does not know yet is bound too."""
    said = msgspec.msgpack.decode(content)
    cert_id, issuer = _FIELDS.index("cert_id"), _FIELDS.index("issuer")
    if said[issuer] == said[cert_id]:
        said[issuer] = b""
    said[cert_id] = b""
    return crypto.digest(b"hh/certid/1", entries.pack(said))[:16]


def link(node: Node, next_key: bytes) -> Link:
    """This node's word for the signing key that comes next."""
    signature = crypto.sign(node.signing_secret, ROTATE_CONTEXT, node.node_id + next_key)
    return Link(node.signing_public, signature)


def follows(former: Link, node_id: bytes, next_key: bytes) -> bool:
    """Whether a former key of the node vouched for that one."""
    return crypto.verified(former.sign_pk, ROTATE_CONTEXT, node_id + next_key, former.signature)


def ancestors_of(prefix: str) -> tuple[str, ...]:
    """The keys of the places above the place of a prefix that tell everybody below: counties and cities."""
    telling = [DIGITS[Level(level)] for level, caps in CAPS.items() if "dictionary" in caps]
    return tuple(prefix[:n].ljust(12, "0") for n in sorted(telling) if n < len(prefix))


def common(one: Certificate, other: Certificate) -> Scope:
    """What an office and one below it have in common."""
    prefix = max(one.prefix, other.prefix, key=len)
    return Scope(prefix, ancestors_of(prefix))


def concerning(connection: Connection, prefix: str) -> list[Signed]:
    """The certificates of the offices in a region, and of those above it."""
    found = connection.execute(
        select(CertificateRow.content, CertificateRow.signature, CertificateRow.prefix)
    )
    return [
        Signed(r.content, r.signature)
        for r in found
        if r.prefix.startswith(prefix) or prefix.startswith(r.prefix)
    ]


def become_root(connection: Connection, node: Node, office: Office) -> None:
    """Give a new office its block of numbers, and make it its own root until it is enrolled."""
    mixed = crypto.digest(b"hh/block/1", node.node_id, node.incarnation)
    block = int.from_bytes(mixed[:4], "big") % BLOCKS
    own = issue(node, None, request_of(node, office, block), block)
    keep(connection, [own])
    cert_id = unpack(own.content).cert_id
    local.put(connection, {"block": block, "certificate": cert_id, "roots": [cert_id], "parent": b""})


def keep(connection: Connection, signed: Iterable[Signed]) -> None:
    """Remember certificates that were checked."""
    rows = []
    for s in signed:
        c = unpack(s.content)
        rows.append(
            {
                "cert_id": c.cert_id,
                "node_id": c.node_id,
                "office": c.office,
                "prefix": c.prefix,
                "level": c.level,
                "issuer": c.issuer,
                "block": c.block,
                "content": s.content,
                "signature": s.signature,
            }
        )
    if rows:
        connection.execute(insert(CertificateRow).on_conflict_do_nothing(), rows)


def ids(signed: Iterable[Signed]) -> list[bytes]:
    return [_decoded(s).cert_id for s in signed]


def known(connection: Connection, cert_id: bytes) -> Signed | None:
    found = connection.execute(
        select(CertificateRow.content, CertificateRow.signature).where(CertificateRow.cert_id == cert_id)
    ).first()
    return Signed(found.content, found.signature) if found else None


def all_known(connection: Connection) -> list[Signed]:
    found = connection.execute(select(CertificateRow.content, CertificateRow.signature))
    return [Signed(r.content, r.signature) for r in found]


def own_chain(connection: Connection) -> tuple[Signed, ...]:
    """This node's certificate, its issuer's, and so on up to the root."""
    chain: list[Signed] = []
    wanted = local.get(connection, "certificate")
    while len(chain) < MAX_CHAIN:
        found = known(connection, wanted)
        if found is None:
            break
        chain.append(found)
        certificate = unpack(found.content)
        if certificate.issuer == certificate.cert_id:
            break
        wanted = certificate.issuer
    return tuple(chain)


def formers(connection: Connection) -> set[bytes]:
    """The names that this PC had before it was enrolled anew (sync.md 2.9)."""
    return {node for node, _ in local.get(connection, "formers", [])}


def own(connection: Connection) -> Certificate:
    return unpack(own_chain(connection)[0].content)


def checked_chain(chain: Sequence[Signed], roots: Iterable[bytes]) -> list[Certificate]:
    """The certificates of a chain, leaf first. Raises BundleRefused unless every link holds and the root is trusted."""
    if not 1 <= len(chain) <= MAX_CHAIN:
        raise _not_trusted("证书链不完整")
    found = [_decoded(s) for s in chain]
    for signed, subject, issuer in zip(chain, found, [*found[1:], found[-1]], strict=True):
        if subject.issuer != issuer.cert_id or not is_issued(signed, subject, issuer):
            raise _not_trusted("证书不是由它写明的上级签发的")
    if found[-1].cert_id not in set(roots):
        raise _not_trusted("对方不在本单位信任的体系内")
    return found


def is_issued(signed: Signed, subject: Certificate, issuer: Certificate) -> bool:
    """Whether the issuer signed that and had the right to; a root signs itself."""
    may = subject is issuer or ("certify" in issuer.caps and set(subject.caps) <= set(issuer.caps))
    return (
        may
        and _is_sound(signed, subject)
        and subject.prefix.startswith(issuer.prefix)
        and _is_signed(issuer.sign_pk, signed.content, signed.signature)
    )


@lru_cache(maxsize=8_192)
def _is_signed(public: bytes, content: bytes, signature: bytes) -> bool:
    """Looked at once: a county's hundreds of certificates are asked again for every bundle."""
    return crypto.verified(public, CERTIFICATE_CONTEXT, content, signature)


def sound(signed: Signed) -> Certificate | None:
    """The certificate, unless it says what no issuer may sign."""
    return _sound(signed) if len(signed.content) <= MAX_SIZE else None


@lru_cache(maxsize=8_192)
def _sound(signed: Signed) -> Certificate | None:
    try:
        found = unpack(signed.content)
        return found if _is_sound(signed, found) else None
    except entries.UNREADABLE:
        return None


def _is_sound(signed: Signed, certificate: Certificate) -> bool:
    """What no issuer may sign otherwise: its id, a level with its prefix and no more than its rights, a block."""
    return (
        len(signed.content) <= MAX_SIZE
        and certificate.cert_id == _id_of(signed.content)
        and certificate.level in CAPS
        and len(certificate.prefix) == DIGITS[Level(certificate.level)]
        and certificate.prefix.isascii()
        and certificate.prefix.isdigit()
        and set(certificate.caps) <= set(CAPS[certificate.level])
        and 0 <= certificate.block < BLOCKS
        and 0 <= certificate.serial < 2**53
        and 0 <= certificate.issued_at < 2**53
        and _is_of_node(certificate)
    )


def _is_of_node(certificate: Certificate) -> bool:
    """The first key names the node; where the keys were changed, each vouched for the next."""
    keys = [*(former.sign_pk for former in certificate.lineage), certificate.sign_pk]
    if len(keys) > MAX_LINEAGE or local.node_id_of(keys[0]) != certificate.node_id:
        return False
    linked = zip(certificate.lineage, keys[1:], strict=True)
    return all(follows(former, certificate.node_id, next_key) for former, next_key in linked)


def _decoded(signed: Signed) -> Certificate:
    try:
        return unpack(signed.content)
    except entries.UNREADABLE as cause:
        raise _not_trusted("证书读不出来") from cause


def _not_trusted(why: str) -> BundleRefused:
    return BundleRefused(Outcome.NOT_TRUSTED, f"{why}，没有读入", "请与上级核对后再试；文件保留备查")
