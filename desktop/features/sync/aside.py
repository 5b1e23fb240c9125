"""What was set aside must not outlive an erasure: a file that names an erased person goes, the reason why it was set
aside stays. What cannot be opened with this PC's keys nobody here can read either."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, select, update

from desktop.core.db import database
from desktop.core.db.database import Database
from desktop.core.db.entries import UNREADABLE
from desktop.core.db.local import Node
from desktop.features.sync import certificates, reader, segments, verify
from desktop.features.sync.model import BundleRefused, Certificate, Manifest, Piece, PieceKind
from desktop.features.sync.tables import QuarantineRow
from desktop.features.sync.verify import Violation


def sweep(db: Database, rows: Collection[bytes]) -> None:
    """Leave nothing of these rows in what was set aside. Raises Trouble, OSError."""
    if not rows:
        return
    with database.writing(db.engine) as connection:
        _blank(connection, rows)
    folder = db.paths.quarantine
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if names(path, db.node, rows):
            path.unlink()


def _blank(connection: Connection, rows: Collection[bytes]) -> None:
    """Segments that a revocation withdrew: they may come back, without what was erased."""
    wanted = select(QuarantineRow.sha256, QuarantineRow.payload).where(QuarantineRow.payload.is_not(None))
    for sha256, payload in connection.execute(wanted).all():
        with suppress(*UNREADABLE):
            values = {"payload": segments.blanked(bytes(payload or b""), rows)[0]}
            connection.execute(update(QuarantineRow).where(QuarantineRow.sha256 == sha256).values(values))


def names(path: Path, node: Node, rows: Collection[bytes]) -> bool:
    """Whether the file says anything of these rows, as far as it can be read: it may be cut off or forged."""
    found = False

    def look(piece: Piece, stored: bytes) -> None:
        nonlocal found
        if piece.kind == PieceKind.ENTRIES and not found:
            with suppress(Violation):
                raw = verify.expand(stored, piece.raw_len)
                found = any(row in raw for row in rows)

    # Who sent it does not matter here: every file is taken at its own word.
    with suppress(BundleRefused, IndexError, *UNREADABLE):
        reader.read(path, node, _itself, look)
    return found


def _itself(manifest: Manifest) -> Certificate:
    return certificates.unpack(manifest.chain[0].content)
