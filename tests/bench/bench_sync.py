"""A township's year written, carried and read at the county; then 4 and 16 of them; then a week of one.

    .venv/bin/python -m tests.bench.bench_sync
    FULL=1 .venv/bin/python -m tests.bench.bench_sync    # then a city: 600 villages, one year

Limits of the issue: reading at least 1/8 of the rows a second of plain executemany; writing, from unsealed entries to
"may be pulled out", at most 4 times zstd, age, SHA-256 and two copies; the cost of an entry flat from 1 to 16;
less than 300 MB; a week each way below 5 s. Writing and reading are processes of their own.
"""

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from desktop.core.clock import SystemClock
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office
from desktop.features.sync import api as sync
from tests.bench import county, townships

MOST = 16
TOWNSHIPS, VILLAGES = 60, 10  # of the city, and of each of its townships
LEAST_SPEED, MOST_TIMES, MOST_MB, MOST_WEEK, MOST_GROWTH = 1 / 8, 4.0, 300.0, 5.0, 1.5
_ROWS = "SELECT eid, seq, prev, hash, hlc, user, kind, table_no, row, salt, body, note FROM log_entry"


def measure() -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=_disk()) as name:
        folder = Path(name)
        _prepare(folder)
        written = [_child("write", folder, n) for n in range(MOST)]
        references = _references(folder)
        read = [_child("read", folder, n) for n in range(MOST)]
        week = _week(folder)
    costs = [r["seconds"] / r["entries"] for r in read]
    speed = read[0]["entries"] / read[0]["seconds"]
    return {
        "entries_of_a_township": read[0]["entries"],
        "write_seconds": written[0]["seconds"],
        "reference_pack_seconds": references["pack"],
        "write_times_the_reference": written[0]["seconds"] / references["pack"],
        "read_seconds": read[0]["seconds"],
        "read_entries_a_second": speed,
        "reference_entries_a_second": references["speed"],
        "read_share_of_the_reference": speed / references["speed"],
        "cost_of_4_over_1": sum(costs[:4]) / 4 / costs[0],
        "cost_of_16_over_1": sum(costs) / MOST / costs[0],
        "peak_mb": max(one["peak_mb"] for one in (*written, *read)),
        **week,
    }


def measure_city() -> dict[str, float]:
    """All townships of a city read at one county, and what the county hands on read at the city: a set of files."""
    with tempfile.TemporaryDirectory(dir=_disk()) as name:
        folder = Path(name)
        _prepare(folder, TOWNSHIPS, VILLAGES)
        written, read = [], []
        for n in range(TOWNSHIPS):
            written.append(_child("write", folder, n))
            read.append(_child("read", folder, n))
            shutil.rmtree(_place(folder, n))
            shutil.rmtree(folder / f"stick{n}")
        up, there = _child("hand_on", folder, 0), _child("read_above", folder, 0)
    return {
        "city_entries": sum(r["entries"] for r in read),
        "city_write_seconds": sum(w["seconds"] for w in written),
        "city_read_seconds": sum(r["seconds"] for r in read),
        "city_last_over_first": read[-1]["seconds"] / read[0]["seconds"],
        "city_handed_on_seconds": up["seconds"],
        "city_read_above_seconds": there["seconds"],
        "city_peak_mb": max(one["peak_mb"] for one in (*written, *read, up, there)),
    }


def _disk() -> Path:
    """Where the other benchmarks keep their files: a folder of memory would be no stick."""
    county.FOLDER.mkdir(parents=True, exist_ok=True)
    return county.FOLDER


def _prepare(folder: Path, count: int = 0, villages: int = 1) -> None:
    """A city, its county and that one's townships with a year of work that nobody has sealed."""
    city, mayor = townships.create(folder / "city", "371600000000", "滨州市", office.Level.CITY)
    above, manager = townships.create(folder / "county", "371602000000", "滨城区", office.Level.COUNTY)
    _enrol(above, manager, city, mayor, folder / "stick")
    city.close()
    for n in range(count or MOST):
        db, actor = townships.create(
            _place(folder, n), f"3716020{n + 1:02d}000", f"第{n + 1}街道", office.Level.TOWNSHIP
        )
        _enrol(db, actor, above, manager, folder / f"stick{n}")
        for village in range(villages):
            own = range(village, townships.HOUSEHOLDS, villages)
            townships.fill(db, actor, f"3716020{n + 1:02d}{600 + village}", own)
        townships.live(db, actor)
        db.close()
    above.close()


def _enrol(db: Database, actor: Actor, above: Database, manager: Actor, stick: Path) -> None:
    stick.mkdir()
    sync.enrol_next(db, actor, stick)
    sync.enrol_next(above, manager, stick, db.node.fingerprint)
    sync.enrol_next(db, actor, stick, above.node.fingerprint)
    for file in stick.glob("*.hhb"):
        file.unlink()


