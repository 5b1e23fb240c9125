"""A few enrolled PCs, made once."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator.faults import Mix
from tests.simulator.places import MEMORY, Mould


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def mould(memory: Path) -> Mould:
    """The three PCs of a dense seed."""
    return Mould(memory / "mould", Mix.dense().seats)
