"""Which versions of a row's fields are the newest: what an edit must name as its bases (sync.md 2.3)."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection

from desktop.core.db.base import ALIVE
from desktop.core.db.entries import MAX_BASES

# In the place of a field number: what all fields stand on that nobody edited since the row was moved to where it is.
MADE = 0
_READ = "SELECT row, heads FROM row_heads WHERE row IN ({})"
_WRITE = (
    "INSERT INTO row_heads (row, heads) VALUES (?, ?) ON CONFLICT (row) DO UPDATE SET heads = excluded.heads"
)
_PART = 500
_pack = msgspec.msgpack.encode
_unpack = msgspec.msgpack.Decoder(dict[int, list[bytes]]).decode


class Heads:
    """Heads of some rows. A row that was never edited nor moved has one head for every field: its own id."""

    def __init__(self, known: dict[bytes, dict[int, list[bytes]]]) -> None:
        self._known = known
        self._moved: set[bytes] = set()

    @classmethod
    def read(cls, connection: Connection, rows: Sequence[bytes]) -> "Heads":
        found: dict[bytes, dict[int, list[bytes]]] = {}
        for start in range(0, len(rows), _PART):
            part = tuple(rows[start : start + _PART])
            asked = connection.exec_driver_sql(_READ.format(",".join("?" * len(part))), part)
            found.update((row, _unpack(heads)) for row, heads in asked)
        return cls(found)

    def named(self, row: bytes, field: int) -> list[bytes]:
        """The heads that an edit names as its bases: no more than an entry may hold."""
        return self.of(row, field)[:MAX_BASES]

    def of(self, row: bytes, field: int) -> list[bytes]:
        known = self._known.get(row, {})
        return known.get(field) or known.get(MADE, [row])

    def seen(self, row: bytes) -> list[bytes]:
        """The newest versions of all that the row says, those of `alive` first: what a deletion must have seen."""
        return self.all_of(row)[:MAX_BASES]

    def all_of(self, row: bytes) -> list[bytes]:
        known = self._known.get(row, {})
        rest = (eid for field in sorted(known) for eid in known[field])
        return list(dict.fromkeys([*self.of(row, ALIVE), *rest]))

    def move(self, row: bytes, fields: Iterable[int], eid: bytes) -> None:
        """`eid` follows the named heads of these fields of the row."""
        self.set(row, {f: [eid, *self.of(row, f)[MAX_BASES:]] for f in fields})

    def move_back(self, row: bytes, field: int, bases: list[bytes]) -> None:
        """As it was before the version that named these bases. Only looked at, never written."""
        self._known.setdefault(row, {})[field] = bases

    def set(self, row: bytes, heads: dict[int, list[bytes]]) -> None:
        self._known.setdefault(row, {}).update(heads)
        self._moved.add(row)

    def write(self, connection: Connection) -> None:
        if not self._moved:
            return
        lines = [(row, _pack(_sorted(self._known[row]))) for row in sorted(self._moved)]
        connection.exec_driver_sql(_WRITE, lines)
        self._moved.clear()


def _sorted(heads: dict[int, list[bytes]]) -> dict[int, list[bytes]]:
    """The same heads are the same bytes, whichever way they came."""
    return {field: sorted(heads[field]) for field in sorted(heads)}
