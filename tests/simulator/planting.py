"""Defects that are planted in the program for the length of a seed: the simulator must notice each of them.

A mutant replaces one function by one that is a little wrong, in the way in which somebody might get it wrong.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from tests.simulator.chance import replaced

MUTANTS: dict[str, Callable[[], AbstractContextManager[None]]] = {}


def plant(name: str, owner: Any, attribute: str, make: Callable[[Any], Any]) -> None:
    """`make` gets what stands there and gives what is to stand there instead."""
    MUTANTS[name] = lambda: replaced(owner, attribute, make(getattr(owner, attribute)))


def always(value: Any) -> Callable[[Any], Any]:
    """A function that gives this, whatever it is asked."""
    return lambda _: lambda *args, **named: value
