"""The blobs of an office: where they lie, under which key, and from which files the small ones were made."""

from sqlalchemy import Connection, LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from desktop.core import crypto
from desktop.core.blobs import Blobs
from desktop.core.db import database, local
from desktop.core.db.base import Base
from desktop.core.db.database import Database

_KEY = "blob_key"


class OriginalRow(Base):
    """Of a photo that was shrunk: the file as it came, and the place that the camera wrote into it. Stays here."""

    __tablename__ = "blob_original"
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    original: Mapped[bytes] = mapped_column(LargeBinary(32))
    place: Mapped[str] = mapped_column(String(40))


def blobs_of(db: Database) -> Blobs:
    """The key is drawn once and lies in the database: changing the database's own key leaves the files as they are."""
    with db.engine.connect() as connection:
        key = local.get(connection, _KEY)
    return Blobs(db.paths.blobs, bytes(key) if key else _draw(db))


def _draw(db: Database) -> bytes:
    with database.writing(db.engine) as connection:
        key = local.get(connection, _KEY) or crypto.random_key()
        local.put(connection, {_KEY: key})
    return bytes(key)


def keep_original(connection: Connection, sha256: bytes, original: bytes, place: str) -> None:
    """Which file the small one was made from, and where it was taken."""
    connection.execute(delete(OriginalRow).where(OriginalRow.sha256 == sha256))
    connection.execute(insert(OriginalRow).values(sha256=sha256, original=original, place=place))


def original(connection: Connection, sha256: bytes) -> tuple[bytes, str]:
    """The file as it came and where it was taken; the small one itself where no other is here."""
    wanted = select(OriginalRow.original, OriginalRow.place).where(OriginalRow.sha256 == sha256)
    row = connection.execute(wanted).first()
    return (row.original, row.place) if row else (sha256, "")


def originals_of(connection: Connection, kept: set[bytes]) -> list[bytes]:
    """The originals of the files that stay; what is known of the others is forgotten."""
    rows = connection.execute(select(OriginalRow.sha256, OriginalRow.original)).all()
    for row in rows:
        if row.sha256 not in kept:
            connection.execute(delete(OriginalRow).where(OriginalRow.sha256 == row.sha256))
    return [row.original for row in rows if row.sha256 in kept]
