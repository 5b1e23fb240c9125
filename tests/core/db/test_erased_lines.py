"""The list of erased rows: what is damaged in it, or comes damaged from a stick, keeps nobody out and nothing back."""

import json
from pathlib import Path

import pytest

from desktop.core.db import erased_list
from desktop.core.db.erased_list import Listed
from desktop.features.sync import api as sync
from tests.core.db.test_restore import Office

GOOD = Listed("ab" * 16, 11, "371602012600", 1)
BAD: dict[str, dict[str, object]] = {
    "no hex": {"row": "ab" * 15 + "aq"},
    "short": {"row": "ab"},
    "wide digits": {"row": "\uff11" * 32},
    "region": {"region": "37160201260x"},
    "no region": {"region": ""},
    "table": {"table": 9_999},
    "negative": {"table": -1},
}


def written(path: Path, *more: dict[str, object]) -> Path:
    lines = [
        {"row": GOOD.row, "table": GOOD.table, "region": GOOD.region, "at": GOOD.at} | one for one in more
    ]
    path.write_text(json.dumps(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("what", BAD)
def test_a_damaged_line_is_left_out_and_keeps_nobody_out(township: Office, what: str) -> None:
    db, _ = township
    assert erased_list.read(written(db.paths.erased, BAD[what], {})) == [GOOD]
    sync.catch_up(db)


def test_a_damaged_line_on_a_stick_does_not_come_along(tmp_path: Path) -> None:
    source, target = (
        written(tmp_path / "stick.json", {}, BAD["no hex"], BAD["region"]),
        tmp_path / "here.json",
    )
    erased_list.carry(source, target)
    assert json.loads(target.read_text()) == json.loads(written(source, {}).read_text())


def test_a_list_of_a_newer_program_is_carried_whole(tmp_path: Path) -> None:
    source, target = written(tmp_path / "stick.json", {}, BAD["table"]), tmp_path / "here.json"
    erased_list.carry(source, target)
    assert len(json.loads(target.read_text())) == 2
    assert erased_list.read(target) == [GOOD]


def test_a_list_that_cannot_be_read_keeps_nobody_out_and_is_not_written_over(township: Office) -> None:
    db, _ = township
    db.paths.erased.mkdir()  # to open it is an OSError
    assert erased_list.read(db.paths.erased) == []
    sync.catch_up(db)
    with pytest.raises(OSError):
        erased_list.add(db.paths.erased, [GOOD])
