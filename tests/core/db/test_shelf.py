"""Which backups stay, as a pure function of their moments; what lies on the shelf and what is swept from it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.core.clock import BEIJING, day_of
from desktop.core.db import shelf

NOON = datetime(2027, 3, 14, 12, 0, tzinfo=BEIJING)


def days(count: int, step: int = 1) -> list[datetime]:
    return [NOON - timedelta(days=n * step) for n in range(count)]


def test_two_years_of_daily_backups_leave_seven_days_four_weeks_twelve_months() -> None:
    every = days(730)
    stay = sorted(shelf.kept(every), reverse=True)
    # The newest ten are days as well; four weeks reach back to a Sunday three weeks ago.
    assert stay[:10] == every[:10]
    rest = [day_of(m).isoformat() for m in stay[10:]]
    assert rest == [
        "2027-02-28", "2027-02-21", "2027-01-31", "2026-12-31", "2026-11-30", "2026-10-31", "2026-09-30",
        "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30",
    ]  # fmt: skip


def test_of_one_day_the_newest_stays_and_the_newest_ten_of_all() -> None:
    today = [NOON - timedelta(minutes=n) for n in range(12)]
    yesterday = [NOON - timedelta(days=1, minutes=n) for n in range(3)]
    assert shelf.kept(today + yesterday) == {*today[:10], yesterday[0]}


def test_a_pc_that_stood_still_for_months_keeps_its_old_days() -> None:
    rare = days(9, step=60)
    assert shelf.kept(rare) == set(rare)


def test_days_are_the_offices_days_not_greenwich() -> None:
    """0:30 and 7:30 in Beijing are one day, though Greenwich changes its date between 7:59 and 8:00."""
    night, morning = NOON.replace(hour=0, minute=30), NOON.replace(hour=9)
    assert day_of(night) == day_of(morning)
    newer = [NOON + timedelta(minutes=n) for n in range(10)]
    assert shelf.kept([*reversed(newer), morning, night]) == set(newer)


@pytest.mark.parametrize("step", [1, 3, 7, 30])
def test_keeping_day_by_day_is_keeping_at_once(step: int) -> None:
    """Each day's sweep must leave what a later sweep still wants."""
    stay: set[datetime] = set()
    for moment in reversed(days(400, step=step)):
        stay = shelf.kept(sorted([*stay, moment], reverse=True))
    assert stay == shelf.kept(days(400, step=step))


def put(folder: Path, moment: datetime, why: str = "daily", end: str = ".db") -> Path:
    path = shelf.new_path(folder, why, moment).with_suffix(end)
    path.write_bytes(b"copy")
    shelf.facts_of(path).write_text('{"digest": "ab", "program": "1"}')
    return path


def test_the_shelf_lists_the_newest_first_and_knows_its_facts(tmp_path: Path) -> None:
    old, new = put(tmp_path, NOON), put(tmp_path, NOON + timedelta(days=1), "import", ".bad")
    (tmp_path / "notes.db").write_bytes(b"somebody else's")
    found = shelf.all_in(tmp_path)
    assert [(b.path, b.why, b.is_good, b.digest) for b in found] == [
        (new, "import", False, "ab"),
        (old, "daily", True, "ab"),
    ]
    assert found[1].made_at == NOON
    latest = shelf.latest(tmp_path)
    assert latest is not None
    assert latest.path == old
    assert shelf.all_in(tmp_path / "gone") == []


def test_sweeping_takes_facts_halves_and_older_failures_along(tmp_path: Path) -> None:
    for n in range(12):
        put(tmp_path, NOON + timedelta(minutes=n))
        put(tmp_path, NOON + timedelta(minutes=n, seconds=1), "daily", ".bad")
    (tmp_path / "20200101-000000-000000-import.part").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("not ours")
    shelf.tidy(tmp_path, tmp_path / "none")
    assert len(list(tmp_path.glob("*.db"))) == 10
    assert len(list(tmp_path.glob("*.bad"))) == 1
    assert len(list(tmp_path.glob("*.json"))) == 11
    assert not list(tmp_path.glob("*.part"))
    assert (tmp_path / "notes.txt").exists()


def test_a_day_that_a_wrong_clock_invented_goes_after_enough_others() -> None:
    strange = NOON + timedelta(days=365 * 72)
    assert strange in shelf.kept([*days(9), strange, *days(900)[9:]])
    later = days(900)
    assert strange not in shelf.kept([*later[:800], strange, *later[800:]])


def test_sweeping_never_takes_the_copy_just_made(tmp_path: Path) -> None:
    """On a stick there may be copies of a PC whose clock ran ahead."""
    for n in range(14):
        put(tmp_path, NOON - timedelta(days=31 * n))
    made = put(tmp_path, datetime(2010, 1, 1, tzinfo=BEIJING))
    shelf.tidy(tmp_path, made)
    assert made.exists()


def test_a_file_that_is_held_stays_and_stops_nothing(tmp_path: Path) -> None:
    """A folder stands for a file that Windows does not let go."""
    for n in range(12):
        put(tmp_path, NOON + timedelta(minutes=n))
    (tmp_path / "x.part").mkdir()
    held = shelf.all_in(tmp_path)[-1].path
    held.unlink()
    held.mkdir()
    shelf.tidy(tmp_path, tmp_path / "none")
    assert held.exists()
    assert shelf.facts_of(held).exists()
    assert len(list(tmp_path.glob("*.db"))) == 11
