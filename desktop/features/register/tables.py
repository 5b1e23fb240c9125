"""Groups, households and people; and the narrow local tables that lists and search read."""

from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop.core.db import sight
from desktop.core.db.base import Base, Day, Id, Merge, Region, StreamKind, Synced, Tags, synced
from desktop.features.register.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS, Field, Kind, width

_NUMERIC = (Kind.YESNO, Kind.MONEY, Kind.HUNDREDTHS, Kind.NUMBER)


def _column(field: Field) -> Any:
    most = width(field)
    return synced(field.no, _type(field), field.merge, title=field.title, most=most, nullable=True)


def _type(field: Field) -> Any:
    if field.kind in _NUMERIC:
        return Integer
    if field.kind is Kind.DATE:
        return Day()
    return Text() if field.merge == Merge.NOTE else String(width(field))


def _points_at(no: int, target: str, *, nullable: bool = False) -> Any:
    """A reference to another row; checked at commit, since a bundle brings rows in any order."""
    key = ForeignKey(target, deferrable=True, initially="DEFERRED")
    return synced(no, Id, Merge.IDENTITY, key, nullable=nullable, index=True)


class GroupRow(Synced, Base):
    """村民小组, in the order in which the village counts them."""

    __tablename__ = "village_group"
    __table_no__ = 10
    name: Mapped[str] = synced(2, String(80), Merge.FACT, title="组名")
    position: Mapped[int] = synced(3, Integer, Merge.FACT)


class HouseholdRow(Synced, Base):
    """户. `number` is the body that never changes; the letter before it follows the state."""

    __tablename__ = "household"
    __table_no__ = 11
    group_id: Mapped[bytes | None] = _points_at(2, "village_group.id", nullable=True)
    place: Mapped[int] = synced(3, Integer, Merge.FACT)
    number: Mapped[str] = synced(4, String(20), Merge.IDENTITY, index=True)
    aliases: Mapped[list[str] | None] = synced(5, Tags, Merge.TAGS, nullable=True)
    unread: Mapped[str | None] = synced(6, Text, Merge.FACT, nullable=True)  # JSON: field -> text as found


class PersonRow(Synced, Base):
    """人, member of one household."""

    __tablename__ = "person"
    __table_no__ = 12
    household_id: Mapped[bytes] = _points_at(2, "household.id")
    position: Mapped[int] = synced(3, Integer, Merge.FACT)
    aliases: Mapped[list[str] | None] = synced(5, Tags, Merge.TAGS, nullable=True)
    unread: Mapped[str | None] = synced(6, Text, Merge.FACT, nullable=True)


for _field in HOUSEHOLD_FIELDS:
    setattr(HouseholdRow, _field.name, _column(_field))
for _field in PERSON_FIELDS:
    setattr(PersonRow, _field.name, _column(_field))


class PrefixRow(Synced, Base):
    """Which letter a household's number begins with in which state; the office edits it [K]."""

    __tablename__ = "number_prefix"
    __table_no__ = 13
    __stream__ = StreamKind.BROADCAST
    __undo_right__ = "office.change"
    state: Mapped[str] = synced(2, String(12), Merge.AUTHORITY)
    prefix: Mapped[str] = synced(3, String(4), Merge.AUTHORITY)


class HouseholdIndex(Base):
    """What the list of households shows, narrow and local; made again from the rows after each change."""

    __tablename__ = "household_index"
    __table_args__ = {"info": sight.BY_REGION}
    household: Mapped[bytes] = mapped_column(Id, primary_key=True)
    region: Mapped[str] = mapped_column(Region, index=True)
    group_name: Mapped[str] = mapped_column(String(80))
    group_position: Mapped[int]
    place: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    head: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    monitor_class: Mapped[str] = mapped_column(String(12))
    phone: Mapped[str] = mapped_column(String(40))


class SearchDoc(Base):
    """One line a person: what a search is confirmed against after the token index gave candidates.

    The index itself is the FTS5 table `search` of migration 0001: tokens only, its rowid this table's id.
    `text` is the plain name, a space, and the plain address, where they differ from what is shown.
    """

    __tablename__ = "search_doc"
    __table_args__ = {"info": sight.BY_HOUSEHOLD}
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[bytes] = mapped_column(Id, unique=True)
    household: Mapped[bytes] = mapped_column(Id, index=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str]
    text: Mapped[str | None]


class SearchHead(Base):
    """The beginnings of numbers that were ever indexed: so few that a search takes each of them by itself."""

    __tablename__ = "search_head"
    head: Mapped[str] = mapped_column(String(8), primary_key=True)
