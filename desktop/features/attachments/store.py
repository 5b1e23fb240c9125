"""Attachments: rows in, dataclasses out."""

from typing import Any

from sqlalchemy import Row, select

from desktop.core.blobs import Blobs
from desktop.core.db.unit import Reader, Unit
from desktop.core.pictures import Prepared
from desktop.features.attachments.model import Attachment, Draft
from desktop.features.attachments.tables import AttachmentRow

_A = AttachmentRow.__table__.c


def of_household(reader: Reader, blobs: Blobs, household_id: bytes) -> list[Attachment]:
    """What belongs to a household, by title in the order of adding."""
    wanted = select(AttachmentRow.__table__).where(_A.household_id == household_id, _A.alive)
    rows = reader.connection.execute(wanted.order_by(_A.title, _A.added_on, _A.id))
    return [_attachment(row, blobs) for row in rows]


def attachment(reader: Reader, blobs: Blobs, attachment_id: bytes) -> Attachment | None:
    wanted = select(AttachmentRow.__table__).where(_A.id == attachment_id, _A.alive)
    row = reader.connection.execute(wanted).first()
    return _attachment(row, blobs) if row else None


def _attachment(row: Row[Any], blobs: Blobs) -> Attachment:
    return Attachment(
        row.id,
        row.household_id,
        row.region,
        row.title,
        row.note or "",
        row.kind,
        row.sha256,
        row.size,
        row.taken_at or "",
        row.added_on,
        row.thumb or b"",
        row.sha256 is not None and blobs.has(row.sha256),
    )


def add(unit: Unit, region: str, draft: Draft, prepared: Prepared, sha256: bytes) -> bytes:
    return unit.add(
        AttachmentRow,
        region,
        household_id=draft.household_id,
        title=draft.title,
        note=draft.note.strip() or None,
        kind=prepared.kind,
        sha256=sha256,
        size=len(prepared.small),
        taken_at=prepared.taken.at or None,
        added_on=unit.today.isoformat(),
        thumb=prepared.thumb or None,
    )


def has_file(reader: Reader, household_id: bytes, sha256: bytes) -> bool:
    """Whether the household has this very file already."""
    wanted = select(_A.id).where(_A.household_id == household_id, _A.sha256 == sha256, _A.alive)
    return reader.connection.execute(wanted).first() is not None


def change(unit: Unit, attachment_id: bytes, title: str, note: str) -> None:
    unit.change(AttachmentRow, attachment_id, title=title, note=note.strip() or None)


def remove(unit: Unit, attachment_id: bytes) -> None:
    unit.remove(AttachmentRow, attachment_id)
