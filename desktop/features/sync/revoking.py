"""Taking trust back: the list of what this office revoked, and what then goes out of the log again (sync.md 2.10)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.core import crypto
from desktop.core.clock import milliseconds
from desktop.core.db import entries, redo
from desktop.core.db.database import Database
from desktop.core.db.entries import Stream
from desktop.core.db.log_tables import EntryRow, SegmentRow, StreamRow
from desktop.features.sync import certificates, rebuild, trust, verify
from desktop.features.sync.model import TRUST_CONTEXT, Certificate, Revocation, Signed, TrustList
from desktop.features.sync.tables import CertificateRow, QuarantineRow, TrustListRow
from desktop.features.sync.trust import Trust
from desktop.features.sync.vectors import Lack
from desktop.features.sync.verify import Checked, Violation

REVOKED = "revoked"
_DAY = timedelta(days=1) // timedelta(milliseconds=1)
_E, _S = EntryRow.__table__.c, SegmentRow.__table__.c
_STREAM = (StreamRow.node, StreamRow.incarnation, StreamRow.region, StreamRow.kind)
_RUNS = select(StreamRow.node, StreamRow.region, _S.id, _S.sha256, _S.payload, _S.raw_len).join(
    StreamRow, StreamRow.id == _S.stream
)
Links = Mapping[bytes, bytes]  # the hash of an entry, and of the one before it


# --- the list of this office ------------------------------------------------------------------------------------


def revoke(connection: Connection, db: Database, whom: Sequence[Certificate], reason: str) -> None:
    """Take trust back from these keys. What came here of them, and the certificates that are known, stay good."""
    found = trust.load(connection)
    publish(connection, db, [revocation(connection, db, found, c, reason) for c in whom])


def revocation(
    connection: Connection, db: Database, found: Trust, certificate: Certificate, reason: str
) -> Revocation:
    """That this key counts no further than what is here of it now."""
    list_ = found.list_of(certificate.node_id)
    return Revocation(
        certificate.cert_id,
        heads_of(connection, certificate.node_id),
        tuple(
            sorted(
                c.cert_id for n in found.nodes for c in found.of_node(n) if _is_below(found, c, certificate)
            )
        ),
        list_.version if list_ else 0,
        reason,
        milliseconds(db.clock.now()),
    )


def _is_below(found: Trust, one: Certificate, issuer: Certificate) -> bool:
    return issuer.node_id in found.above(one.node_id) or (
        one.node_id == issuer.node_id and one.serial > issuer.serial
    )


def heads_of(connection: Connection, node: bytes) -> tuple[tuple[tuple[bytes, bytes, str, str], bytes], ...]:
    """The last entries of all runs of a node that came here, so that a gap that is filled later is good too."""
    ends = (
        select(*_STREAM, _S.last_hash)
        .join(StreamRow, StreamRow.id == _S.stream)
        .where(StreamRow.node == node, ~_is_followed())
        .order_by(_S.id)
    )
    return tuple(((r[0], r[1], r[2], r[3]), r[4]) for r in connection.execute(ends))


def _is_followed() -> ColumnElement[bool]:
    after = EntryRow.__table__.alias().c
    follows = (after.stream == _S.stream, after.seq == _S.last_seq + 1, after.prev == _S.last_hash)
    return select(after.eid).where(*follows).exists()


def publish(connection: Connection, db: Database, more: Iterable[Revocation] = ()) -> None:
    """A new version of this node's list, with these revocations besides those of before."""
    before = trust.load(connection).list_of(db.node.node_id)
    known = {r.cert_id: r for r in before.revocations} if before else {}
    known |= {r.cert_id: r for r in more}
    version = before.version + 1 if before else 1
    said = TrustList(db.node.node_id, version, milliseconds(db.clock.now()), tuple(known.values()))
    content = entries.pack(said)
    signature = crypto.sign(db.node.signing_secret, TRUST_CONTEXT, content)
    trust.keep_lists(connection, [Signed(content, signature)])


def freshen(connection: Connection, db: Database) -> None:
    """Say once a day that the list is what it was: offices below see by its age that nothing is kept from them."""
    if "certify" not in certificates.own(connection).caps:
        return
    known = trust.load(connection).list_of(db.node.node_id)
    if known is None or abs(milliseconds(db.clock.now()) - known.at) >= _DAY:
        publish(connection, db)


def unite(connection: Connection, db: Database, before: TrustList | None, brought: Sequence[Signed]) -> None:
    """A PC that was restored finds its own newer list at the others: it goes on from both, and nothing is unsaid."""
    theirs = [said for signed in brought if (said := _own(db, signed)) and said != before]
    newer = [said for said in theirs if before is None or said.version >= before.version]
    if newer:
        publish(connection, db, [r for said in [*newer, *filter(None, [before])] for r in said.revocations])


