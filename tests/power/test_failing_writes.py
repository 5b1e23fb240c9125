"""A disk of which any single write or sync fails, once or for good: a sentence, and all or nothing is there.

A sample of the operations in every run, each of them with FULL=1.
"""

from pathlib import Path

import pytest

from tests.power import failing_writes

TELLS = {"import": "db.full", "restore": "restore.failed"}
ALL = [("once", "EIO"), ("stays", "EIO"), ("once", "ENOSPC"), ("stays", "ENOSPC")]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    made = failing_writes.built(tmp_path)
    if made is None:
        pytest.skip("needs a C compiler and Linux; a limit of file sizes is tested in test_disk_full")
    return made


@pytest.mark.parametrize(
    ("kind", "how", "error", "first", "step"),
    [
        ("import", "once", "EIO", 3, 37),
        ("import", "stays", "ENOSPC", 9, 47),
        ("restore", "once", "ENOSPC", 2, 9),
    ],
)
def test_some_operations_fail(
    library: Path, tmp_path: Path, kind: str, how: str, error: str, first: int, step: int
) -> None:
    told = failing_writes.run(library, kind, tmp_path, first, step, how, error)
    assert told[""] > 20
    assert told[TELLS[kind]] > 0  # the C part does what it says
    assert sum(told.values()) - told[""] == len(range(first, told[""] + 1, step))


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", TELLS)
@pytest.mark.parametrize(("how", "error"), ALL)
def test_each_operation_fails(library: Path, tmp_path: Path, kind: str, how: str, error: str) -> None:
    told = failing_writes.run(library, kind, tmp_path, 1, 1, how, error)
    assert told[TELLS[kind]] > 10
    assert sum(told.values()) == 2 * told[""]
