"""Who may be believed: certificates signed by others that are believed, up to a root, and the keys that were revoked
(sync.md 2.6, 2.10).

What counts is the key that signed, not the name of the certificate it was given for: an office that is enrolled below
another one later has two certificates of one key, and what it issued before stays good on both ways.
"""

from collections import deque
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select

from desktop.core import crypto
from desktop.core.db import entries, local
from desktop.features.sync import certificates
from desktop.features.sync.model import TRUST_CONTEXT, Certificate, Revocation, Signed, TrustList
from desktop.features.sync.tables import TrustListRow

# A node and one of its signing keys.
Key = tuple[bytes, bytes]
unpack_list = msgspec.msgpack.Decoder(TrustList).decode


def key_of(certificate: Certificate) -> Key:
    return certificate.node_id, certificate.sign_pk


class Trust:
    """Certificates by node, each checked up to a trusted root: those known here and those a bundle brought.

    A certificate whose key was revoked stays among them: what was signed before counts on.
    """

    def __init__(
        self,
        roots: Iterable[bytes],
        signed: Iterable[Signed],
        lists: Iterable[Signed] = (),
    ) -> None:
        self.roots = frozenset(roots)
        self._pool: dict[bytes, tuple[Signed, Certificate]] = {}
        for s in signed:
            if found := certificates.sound(s):
                self._pool.setdefault(found.cert_id, (s, found))
        self._revoked: dict[Key, Revocation] = {}
        self._lists: dict[bytes, tuple[Signed, TrustList]] = {}
        self._admit()
        self._take_lists(lists)

    def extended(
        self, signed: Iterable[Signed] = (), lists: Iterable[Signed] = (), roots: Iterable[bytes] = ()
    ) -> "Trust":
        """With what a bundle brought. What is not good is left out and hides nothing that is."""
        known = [s for s, _ in self._pool.values()]
        return Trust(self.roots | set(roots), [*known, *signed], [*self.lists, *lists])

    @property
    def nodes(self) -> list[bytes]:
        return list(self._of_node)

    @property
    def good(self) -> list[Signed]:
        return [self._pool[cert_id][0] for cert_id in self._admitted]

    def besides(self, before: "Trust") -> list[Signed]:
        """Those that are believed here and were not there."""
        return [self._pool[i][0] for i, c in self._admitted.items() if not before.knows(c)]

    @property
    def lists(self) -> list[Signed]:
        return [signed for signed, _ in self._lists.values()]

    def of_node(self, node_id: bytes) -> list[Certificate]:
        """A node's certificates, the newest last."""
        return self._of_node.get(node_id, [])

    def newest(self, node_id: bytes) -> Certificate | None:
        """The one that counts now; None for a node that was revoked."""
        return next((c for c in reversed(self.of_node(node_id)) if self.revocation(c) is None), None)

    def revocation(self, certificate: Certificate) -> Revocation | None:
        return self._revoked.get(key_of(certificate))

    @property
    def revoked(self) -> dict[Key, Revocation]:
        return self._revoked

    def knows(self, certificate: Certificate) -> bool:
        return certificate.cert_id in self._admitted

    def is_of_root(self, certificate: Certificate) -> bool:
        """Whether it is of a node that is trusted here as a root, by the root's key or one that it vouched for."""
        keys = {certificate.sign_pk, *(former.sign_pk for former in certificate.lineage)}
        mine = [c for c in self.of_node(certificate.node_id) if c.cert_id in self.roots]
        return any(c.sign_pk in keys for c in mine)

    def list_of(self, node_id: bytes) -> TrustList | None:
        return self._lists[node_id][1] if node_id in self._lists else None

    def by_key(self, key: Key) -> list[Certificate]:
        return [c for c in self.of_node(key[0]) if c.sign_pk == key[1]]

    def above(self, node_id: bytes) -> set[bytes]:
        """The nodes that may take trust back from a node: those that certified it, and those of the places above."""
        found = self._issuers_of(node_id)
        for one in self.of_node(node_id):
            found |= {
                c.node_id
                for c in self._admitted.values()
                if "certify" in c.caps and c.prefix != one.prefix and one.prefix.startswith(c.prefix)
            }
        return found

    def _issuers_of(self, node_id: bytes) -> set[bytes]:
        """Those that certified it, directly or not."""
        found: set[bytes] = set()
        todo = [node_id]
        while todo:
            new = self._issuers.get(todo.pop(), set()) - found - {node_id}
            found |= new
            todo += new
        return found

    # --- from the roots down ------------------------------------------------------------------------------------

    def _admit(self) -> None:
        self._admitted: dict[bytes, Certificate] = {}
        self._issuers: dict[bytes, set[bytes]] = {}
        todo = deque(
            c for i, (s, c) in self._pool.items() if i in self.roots and certificates.is_issued(s, c, c)
        )
        self._admitted.update((c.cert_id, c) for c in todo)
        while todo:
            issuer = todo.popleft()
            if "certify" not in issuer.caps:
                continue
            for signed, subject in self._pool.values():
                may = self._may_have_issued(issuer, subject)
                if not (may and certificates.is_issued(signed, subject, issuer)):
                    continue
                if issuer.node_id != subject.node_id:
                    self._issuers.setdefault(subject.node_id, set()).add(issuer.node_id)
                if subject.cert_id not in self._admitted:
                    self._admitted[subject.cert_id] = subject
                    todo.append(subject)
        self._of_node: dict[bytes, list[Certificate]] = {}
        for found in sorted(self._admitted.values(), key=lambda c: (c.serial, c.cert_id)):
            self._of_node.setdefault(found.node_id, []).append(found)

    def _may_have_issued(self, issuer: Certificate, subject: Certificate) -> bool:
        """What can be said before the signature is looked at, which is dear."""
        if issuer is subject or not subject.prefix.startswith(issuer.prefix):
            return False
        _, named = self._pool.get(subject.issuer, (None, None))
        revoked = self.revocation(issuer)
        return (named is None or key_of(named) == key_of(issuer)) and (
            revoked is None or subject.cert_id in revoked.issued
        )

    # --- what was revoked ---------------------------------------------------------------------------------------

    def _take_lists(self, lists: Iterable[Signed]) -> None:
        """The newest list of each node that it really signed. After that, what a revoked key issued is out."""
        found = [pair for signed in lists if (pair := self._read(signed))]
        self._choose(found)
        if self._revoked:
            self._admit()
            self._choose(found)

    def _choose(self, found: Sequence[tuple[Signed, TrustList]]) -> None:
        """From above downwards: a list signed with a key that was revoked counts no further than that allows."""
        self._lists, self._revoked = {}, {}
        for signed, said in sorted(found, key=lambda p: (len(self.above(p[1].node_id)), -p[1].version)):
            if said.node_id not in self._lists and self._counts(signed, said):
                self._lists[said.node_id] = (signed, said)
                self._apply(said)

    def _read(self, signed: Signed) -> tuple[Signed, TrustList] | None:
        try:
            return signed, unpack_list(signed.content)
        except entries.UNREADABLE:
            return None

    def _counts(self, signed: Signed, said: TrustList) -> bool:
        for c in self.of_node(said.node_id):
            revoked = self.revocation(c)
            may = "certify" in c.caps and (revoked is None or said.version <= revoked.lists)
            if may and crypto.verified(c.sign_pk, TRUST_CONTEXT, signed.content, signed.signature):
                return True
        return False

    def _apply(self, said: TrustList) -> None:
        """Only offices above say that somebody is not to be believed any more."""
        for revocation in said.revocations:
            subject = self._admitted.get(revocation.cert_id)
            if subject is not None and said.node_id in self.above(subject.node_id):
                self._revoked.setdefault(key_of(subject), revocation)


# --- kept in the database ---------------------------------------------------------------------------------------


def load(connection: Connection) -> Trust:
    """All that this node believes."""
    return Trust(local.get(connection, "roots"), certificates.all_known(connection), _lists(connection))


def _lists(connection: Connection) -> list[Signed]:
    found = connection.execute(select(TrustListRow.content, TrustListRow.signature))
    return [Signed(r.content, r.signature) for r in found]


def keep(connection: Connection, found: Trust) -> None:
    """Remember certificates and trust lists that were checked."""
    certificates.keep(connection, found.good)
    keep_lists(connection, found.lists)


def keep_lists(connection: Connection, lists: Sequence[Signed]) -> None:
    for signed in lists:
        said = unpack_list(signed.content)
        connection.execute(delete(TrustListRow).where(TrustListRow.node_id == said.node_id))
        row = {"node_id": said.node_id, "version": said.version, "at": said.at}
        values = {**row, "content": signed.content, "signature": signed.signature}
        connection.execute(insert(TrustListRow).values(values))