def _own(db: Database, signed: Signed) -> TrustList | None:
    try:
        said = trust.unpack_list(signed.content)
    except entries.UNREADABLE:
        return None
    is_mine = crypto.verified(db.node.signing_public, TRUST_CONTEXT, signed.content, signed.signature)
    return said if is_mine and said.node_id == db.node.node_id else None


def told(connection: Connection) -> list[tuple[str, str, int]]:
    """Whose PCs this office and those above revoked, why and when; the lists were checked when they came."""
    lists = map(trust.unpack_list, connection.scalars(select(TrustListRow.content)))
    found = {r.cert_id: r for said in lists for r in said.revocations}
    wanted = select(CertificateRow.cert_id, CertificateRow.office).where(
        CertificateRow.cert_id.in_(list(found))
    )
    # Of one PC several keys or certificates may have ended at once.
    return list({(office, found[i].reason, found[i].at): None for i, office in connection.execute(wanted)})


# --- what a revoked key signed ----------------------------------------------------------------------------------


def check(connection: Connection, checked: Checked, links: Links) -> None:
    """Refuse what a revoked key signed after the heads up to which it counts; `links` are those of the bundle."""
    if checked.revoked is not None:
        good = _reach(connection, checked.header.stream, checked.revoked, links)
        if not good.issuperset(checked.hashes):
            raise Violation(REVOKED, checked.header.stream.region)


def links_of(checked: Checked) -> Links:
    return dict(zip(checked.hashes, [checked.header.prev, *checked.hashes[:-1]], strict=True))


def _reach(connection: Connection, stream: Stream, revoked: Revocation, links: Links) -> set[bytes]:
    """Every entry from which the accepted heads are reached. By links, not by numbers: whoever has the key can number
    a branch as low as he likes."""
    key = msgspec.structs.astuple(stream)
    known = (
        select(_E.hash, _E.prev)
        .join(StreamRow, StreamRow.id == _E.stream)
        .where(*(c == v for c, v in zip(_STREAM, key, strict=True)))
    )
    before = {r[0]: r[1] for r in connection.execute(known)} | dict(links)
    found: set[bytes] = set()
    for of_stream, hash_ in revoked.heads:
        at = hash_ if of_stream == key else b""
        while at in before and at not in found:
            found.add(at)
            at = before[at]
    return found


def unheard(connection: Connection, lacking: Sequence[Lack]) -> list[Lack]:
    """Those of the runs that this PC wrote under a former name after what counts of its key: every office that knows of
    the revocation sets them aside, so none is sent them."""
    formers = certificates.formers(connection) if lacking else set()
    if not formers:
        return []
    found = trust.load(connection)
    barred = formers & {node for node, _ in found.revoked}
    streams = set(connection.scalars(select(StreamRow.id).where(StreamRow.node.in_(barred))))
    wanted = _RUNS.where(_S.id == bindparam("run"))
    return [
        lack
        for lack in lacking
        if lack.stream in streams
        and _is_out(connection, found, connection.execute(wanted, {"run": lack.segment}).one())
    ]


def withdraw(connection: Connection, db: Database, found: Trust) -> int:
    """Take out of the log what was read before the revocation came, and make the rows again without it; gives the
    number of segments. They are kept beside. What this PC wrote itself, under this name or a former one, stays: it is the office's own."""
    out = [row for row in _suspected(connection, db, found) if _is_out(connection, found, row)]
    if out:
        at = milliseconds(db.clock.now())
        kept = [
            {"sha256": r.sha256, "bundle_id": bytes(16), "sender": r.node, "reason": REVOKED, "region": r.region,
             "at": at, "payload": r.payload}
            for r in out
        ]  # fmt: skip
        connection.execute(insert(QuarantineRow).on_conflict_do_nothing(), kept)
        numbers = [r.id for r in out]
        with redo.without_guards(connection):
            connection.execute(delete(EntryRow).where(_E.segment.in_(numbers)))
            connection.execute(delete(SegmentRow).where(_S.id.in_(numbers)))
        rebuild.everything(connection)
    return len(out)


def _suspected(connection: Connection, db: Database, found: Trust) -> list[Row[Any]]:
    nodes = {node for node, _ in found.revoked} - {db.node.node_id} - certificates.formers(connection)
    return list(connection.execute(_RUNS.where(StreamRow.node.in_(nodes)))) if nodes else []


def _is_out(connection: Connection, found: Trust, row: Row[Any]) -> bool:
    try:
        checked = verify.check(row.payload, row.raw_len, found, row.region)
        check(connection, checked, {})
    except Violation as violation:
        return violation.reason == REVOKED
    return False
