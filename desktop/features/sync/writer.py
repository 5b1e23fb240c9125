"""Writing one bundle: manifest, signature, pieces, padding; encrypted while it streams to the stick (sync.md 3)."""

import hashlib
import io
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from desktop.core import crypto
from desktop.core.clock import milliseconds
from desktop.core.db import entries, local
from desktop.core.db.database import Database
from desktop.core.db.local import Node
from desktop.features.sync import frame, sticks
from desktop.features.sync.model import MANIFEST_CONTEXT, Manifest, Piece, Signed

PADDING = 64 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A piece, and how to get its stored bytes when their turn comes."""

    piece: Piece
    read: Callable[[], bytes]


def small(kind: str, raw: bytes) -> Source:
    """A piece that is stored as it is."""
    return Source(Piece(kind, crypto.digest(raw), len(raw), len(raw)), lambda: raw)


class _Pull(io.RawIOBase):
    """A readable file over chunks that are made as they are needed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._rest = iter(chunks), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class _Hashing:
    """A file that is written to while its hash and length are kept."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash, self.length = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self._hash.update(data)
        self.length += len(data)
        return len(data)

    def flush(self) -> None:
        self._file.flush()

    def digest(self) -> bytes:
        return self._hash.digest()


def manifest_for(
    connection: Connection,
    db: Database,
    chain: tuple[Signed, ...],
    recipient: bytes,
    pieces: list[Piece],
    part: int,
    parts: int,
) -> Manifest:
    """A manifest of this node with the next serial."""
    serial = int(local.get(connection, "serial", 0)) + 1
    local.put(connection, {"serial": serial})
    return Manifest(
        bundle_id=secrets.token_bytes(16),
        chain=chain,
        recipients=(recipient,),
        incarnation=db.node.incarnation,
        serial=serial,
        set_id=secrets.token_bytes(16),
        part=part,
        parts=parts,
        critical=(),
        schema=entries.SCHEMA,
        created_at=milliseconds(db.clock.now()),
        pieces=tuple(pieces),
    )


def payload(node: Node, manifest: Manifest, sources: Sequence[Source]) -> Iterator[bytes]:
    """The plaintext, padded so that its size says little."""
    packed = entries.pack(manifest)
    head = len(packed).to_bytes(4, "big") + packed
    head += crypto.sign(node.signing_secret, MANIFEST_CONTEXT, packed)
    yield head
    for source in sources:
        yield source.read()
    length = len(head) + sum(s.piece.stored_len for s in sources)
    yield bytes(-length % PADDING)


def write(
    target: Path, node: Node, recipients: Sequence[str], manifest: Manifest, sources: Sequence[Source]
) -> int:
    """Write the bundle to `target`, sealed to these keys of one office, and prove it by reading back; gives its size
    in bytes. Raises Trouble."""
    sticks.ready(target.parent, 2 * sum(s.piece.stored_len for s in sources) + PADDING)

    def fill(file: IO[bytes]) -> bytes:
        out = _Hashing(file)
        out.write(frame.header(manifest.bundle_id))
        crypto.seal(recipients, io.BufferedReader(_Pull(payload(node, manifest, sources))), out)  # type: ignore[arg-type]
        end = frame.trailer(out.length - frame.HEADER, out.digest())
        out.write(end)
        return out.digest()

    size = sticks.write(target, fill)
    sticks.second_copy(target)
    return size
