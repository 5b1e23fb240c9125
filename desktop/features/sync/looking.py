"""The first look at a bundle: who sent it, what it brings, and what of that breaks a rule. Nothing is stored."""

from dataclasses import dataclass, field

import msgspec

from desktop.core.db import entries
from desktop.features.sync import blobs, certificates, heeding, revoking, verify
from desktop.features.sync.against import Brought
from desktop.features.sync.model import (
    BundleRefused,
    Certificate,
    Manifest,
    Outcome,
    Piece,
    PieceKind,
    Signed,
    unpack_vector,
)
from desktop.features.sync.trust import Trust
from desktop.features.sync.verify import Violation

_STRANGER = ("对方不在本单位信任的体系内，没有读入", "请与上级核对后再试；文件保留备查")
_REVOKED = ("写这个数据包的电脑已被上级停用，没有读入", "请与上级核对；文件保留备查")
_unpack_certificates = msgspec.msgpack.Decoder(tuple[Signed, ...]).decode


@dataclass
class Looking:
    """What one file brings; `before` is what was believed here without it, `links` of the runs of revoked keys."""

    trust: Trust
    own: Certificate
    before: Trust
    lists: list[Signed] = field(default_factory=list)
    vector: bytes = b""
    wanted: bytes = b""
    asked: dict[str, bytes] = field(default_factory=dict)  # orders and new keys, by kind of piece
    links: dict[bytes, bytes] = field(default_factory=dict)
    brought: Brought = field(default_factory=Brought)
    broken: dict[bytes, Violation] = field(default_factory=dict)  # by the hash of the piece
    passed: dict[bytes, verify.Writers] = field(default_factory=dict)  # of good pieces, whose word they are
    told: list[str] = field(default_factory=list)  # what whoever reads it should know

    @property
    def new_certificates(self) -> list[Signed]:
        return self.trust.besides(self.before)

    def said(self, sender: Certificate) -> heeding.Said:
        return heeding.Said(sender, self.before, self.trust, self.lists, self.asked)

    def sender(self, manifest: Manifest) -> Certificate:
        """Who signed the manifest: it must lead up to a root that is trusted here. Raises BundleRefused."""
        chain = certificates.checked_chain(manifest.chain, certificates.ids(manifest.chain[-1:]))
        self.trust = self.trust.extended(manifest.chain)
        if not self.trust.knows(chain[0]) and self.trust.is_of_root(chain[0]):
            # An office that we trust as a root says by its own signature who is above it.
            self.trust = self.trust.extended(roots=[chain[-1].cert_id])
        if not self.trust.knows(chain[0]):
            raise BundleRefused(Outcome.NOT_TRUSTED, *_STRANGER)
        if self.trust.revocation(chain[0]) is not None:
            raise BundleRefused(Outcome.NOT_TRUSTED, *_REVOKED)
        return chain[0]

    def look(self, piece: Piece, stored: bytes) -> None:
        """First pass: check a piece, store nothing."""
        if piece.kind == PieceKind.CERTIFICATES:
            self.trust = self.trust.extended(_signed(stored))
        elif piece.kind == PieceKind.TRUST:
            self.lists += _signed(stored)
            self.trust = self.trust.extended(lists=self.lists)
        elif piece.kind == PieceKind.VECTOR:
            self.vector = _checked_vector(stored)
        elif piece.kind in (PieceKind.NEW_KEYS, PieceKind.ORDERS):
            self.asked[piece.kind] = stored
        elif piece.kind in (PieceKind.BLOB, PieceKind.WANTED):
            self._look_at_files(piece, stored)
        elif piece.kind == PieceKind.ENTRIES:
            try:
                checked = verify.check(stored, piece.raw_len, self.trust, self.own.prefix)
                if checked.revoked is not None:
                    self.links |= revoking.links_of(checked)
                self.brought.note(checked)
                self.passed[piece.sha256] = checked.writers
            except Violation as violation:
                self.broken[piece.sha256] = violation

    def _look_at_files(self, piece: Piece, stored: bytes) -> None:
        try:
            if piece.kind == PieceKind.BLOB:
                blobs.check(piece, stored)
            else:
                blobs.checked(stored)
                self.wanted = stored
        except Violation as violation:
            self.broken[piece.sha256] = violation


def _checked_vector(stored: bytes) -> bytes:
    try:
        unpack_vector(stored)
    except entries.UNREADABLE as cause:
        raise BundleRefused(Outcome.NOT_TRUSTED, "对方写明已有内容的清单读不出来，没有读入") from cause
    return stored


def _signed(stored: bytes) -> tuple[Signed, ...]:
    try:
        return _unpack_certificates(stored)
    except entries.UNREADABLE as cause:
        raise BundleRefused(Outcome.NOT_TRUSTED, "证书读不出来，没有读入") from cause
