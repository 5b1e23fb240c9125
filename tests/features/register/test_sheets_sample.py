"""The sample office's real-layout workbooks: clean they have no doubt, spoilt exactly the spoilt cells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.sample.dirt import Dirty
from desktop.sample.people import TODAY, township
from desktop.sample.workbooks import write_layout1, write_layout2
from tests.features.register.workbook_maker import read

WRITERS = [write_layout1, write_layout2]
# What only the importer can know: the office's own township and villages.
PLACES = ("other_township", "unknown_village")


@pytest.mark.parametrize("write", WRITERS)
def test_a_clean_workbook_has_no_doubt(tmp_path: Path, write: Callable[..., list[Dirty]]) -> None:
    write(tmp_path / "a.xlsx", township())
    lines, reading = read(tmp_path / "a.xlsx", TODAY)
    assert reading.doubts == []
    assert (reading.recognised.unknown, reading.skipped) == ((), [])
    if write is write_layout1:
        assert (len(lines), reading.households) == (1479, 759)


@pytest.mark.parametrize("write", WRITERS)
def test_every_spoilt_cell_is_found_and_no_other(tmp_path: Path, write: Callable[..., list[Dirty]]) -> None:
    spoilt = write(tmp_path / "a.xlsx", township(), troubles=True)
    _, reading = read(tmp_path / "a.xlsx", TODAY)
    found = {(doubt.row, doubt.column) for doubt in reading.doubts if doubt.code != "household.differs"}
    assert found == {(d.row, d.column) for d in spoilt if not d.harmless and d.kind not in PLACES}
    assert len(found) >= 10
