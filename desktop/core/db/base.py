"""What every table is made of, and how a synced column says how it merges."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

import msgspec
from sqlalchemy import JSON, Boolean, LargeBinary, MetaData, String, types
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

Id = LargeBinary(16)
Region = String(12)


class Day(String):
    """A date as ISO text, as exactly as it is known: 2023, 2023-04 or 2023-04-12."""

    def __init__(self) -> None:
        super().__init__(10)


CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONVENTION)


class Merge(StrEnum):
    """How concurrent edits of a field are shown until a person settles them (sync.md 2.3)."""

    AUTHORITY = "authority"
    FACT = "fact"
    IDENTITY = "identity"
    TAGS = "tags"
    NOTE = "note"


class StreamKind(StrEnum):
    """Data of a place, what an office tells everybody below it (dictionaries, orders), what concerns only the office
    and those above it (its users), and the audit log."""

    DATA = "data"
    BROADCAST = "broadcast"
    OFFICE = "office"
    AUDIT = "audit"


# What a certificate from the county up allows besides data: to say what holds for everybody below.
DICTIONARY = "dictionary"
ALIVE = 1  # the field number of `alive` in every synced table


def json_text(value: Any) -> str:
    """The one way a list becomes text: the same labels are the same bytes, whichever door they came by."""
    return msgspec.json.encode(value).decode()


class Tags(types.TypeDecorator[list[str]]):
    """A set of short texts, kept as a sorted JSON list; an empty one is NULL, on every node."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return sorted(set(value)) if value else None


def synced(
    no: int, kind: Any, merge: Merge | str, *args: Any, title: str = "", most: int = 0, **options: Any
) -> MappedColumn[Any]:
    """A column that travels. `no` is its number in the log: never reused, never given another meaning.

    `title` is what clerks call it; `most` is how long its text may be where the column itself has no end.
    """
    info = {"no": no, "merge": Merge(merge), "title": title, "most": most}
    return mapped_column(kind, *args, info=info, **options)


class Synced:
    """A row that travels: every change of it is an entry of the log, and `version` names the last one."""

    __table_no__: ClassVar[int]
    __stream__: ClassVar[StreamKind] = StreamKind.DATA
    __ledger__: ClassVar[bool] = False
    __can_undo__: ClassVar[bool] = True
    __cap__: ClassVar[str] = ""  # what the certificate must allow of whoever writes it (sync.md 2.6)
    __undo_right__: ClassVar[str] = ""  # what undoing needs besides the right to undo

    id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    region: Mapped[str] = mapped_column(Region, index=True)
    version: Mapped[bytes] = mapped_column(Id)
    alive: Mapped[bool] = mapped_column(Boolean, default=True, info={"no": ALIVE, "merge": Merge.AUTHORITY})


class Ledger:
    """A row that is only added. A mistake is put right by a row that names it in `reverses`.

    What `__mirrored__` names, a reversal has from the row it reverses (`opposite`), whatever it says itself.
    """

    __table_no__: ClassVar[int]
    __stream__: ClassVar[StreamKind] = StreamKind.DATA
    __ledger__: ClassVar[bool] = True
    __undo_right__: ClassVar[str] = ""
    __mirrored__: ClassVar[tuple[str, ...]] = ()
    # Of what is spent: the column of the account, the table of accounts, and there the column of the PC that may.
    __spends__: ClassVar[tuple[str, type[Any], str] | None] = None

    id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    region: Mapped[str] = mapped_column(Region, index=True)
    version: Mapped[bytes] = mapped_column(Id)
    reverses: Mapped[bytes | None] = mapped_column(Id, index=True, info={"no": 2, "merge": Merge.FACT})

    @classmethod
    def is_sound(cls, values: Mapping[str, Any]) -> bool:
        """Whether a line may say this at all; what is not sound is not taken from another office either."""
        return True
