"""Search as one types over a county's 120,000 people, by kind of what is typed, against LIKE.

    .venv/bin/python -m tests.bench.bench_search

Limits of the issue: p95 of each kind under 20 ms; p50 of the four kinds that the issue names (JUDGED) at least 20
times faster than LIKE. Both give the first fifty they find. What half the county has in common (371602, zx) LIKE finds
among its first rows, so that the other kinds are only held to the 20 ms.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from sqlalchemy import text

from desktop.core import pinyin
from desktop.core.db.unit import Reader
from desktop.features.office import api as office
from desktop.features.register import api as register
from tests.bench import county

ASKED, MOST_MS, LEAST_TIMES = 150, 20.0, 20.0
JUDGED = ("name, 2 characters", "initials of a name", "address, 2 characters", "digits, 6 from the end")
Someone = tuple[str, str, str, str]


def _everybody(reader: Reader) -> list[Someone]:
    """Name, initials, address and numbers of everybody, for LIKE and to draw what is typed."""
    names = office.PlaceNames(reader.connection)
    rows = reader.connection.execute(
        text(
            "SELECT p.name, i.region, i.group_name, p.id_number, p.phone, p.aliases, i.number, h.phone, h.aliases "
            "FROM person p JOIN household h ON h.id = p.household_id JOIN household_index i ON i.household = h.id"
        )
    )
    return [
        (r[0], pinyin.initials(r[0]), names.of(r[1]) + r[2], " ".join(str(n) for n in r[3:] if n))
        for r in rows
    ]


def _typed(everybody: list[Someone]) -> dict[str, list[str]]:
    chance = Random(7)
    asked: dict[str, list[str]] = {}
    for name, initials, address, numbers in chance.sample(everybody, ASKED):
        card, at = numbers.split()[0], chance.randrange(len(address) - 1)
        drawn = {
            "name, 2 characters": name[:2],
            "initials of a name": initials.split()[0],
            "address, 2 characters": address[:2],
            "digits, 6 from the end": card[-6:],
            "name, 1 character": name[:1],
            "initials, 2 letters": initials[:2],
            "address, any 2 characters": address[at : at + 2],
            "digits, 4 from the end": card[-4:],
            "digits, 4 to 6 from the front": card[: chance.randint(4, 6)],
            "digits, 4 to 6 of a birthday": card[6 : 6 + chance.randint(4, 6)],
            "digits, 3 to 8 of a telephone": numbers.split()[1][: chance.randint(3, 8)],
        }
        for kind, typed in drawn.items():
            asked.setdefault(kind, []).append(typed)
    return asked


def _timed(reader: Reader, typed: str) -> float:
    start = time.perf_counter()
    register.search_people(reader, typed)
    return (time.perf_counter() - start) * 1000


def _percentile(milliseconds: list[float], share: float) -> float:
    return sorted(milliseconds)[min(int(len(milliseconds) * share), len(milliseconds) - 1)]


def measure() -> dict[str, dict[str, float]]:
    """By kind: p50 and p95 of ours and of LIKE in milliseconds, and how many times faster ours is at p50."""
    db, actor = county.filled()
    with db.reader(actor) as reader:
        everybody = _everybody(reader)
        asked = _typed(everybody)
        like = _like(everybody, asked)
        register.search_people(reader, "nobody")
        ours = {kind: [_timed(reader, typed) for typed in some] for kind, some in asked.items()}
    db.close()
    return {kind: _compared(ours[kind], like[kind]) for kind in asked}


def _like(everybody: list[Someone], asked: dict[str, list[str]]) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as name:
        people, queries = Path(name) / "people.json", Path(name) / "queries.json"
        people.write_text(json.dumps(everybody), encoding="utf-8")
        queries.write_text(json.dumps(asked), encoding="utf-8")
        database = Path(name) / "like.db"
        found: dict[str, list[float]] = county.told(
            "tests/bench/reference_like.py", str(people), str(queries), str(database)
        )
    return found


def _compared(ours: list[float], like: list[float]) -> dict[str, float]:
    p50, other = _percentile(ours, 0.5), _percentile(like, 0.5)
    return {
        "p50": p50, "p95": _percentile(ours, 0.95), "like p50": other, "like p95": _percentile(like, 0.95),
        "times faster": other / p50,
    }  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    print("search over a county's people, milliseconds")
    county.show(county.calibration())
    figures = measure()
    columns = list(next(iter(figures.values())))
    print(f"{'':32}" + "".join(f"{c:>14}" for c in columns))
    for kind, row in figures.items():
        print(f"{kind:32}" + "".join(f"{row[c]:14.2f}" for c in columns))
    is_fast = all(row["p95"] < MOST_MS for row in figures.values())
    is_good = is_fast and all(figures[kind]["times faster"] >= LEAST_TIMES for kind in JUDGED)
    print(
        f"p95 below {MOST_MS:.0f} ms, p50 {LEAST_TIMES:.0f} times faster than LIKE: {'yes' if is_good else 'NO'}"
    )
    return int(not is_good)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
