"""The yardstick of the exchange, in two parts.

    python tests/bench/reference_sync.py insert ROWS DATABASE    # plain executemany of the same rows
    python tests/bench/reference_sync.py pack PAYLOAD FOLDER     # zstd, age, SHA-256, two copies written

ROWS is a msgpack file of a list of rows, the entries of a bundle with a column for each of their parts; they go into one
flat table of a SQLCipher file. PAYLOAD is the same content as bytes; it is compressed, encrypted for one recipient,
hashed and written twice, each copy waiting for the disk. No checks, no signatures, no reading back: what a competent
developer writes who only has to get it there. Not to be touched after it was committed. Prints one JSON object.
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

import msgspec
import pyrage
import sqlcipher3.dbapi2 as driver
import zstandard


def insert(rows: list[list[object]], database: Path) -> float:
    """Seconds for all rows in one transaction."""
    connection = driver.connect(str(database), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    connection.execute("PRAGMA journal_mode=WAL")
    columns = ", ".join(f"c{n}" for n in range(len(rows[0])))
    connection.execute(f"CREATE TABLE entries ({columns})")
    start = time.perf_counter()
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO entries VALUES ({', '.join('?' * len(rows[0]))})", rows)
    connection.execute("COMMIT")
    passed = time.perf_counter() - start
    connection.close()
    return passed


def pack(payload: bytes, folder: Path) -> float:
    """Seconds from the bytes to the second copy on the disk."""
    recipient = pyrage.x25519.Identity.generate().to_public()
    start = time.perf_counter()
    sealed = pyrage.encrypt(zstandard.ZstdCompressor().compress(payload), [recipient])
    sealed += hashlib.sha256(sealed).digest()
    for name in ("first", "second"):
        with (folder / name).open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
    return time.perf_counter() - start


def main(what: str, source: Path, target: Path) -> None:
    content = source.read_bytes()
    if what == "insert":
        rows = msgspec.msgpack.decode(content)
        told = {"rows": len(rows), "seconds": insert(rows, target)}
    else:
        told = {"bytes": len(content), "seconds": min(pack(content, target) for _ in range(3))}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
