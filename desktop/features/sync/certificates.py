"""Certificates: made, checked up to a trusted root, kept."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from desktop.core import crypto
from desktop.core.db import entries, local
from desktop.core.db.local import Node
from desktop.features.office.api import DIGITS, Level, Office
from desktop.features.sync.model import (
    CAPS,
    CERTIFICATE_CONTEXT,
    BundleRefused,
    Certificate,
    Outcome,
    Request,
    Signed,
)
from desktop.features.sync.tables import CertificateRow
from desktop.features.sync.vectors import Scope

MAX_CHAIN = 6
BLOCKS = 1_000_000
unpack = msgspec.msgpack.Decoder(Certificate).decode


def request_of(node: Node, office: Office, block: int) -> Request:
    return Request(
        node.node_id, office.name, office.key, office.level.value, node.signing_public, node.recipient, block
    )


def issue(node: Node, issuer: Certificate | None, request: Request, block: int) -> Signed:
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
    )
    cert_id = bound_id(certificate)
    issuer_id = issuer.cert_id if issuer else cert_id
    content = entries.pack(msgspec.structs.replace(certificate, cert_id=cert_id, issuer=issuer_id))
    return Signed(content, crypto.sign(node.signing_secret, CERTIFICATE_CONTEXT, content))


def bound_id(certificate: Certificate) -> bytes:
    """The id follows from all that the certificate says. Roots are trusted and issuers named by their ids: an id
    that anybody could choose would let anybody be the root."""
    issuer = b"" if certificate.issuer == certificate.cert_id else certificate.issuer
    said = msgspec.structs.replace(certificate, cert_id=b"", issuer=issuer)
    return crypto.digest(b"hh/certid/1", entries.pack(said))[:16]


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


def own(connection: Connection) -> Certificate:
    return unpack(own_chain(connection)[0].content)


def checked_chain(chain: Sequence[Signed], roots: Iterable[bytes]) -> list[Certificate]:
    """The certificates of a chain, leaf first. Raises BundleRefused unless every link holds and the root is trusted."""
    if not 1 <= len(chain) <= MAX_CHAIN:
        raise _not_trusted("证书链不完整")
    found = [_decoded(s) for s in chain]
    for signed, subject, issuer in zip(chain, found, [*found[1:], found[-1]], strict=True):
        if subject.issuer != issuer.cert_id or not _issued(signed, subject, issuer):
            raise _not_trusted("证书不是由它写明的上级签发的")
    if found[-1].cert_id not in set(roots):
        raise _not_trusted("对方不在本单位信任的体系内")
    return found


def _issued(signed: Signed, subject: Certificate, issuer: Certificate) -> bool:
    may = subject is issuer or ("certify" in issuer.caps and set(subject.caps) <= set(issuer.caps))
    return (
        may
        and _is_sound(subject)
        and subject.prefix.startswith(issuer.prefix)
        and local.node_id_of(subject.sign_pk) == subject.node_id
        and crypto.verified(issuer.sign_pk, CERTIFICATE_CONTEXT, signed.content, signed.signature)
    )


def _is_sound(certificate: Certificate) -> bool:
    """What no issuer may sign otherwise: its id, a level with its prefix and no more than its rights, a block."""
    return (
        certificate.cert_id == bound_id(certificate)
        and certificate.level in CAPS
        and len(certificate.prefix) == DIGITS[Level(certificate.level)]
        and certificate.prefix.isascii()
        and certificate.prefix.isdigit()
        and set(certificate.caps) <= set(CAPS[certificate.level])
        and 0 <= certificate.block < BLOCKS
        and 0 <= certificate.serial < 2**53
    )


def _decoded(signed: Signed) -> Certificate:
    try:
        return unpack(signed.content)
    except entries.UNREADABLE as cause:
        raise _not_trusted("证书读不出来") from cause


def _not_trusted(why: str) -> BundleRefused:
    return BundleRefused(Outcome.NOT_TRUSTED, f"{why}，没有读入", "请与上级核对后再试；文件保留备查")


class Trust:
    """Certificates by node, each checked up to a trusted root: those known here and those a bundle brought."""

    def __init__(self, roots: Iterable[bytes], signed: Iterable[Signed]) -> None:
        self._roots = set(roots)
        self._signed: dict[bytes, Signed] = {}
        for s in signed:
            try:
                self._signed.setdefault(unpack(s.content).cert_id, s)
            except entries.UNREADABLE:
                continue
        self._of_node: dict[bytes, list[Certificate]] = {}
        for cert_id in self._signed:
            self._admit(cert_id)

    def of_node(self, node_id: bytes) -> list[Certificate]:
        return self._of_node.get(node_id, [])

    @property
    def nodes(self) -> list[bytes]:
        return list(self._of_node)

    @property
    def good(self) -> list[Signed]:
        return [self._signed[c.cert_id] for found in self._of_node.values() for c in found]

    def _admit(self, cert_id: bytes) -> None:
        chain: list[Signed] = []
        wanted: bytes | None = cert_id
        while wanted is not None and wanted in self._signed and len(chain) < MAX_CHAIN:
            chain.append(self._signed[wanted])
            issuer = unpack(chain[-1].content).issuer
            wanted = issuer if issuer != wanted else None
        try:
            leaf = checked_chain(chain, self._roots)[0]
        except BundleRefused:
            return
        self._of_node.setdefault(leaf.node_id, []).append(leaf)
