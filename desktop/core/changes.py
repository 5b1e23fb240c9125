"""Changes: what one action touched, so that open screens know whether their rows are stale."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """`tables` are the names of the touched tables; `action` names the action in the log, for undo."""

    tables: frozenset[str] = frozenset()
    action: bytes = b""

    def touch(self, *names: str) -> bool:
        return not self.tables.isdisjoint(names)