def _references(folder: Path) -> dict[str, float]:
    """What plain programs need for the entries of the first township."""
    db, _ = office.log_in(_place(folder, 0), "admin", "pw")
    with db.engine.connect() as connection:
        rows = [list(row) for row in connection.exec_driver_sql(_ROWS)]
    db.close()
    file, packed = folder / "rows", folder / "packed"
    file.write_bytes(msgspec.msgpack.encode(rows))
    packed.mkdir()
    script = "tests/bench/reference_sync.py"
    inserted = county.told(script, "insert", str(file), str(folder / "reference.db"))
    packing = county.told(script, "pack", str(file), str(packed))
    return {"speed": inserted["rows"] / inserted["seconds"], "pack": packing["seconds"]}


def _week(folder: Path) -> dict[str, float]:
    """The county answers, the township goes on for a week, and its delta goes up and comes back."""
    stick = folder / "stick0"
    _empty(stick)
    _child("answer", folder, 0)
    _child("take", folder, 0)
    _empty(stick)
    _child("work", folder, 0)
    up = [_child("write", folder, 0), _child("read", folder, 0)]
    _empty(stick)
    down = [_child("answer", folder, 0), _child("take", folder, 0)]
    return {
        "week_entries": up[1]["entries"],
        "week_up_seconds": sum(one["seconds"] for one in up),
        "week_down_seconds": sum(one["seconds"] for one in down),
    }


def _empty(stick: Path) -> None:
    shutil.rmtree(stick)
    stick.mkdir()


def _child(step: str, folder: Path, n: int) -> dict[str, float]:
    told: dict[str, float] = county.told("-m", "tests.bench.bench_sync", step, str(folder), str(n))
    return told


def _place(folder: Path, n: int) -> Path:
    return folder / f"township{n}"


def _step(step: str, folder: Path, n: int) -> dict[str, float]:
    place = {"read": folder / "county", "answer": folder / "county", "hand_on": folder / "county",
             "read_above": folder / "city"}.get(step, _place(folder, n))  # fmt: skip
    db, actor = office.log_in(place, "admin", "pw", clock=SystemClock())
    stick = folder / ("stick" if step in ("hand_on", "read_above") else f"stick{n}")
    start = time.perf_counter()
    entries = _STEPS[step](db, actor, stick, n)
    seconds = time.perf_counter() - start
    db.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "entries": entries, "peak_mb": peak}


def _write(db: Database, actor: Actor, stick: Path, n: int) -> int:
    return sum(w.entries for w in sync.write_bundle(db, actor, stick))


def _answer(db: Database, actor: Actor, stick: Path, n: int) -> int:
    return sum(w.entries for w in sync.write_bundle(db, actor, stick, whom=f"第{n + 1}街道"))


def _read(db: Database, actor: Actor, stick: Path, n: int) -> int:
    taken = sync.read_bundles(db, actor, stick)
    if {t.outcome for t in taken} - {sync.Outcome.APPLIED, sync.Outcome.NOTHING_NEW}:
        raise ValueError([t.sentence for t in taken])
    return sum(t.entries for t in taken)


def _work(db: Database, actor: Actor, stick: Path, n: int) -> int:
    townships.live(db, actor, 1 / 52)
    return 0


_STEPS: dict[str, Any] = {
    "write": _write,
    "read": _read,
    "answer": _answer,
    "take": _read,
    "work": _work,
    "hand_on": _write,
    "read_above": _read,
}


def main(arguments: list[str] | None = None) -> int:
    if arguments:
        print(json.dumps(_step(arguments[0], Path(arguments[1]), int(arguments[2]))))
        return 0
    print("a year of a township, carried to the county; then 16 of them")
    county.show(county.calibration())
    figures = measure()
    county.show(figures)
    if os.environ.get("FULL"):
        city = measure_city()
        county.show(city)
        figures["peak_mb"] = max(figures["peak_mb"], city["city_peak_mb"])
    limits = {
        "reading at least 1/8 of executemany": figures["read_share_of_the_reference"] >= LEAST_SPEED,
        "writing at most 4 times the packing": figures["write_times_the_reference"] <= MOST_TIMES,
        "the cost of an entry flat from 1 to 16": figures["cost_of_16_over_1"] <= MOST_GROWTH,
        "below 300 MB": figures["peak_mb"] < MOST_MB,
        "a week below 5 s each way": max(figures["week_up_seconds"], figures["week_down_seconds"])
        < MOST_WEEK,
    }
    for name, is_good in limits.items():
        print(f"{name}: {'yes' if is_good else 'NO'}")
    return int(not all(limits.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
