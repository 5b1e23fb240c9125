"""Sticks on their way: lost, delivered twice, late, out of order, torn, tampered with, brought to the wrong desk."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.features.sync.exchange_maker import repaired


@dataclass
class Stick:
    """A bundle file on its way to the PCs of a node. It cannot be read before `due`."""

    path: Path
    sender: str
    node: bytes
    due: int
    is_dropped: bool = False  # after it was read once, or lost


@dataclass
class Post:
    sticks: list[Stick] = field(default_factory=list)

    def due(self, step: int) -> list[Stick]:
        return [s for s in self.sticks if s.due <= step]

    def drop(self, stick: Stick) -> None:
        self.sticks.remove(stick)
        stick.path.unlink(missing_ok=True)

    def clear(self) -> None:
        for stick in list(self.sticks):
            self.drop(stick)


def torn(path: Path, dice: Random) -> Path:
    """A copy that ends too early."""
    content = path.read_bytes()
    return _beside(path, content[: dice.randrange(len(content))])


def tampered(path: Path, dice: Random) -> Path:
    """A copy of which one bit is another, and half the time the trailer was put right."""
    content = bytearray(path.read_bytes())
    content[dice.randrange(28, len(content) - 48)] ^= 1 << dice.randrange(8)
    return _beside(path, repaired(bytes(content)) if dice.random() < 0.5 else bytes(content))


def _beside(path: Path, content: bytes) -> Path:
    beside = path.with_name(f"x{path.name}")
    beside.write_bytes(content)
    return beside
