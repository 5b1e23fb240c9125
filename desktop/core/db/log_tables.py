"""The log's own tables, and what is known of this node. None of them is synced; the entries in them are."""

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from desktop.core.db.base import Base, Id, Region
from desktop.core.db.entries import Entry


class StreamRow(Base):
    """A stream. Of those that this PC writes, `sealed` is the number of the newest own entry that lies in a segment."""

    __tablename__ = "log_stream"
    id: Mapped[int] = mapped_column(primary_key=True)
    node: Mapped[bytes] = mapped_column(Id)
    incarnation: Mapped[bytes] = mapped_column(LargeBinary(8))
    region: Mapped[str] = mapped_column(Region)
    kind: Mapped[str] = mapped_column(String(12))
    sealed: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index("uq_log_stream", "node", "incarnation", "region", "kind", unique=True),)


class SegmentRow(Base):
    """A sealed run of entries. `payload` is what travels, compressed once and forwarded verbatim."""

    __tablename__ = "log_segment"
    id: Mapped[int] = mapped_column(primary_key=True)
    stream: Mapped[int] = mapped_column(ForeignKey("log_stream.id"), index=True)
    first_seq: Mapped[int]
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    last_seq: Mapped[int]
    last_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    raw_len: Mapped[int]


class EntryRow(Base):
    """One entry. Only added; triggers refuse every change but the blanking of what an erased row ever said. `segment` is
    the one in which it came here; an own entry has none, and is in one that covers its number once it is sealed: to
    write that into thirty thousand entries would cost more than sealing them."""

    __tablename__ = "log_entry"
    eid: Mapped[bytes] = mapped_column(Id, primary_key=True)
    stream: Mapped[int] = mapped_column(ForeignKey("log_stream.id"))
    seq: Mapped[int]
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hlc: Mapped[int]
    clock_flag: Mapped[int]
    user: Mapped[bytes] = mapped_column(Id)
    schema: Mapped[int]
    kind: Mapped[str] = mapped_column(String(2))
    table_no: Mapped[int]
    row: Mapped[bytes] = mapped_column(Id)
    salt: Mapped[bytes] = mapped_column(Id)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[bytes] = mapped_column(LargeBinary)
    action: Mapped[int | None] = mapped_column(Integer, index=True)
    segment: Mapped[int | None] = mapped_column(ForeignKey("log_segment.id"))
    __table_args__ = (
        Index("ix_log_entry_stream", "stream", "seq"),
        # Most entries create their row and are found by their own id.
        Index("ix_log_entry_later", "row", sqlite_where=text("row <> eid")),
    )


# The columns of an entry in the order of `Entry`.
ENTRY_COLUMNS = tuple("table_no" if name == "table" else name for name in Entry.__struct_fields__)


class RowHeads(Base):
    """The newest versions of the fields of a row that was ever edited: msgpack {field no: [eids]}.

    A row without a line here was only created: the head of each of its fields is its own id.
    """

    __tablename__ = "row_heads"
    row: Mapped[bytes] = mapped_column(Id, primary_key=True)
    heads: Mapped[bytes] = mapped_column(LargeBinary)


class ConflictRow(Base):
    """A field whose newest versions say different things (sync.md 2.3.2): msgpack of their ids, in order.

    Made by the projection, and gone when an entry names all of them.
    """

    __tablename__ = "conflict"
    __table_args__ = {"info": {"sight": "region"}}
    row: Mapped[bytes] = mapped_column(Id, primary_key=True)
    field: Mapped[int] = mapped_column(primary_key=True)
    table_no: Mapped[int]
    region: Mapped[str] = mapped_column(Region, index=True)
    heads: Mapped[bytes] = mapped_column(LargeBinary)


class ErasureRow(Base):
    """A row that was erased by order (sync.md 2.8), by the entry that orders it; `eid` is the row's own id where only
    the list beside the database still knows of the order. What it ever said is stored nowhere here any more."""

    __tablename__ = "erasure"
    __table_args__ = {"info": {"sight": "region"}}
    eid: Mapped[bytes] = mapped_column(Id, primary_key=True)
    row: Mapped[bytes] = mapped_column(Id, index=True)
    table_no: Mapped[int]
    region: Mapped[str] = mapped_column(Region)
    at: Mapped[int]  # milliseconds since 1970, by the clock of this PC


class ActionRow(Base):
    """One user action on this PC, for history and undo. `table_names` joined by spaces."""

    __tablename__ = "action"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(Id, unique=True)
    name: Mapped[str] = mapped_column(String(60))
    user: Mapped[bytes] = mapped_column(Id)
    at: Mapped[int]  # milliseconds since 1970
    entries: Mapped[int] = mapped_column(default=0)
    table_names: Mapped[str] = mapped_column(String(400), default="")
    undoes: Mapped[int | None]


class LocalRow(Base):
    """What this PC knows of itself: keys, incarnation, counters. Never synced."""

    __tablename__ = "local"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
