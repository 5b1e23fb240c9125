"""Reading one bundle, in the order that is its security: nothing is parsed before its sender is known (sync.md 3.3)."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec

from desktop.core import crypto
from desktop.core.blobs import MOST_BYTES
from desktop.core.db.entries import UNREADABLE
from desktop.core.db.local import Node
from desktop.features.sync import frame
from desktop.features.sync.model import (
    MANIFEST_CONTEXT,
    BundleRefused,
    Certificate,
    Manifest,
    Outcome,
    Piece,
    PieceKind,
)

MAX_MANIFEST = 4 * 1024 * 1024
MAX_PIECES = 65_536
MAX_STORED = 4 * 1024 * 1024
MAX_RAW = 4 << 30
_unpack = msgspec.msgpack.Decoder(Manifest).decode
# Gives the sender's certificate, checked up to a root that this node trusts; raises BundleRefused.
Trusting = Callable[[Manifest], Certificate]
OnPiece = Callable[[Piece, bytes], None]


def _forged(why: str) -> BundleRefused:
    return BundleRefused(Outcome.NOT_TRUSTED, f"{why}，没有读入", "请与对方核对；文件保留备查")


class _Parser:
    """Takes the plaintext as it is decrypted: manifest first, then one whole piece at a time."""

    def __init__(self, found: frame.Frame, node: Node, trusting: Trusting, on_piece: OnPiece) -> None:
        self._frame, self._node, self._trusting, self._on_piece = found, node, trusting, on_piece
        self._buffer = bytearray()
        self._next = 0
        self.manifest: Manifest | None = None
        self.sender: Certificate | None = None

    def write(self, data: bytes) -> int:
        self._take(data)
        return len(data)

    def flush(self) -> None:
        pass

    @property
    def is_whole(self) -> bool:
        return self.manifest is not None and self._next == len(self.manifest.pieces)

    def _take(self, data: bytes) -> None:
        if self.is_whole:
            return  # padding
        self._buffer += data
        if self.manifest is None and not self._take_manifest():
            return
        while self._take_piece():
            pass

    def _take_manifest(self) -> bool:
        if len(self._buffer) < 4:
            return False
        length = int.from_bytes(self._buffer[:4], "big")
        if length > MAX_MANIFEST:
            raise _forged("数据包目录过大")
        if len(self._buffer) < 4 + length + 64:
            return False
        packed = bytes(self._buffer[4 : 4 + length])
        signature = bytes(self._buffer[4 + length : 68 + length])
        self.sender, self.manifest = self._check(packed, signature)
        del self._buffer[: 68 + length]
        return True

    def _check(self, packed: bytes, signature: bytes) -> tuple[Certificate, Manifest]:
        try:
            manifest = _unpack(packed)
        except UNREADABLE as cause:
            raise _forged("数据包目录读不出来") from cause
        sender = self._trusting(manifest)
        if not crypto.verified(sender.sign_pk, MANIFEST_CONTEXT, packed, signature):
            raise _forged("签名不对")
        self._check_address(manifest)
        _check_sizes(manifest)
        return sender, manifest

    def _check_address(self, manifest: Manifest) -> None:
        if manifest.bundle_id != self._frame.bundle_id:
            raise _forged("数据包被换过外壳")
        if self._node.node_id not in manifest.recipients:
            raise BundleRefused(
                Outcome.NOT_FOR_US, "这个数据包不是写给本机的", "请交给它写明的单位；这里没有读入任何内容"
            )
        if manifest.critical:
            raise BundleRefused(
                Outcome.NEWER_VERSION,
                f"这个数据包需要更新版本的程序（{'、'.join(manifest.critical)}）",
                "请先升级本程序，数据包保留不动",
            )

    def _take_piece(self) -> bool:
        if self.manifest is None or self.is_whole:
            return False
        piece = self.manifest.pieces[self._next]
        if len(self._buffer) < piece.stored_len:
            return False
        stored = bytes(self._buffer[: piece.stored_len])
        del self._buffer[: piece.stored_len]
        if crypto.digest(stored) != piece.sha256:
            raise _forged("数据包里有一段与目录不符")
        self._next += 1
        self._on_piece(piece, stored)
        return True


def _check_sizes(manifest: Manifest) -> None:
    pieces = manifest.pieces
    if not 0 <= manifest.serial < 2**63 or len(manifest.incarnation) != 8:
        raise _forged("数据包目录不合规定")
    if not 1 <= manifest.part <= manifest.parts <= MAX_PIECES:
        raise _forged("数据包目录不合规定")
    if len(pieces) > MAX_PIECES or any(not 0 <= p.stored_len <= _most(p) for p in pieces):
        raise _forged("数据包超过规定的大小")
    if sum(p.raw_len for p in pieces) > MAX_RAW or any(p.raw_len < 0 for p in pieces):
        raise _forged("数据包超过规定的大小")
    unknown = {p.kind for p in pieces} - set(PieceKind)
    if len(manifest.recipients) > frame.MAX_RECIPIENTS or len(unknown) > 64:
        raise _forged("数据包超过规定的大小")


def _most(piece: Piece) -> int:
    return MOST_BYTES if piece.kind == PieceKind.BLOB else MAX_STORED


def read(path: Path, node: Node, trusting: Trusting, on_piece: OnPiece) -> tuple[Manifest, Certificate]:
    """Check a file from the outside in and hand over its pieces in order. Raises BundleRefused, OSError
    for a stick that fails, and what `on_piece` raises.

    A piece of a kind that this program does not know is handed over too; it is not critical, or `critical` says so.
    """
    found = frame.check(path)
    parser = _Parser(found, node, trusting, on_piece)
    _unseal(path, node, found, parser)
    if not parser.is_whole or parser.manifest is None or parser.sender is None:
        raise _forged("数据包内容不全")
    return parser.manifest, parser.sender


def _unseal(path: Path, node: Node, found: frame.Frame, parser: _Parser) -> None:
    """With whichever of the node's keys it was sealed to: keys change, and sticks come late."""
    for left, identity in zip(range(len(node.identities) - 1, -1, -1), node.identities, strict=True):
        with path.open("rb") as file:
            file.seek(frame.HEADER)
            try:
                crypto.unseal(identity, io.BufferedReader(_Window(file, found.age_length)), parser)
                return
            except crypto.SealBroken as cause:
                if not left or not _is_of_another_key(cause):
                    raise _why(cause) from cause


def _is_of_another_key(cause: Exception) -> bool:
    return "matching key" in str(cause).lower()


def _why(cause: Exception) -> BundleRefused:
    if _is_of_another_key(cause):
        return BundleRefused(
            Outcome.NOT_FOR_US, "这个数据包不是写给本机的", "请交给它写明的单位；这里没有读入任何内容"
        )
    return _forged("数据包解密时发现内容被改动")


class _Window(io.RawIOBase):
    """The age part of the file, and nothing of the trailer."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file, self._left = file, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._file.read(min(len(view), self._left))
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)
