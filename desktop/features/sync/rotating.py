"""Changing a PC's keys (sync.md 2.10): the old key vouches for the new one, and the office above certifies it anew.

The node keeps its name. It works with the old keys until the new certificate is here; then it seals what it has, says
where the old key's work ended, and the office above revokes that key up to there.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import Connection

from desktop.core import crypto
from desktop.core.clock import milliseconds
from desktop.core.db import entries, local
from desktop.core.db.database import Database
from desktop.core.errors import Trouble
from desktop.features.sync import certificates, revoking, segments, trust, writer
from desktop.features.sync.model import (
    ROTATE_CONTEXT,
    Certificate,
    NewKeys,
    PieceKind,
    Revocation,
)
from desktop.features.sync.trust import Trust
from desktop.features.sync.writer import Source

# How long a bundle is sealed to the keys of before as well: a PC may be restored from a backup that is that old.
BOTH_MS = timedelta(days=90) // timedelta(milliseconds=1)
# `signing_secret`, `next_signing_secret`; the same for each.
_KEYS = ("signing_secret", "signing_public", "identity", "recipient")
REASON = "更换密钥"
unpack = msgspec.msgpack.Decoder(NewKeys).decode


def begin(connection: Connection, db: Database) -> bool:
    """Make the keys that come next. A root certifies them itself, at once; otherwise they wait for the office above,
    and the result is False."""
    if not local.get(connection, "next_signing_public"):
        _make_keys(connection)
    if local.get(connection, "parent", b""):
        return False
    own = certificates.own(connection)
    if "certify" not in own.caps:
        raise Trouble("本单位还没有入网，不需要更换密钥", "请先与上级办理入网", code="rotate.alone")
    asked = _asked(connection, db)
    _certify(connection, db, own, asked)
    adopt(connection, db, trust.load(connection))
    local.put(connection, {"retired": b""})  # nobody is there to be told
    return True


def _make_keys(connection: Connection) -> None:
    made = dict(zip(_KEYS, (*crypto.new_signing_key(), *crypto.new_sealing_key()), strict=True))
    known = [*local.get(connection, "identities", ()), made["identity"]]
    local.put(connection, {"identities": known, **{f"next_{name}": value for name, value in made.items()}})


def _asked(connection: Connection, db: Database) -> NewKeys:
    """The wish to be certified with the next keys."""
    public = local.get(connection, "next_signing_public")
    recipient = local.get(connection, "next_recipient")
    proof = crypto.sign(local.get(connection, "next_signing_secret"), ROTATE_CONTEXT, recipient.encode())
    return NewKeys(public, recipient, certificates.link(db.node, public), proof)


def told(connection: Connection, db: Database, peer: Certificate) -> list[Source]:
    """What a bundle to the office above says of a change of keys that is under way."""
    if peer.node_id != local.get(connection, "parent", b""):
        return []
    if local.get(connection, "next_signing_public"):
        return [writer.small(PieceKind.NEW_KEYS, entries.pack(_asked(connection, db)))]
    retired = local.get(connection, "retired", b"")
    if retired:
        return [writer.small(PieceKind.NEW_KEYS, retired)]
    return []


def adopt(connection: Connection, db: Database, found: Trust) -> bool:
    """Go over to the next keys as soon as their certificate is here."""
    public = local.get(connection, "next_signing_public")
    own = next((c for c in found.of_node(db.node.node_id) if c.sign_pk == public), None)
    if own is None:
        return False
    before = certificates.own(connection)
    segments.seal_all(connection, db.node)
    ended = revoking.revocation(connection, db, found, before, REASON)
    link = certificates.link(db.node, own.sign_pk)
    values = {name: local.get(connection, f"next_{name}") for name in _KEYS}
    others = [i for i in local.get(connection, "identities") if i != values["identity"]]
    retired = entries.pack(NewKeys(own.sign_pk, own.enc_pk, link, b"", ended))
    local.put(
        connection,
        {
            **values,
            **{f"next_{name}": b"" for name in _KEYS},
            "identities": [db.node.identity, *others],
            "node_id": db.node.node_id,
            "certificate": own.cert_id,
            "retired": retired,
        },
    )
    db.node = local.load_node(connection)
    if found.list_of(db.node.node_id):
        revoking.publish(connection, db)  # signed with the key that counts from here on
    return True


def answered(connection: Connection, found: Trust) -> None:
    """The office above has revoked the old key up to where its work ended: no need to tell it again."""
    packed = local.get(connection, "retired", b"")
    if packed and _is_revoked(found, unpack(packed).retired):
        local.put(connection, {"retired": b""})


def _is_revoked(found: Trust, retired: Revocation | None) -> bool:
    return retired is not None and any(r.cert_id == retired.cert_id for r in found.revoked.values())


# --- at the office above ----------------------------------------------------------------------------------------


def heed(connection: Connection, db: Database, found: Trust, sender: Certificate, packed: bytes) -> None:
    """Certify the new keys of a PC below, or revoke the old one up to where its work ended."""
    try:
        said = unpack(packed)
    except entries.UNREADABLE:
        return
    if db.node.node_id not in found.above(sender.node_id):
        return
    if said.retired is not None:
        _retire(connection, db, found, sender, said.retired)
    elif _is_vouched(sender, said) and not found.by_key((sender.node_id, said.sign_pk)):
        _certify(connection, db, sender, said)


def _is_vouched(sender: Certificate, said: NewKeys) -> bool:
    """By the key that signed the bundle; and whoever asks has the new keys."""
    return (
        said.link.sign_pk == sender.sign_pk
        and certificates.follows(said.link, sender.node_id, said.sign_pk)
        and crypto.verified(said.sign_pk, ROTATE_CONTEXT, said.enc_pk.encode(), said.proof)
        and crypto.is_recipient(said.enc_pk)
        and len(sender.lineage) + 2 <= certificates.MAX_LINEAGE
    )


def _certify(connection: Connection, db: Database, former: Certificate, said: NewKeys) -> None:
    issuer = certificates.own(connection)
    new = msgspec.structs.replace(
        former,
        cert_id=b"",
        sign_pk=said.sign_pk,
        enc_pk=said.enc_pk,
        serial=former.serial + 1,
        issuer=issuer.cert_id,
        lineage=(*former.lineage, said.link),
        issued_at=milliseconds(db.clock.now()),
    )
    certificates.keep(connection, [certificates.sign(db.node, new)])


def _retire(
    connection: Connection, db: Database, found: Trust, sender: Certificate, retired: Revocation
) -> None:
    """A node says this only of an older key of its own."""
    old = next((c for c in found.of_node(sender.node_id) if c.cert_id == retired.cert_id), None)
    is_older = old is not None and old.serial < sender.serial and old.sign_pk != sender.sign_pk
    is_own = all(stream[0] == sender.node_id for stream, _ in retired.heads)
    if is_older and is_own and old is not None and found.revocation(old) is None:
        revoking.publish(connection, db, [msgspec.structs.replace(retired, reason=REASON)])


def addresses(found: Trust, peer: Certificate, now: int) -> Sequence[str]:
    """The keys that a bundle is sealed to: the newest, and for ninety days the one of before."""
    known = found.of_node(peer.node_id)
    newer = dict(zip((c.enc_pk for c in known), known[1:], strict=False))
    late = [old for old, new in newer.items() if now - new.issued_at <= BOTH_MS]
    return list(dict.fromkeys([peer.enc_pk, *late[::-1]]))[:2]
