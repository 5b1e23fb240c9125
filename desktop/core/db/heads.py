"""Which versions of a row's fields are the newest: what an edit must name as its bases (sync.md 2.3)."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select

from desktop.core.db.log_tables import RowHeads

_pack = msgspec.msgpack.encode
_unpack = msgspec.msgpack.Decoder(dict[int, list[bytes]]).decode


class Heads:
    """Heads of some rows. A row that was never edited has one head for every field: its own id."""

    def __init__(self, known: dict[bytes, dict[int, list[bytes]]]) -> None:
        self._known = known
        self._moved: set[bytes] = set()

    @classmethod
    def read(cls, connection: Connection, rows: Sequence[bytes]) -> "Heads":
        found = connection.execute(select(RowHeads.row, RowHeads.heads).where(RowHeads.row.in_(list(rows))))
        return cls({row: _unpack(heads) for row, heads in found})

    def of(self, row: bytes, field: int) -> list[bytes]:
        return self._known.get(row, {}).get(field, [row])

    def move(self, row: bytes, fields: Iterable[int], eid: bytes) -> None:
        """`eid` is now the only head of these fields of the row."""
        self.set(row, {f: [eid] for f in fields})

    def move_back(self, row: bytes, field: int, bases: list[bytes]) -> None:
        """As it was before the version that named these bases. Only looked at, never written."""
        self._known.setdefault(row, {})[field] = bases

    def set(self, row: bytes, heads: dict[int, list[bytes]]) -> None:
        self._known.setdefault(row, {}).update(heads)
        self._moved.add(row)

    def write(self, connection: Connection) -> None:
        if not self._moved:
            return
        rows = list(self._moved)
        connection.execute(delete(RowHeads).where(RowHeads.row.in_(rows)))
        connection.execute(insert(RowHeads), [{"row": r, "heads": _pack(self._known[r])} for r in rows])
        self._moved.clear()
