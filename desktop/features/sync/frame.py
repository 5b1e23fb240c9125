"""The outermost layer of a bundle: magic, trailer with length and hash, and the age header's stanzas (sync.md 3.1)."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from desktop.features.sync.model import SUITE, VERSION, BundleRefused, Outcome

MAGIC = b"HHB1\r\n\x1a\n"
ENROL_MAGIC = b"HHE1\r\n\x1a\n"
END = b"HHB1END\n"
HEADER = 28
TRAILER = 48
MAX_BUNDLE = 1 << 30
MAX_RECIPIENTS = 8
_CHUNK = 1 << 20
_AGE = b"age-encryption.org/v1\n"
_MAX_AGE_HEADER = 16 * 1024

_DAMAGED = (Outcome.DAMAGED, "文件不完整或已损坏", "请重新拷贝，或请对方重新写出")


@dataclass(frozen=True, slots=True)
class Frame:
    path: Path
    bundle_id: bytes
    age_length: int


def header(bundle_id: bytes) -> bytes:
    return MAGIC + VERSION.to_bytes(2, "big") + SUITE.to_bytes(2, "big") + bundle_id


def trailer(age_length: int, digest: bytes) -> bytes:
    return END + age_length.to_bytes(8, "big") + digest


def check(path: Path) -> Frame:
    """Magic, trailer and hash of a file, then version and suite, then the stanzas. Raises BundleRefused."""
    size = path.stat().st_size
    if size > MAX_BUNDLE:
        raise BundleRefused(Outcome.DAMAGED, "文件超过 1 GiB，不是本程序写出的数据包")
    with path.open("rb") as file:
        start = file.read(HEADER)
        if start[:8] == ENROL_MAGIC:
            raise BundleRefused(Outcome.NOT_FOR_US, "这是入网文件，不是数据包", "请在“入网”里处理它")
        if size < HEADER + TRAILER or start[:8] != MAGIC:
            raise BundleRefused(*_DAMAGED)
        length = _check_hash(file, size)
        _check_version(start)
        file.seek(HEADER)
        check_stanzas(file.read(min(length, _MAX_AGE_HEADER)))
    return Frame(path, start[12:28], length)


def _check_hash(file: IO[bytes], size: int) -> int:
    file.seek(size - TRAILER)
    end = file.read(TRAILER)
    length = int.from_bytes(end[8:16], "big")
    if end[:8] != END or length != size - HEADER - TRAILER or hash_of(file, size - TRAILER) != end[16:]:
        raise BundleRefused(*_DAMAGED)
    return length


def hash_of(file: IO[bytes], length: int) -> bytes:
    """SHA-256 of the first `length` bytes."""
    found, left = hashlib.sha256(), length
    file.seek(0)
    while left > 0:
        chunk = file.read(min(_CHUNK, left))
        if not chunk:
            break
        found.update(chunk)
        left -= len(chunk)
    return found.digest()


def _check_version(start: bytes) -> None:
    version, suite = int.from_bytes(start[8:10], "big"), int.from_bytes(start[10:12], "big")
    if version != VERSION or suite != SUITE:
        raise BundleRefused(
            Outcome.NEWER_VERSION,
            f"这个数据包是更新版本的程序写的（容器 {version}，算法 {suite}）",
            "请先升级本程序，数据包保留不动",
        )


def check_stanzas(start: bytes) -> None:
    """Only X25519 recipients, at most eight: armour, passwords and plugins are not ours (sync.md 3.1)."""
    end = start.find(b"\n--- ")
    if not start.startswith(_AGE) or end < 0:
        raise BundleRefused(Outcome.NOT_TRUSTED, "加密头不合规定，没有读入")
    stanzas = [line for line in start[:end].split(b"\n") if line.startswith(b"-> ")]
    # age adds one "grease" stanza of random name on purpose; whatever it is, it opens nothing here.
    if not stanzas or len(stanzas) > MAX_RECIPIENTS + 1:
        raise BundleRefused(Outcome.NOT_TRUSTED, "加密头不合规定，没有读入")
    others = [s for s in stanzas if not s.startswith(b"-> X25519 ")]
    if any(not s.split(b" ")[1].endswith(b"-grease") for s in others):
        raise BundleRefused(Outcome.NOT_TRUSTED, "加密方式不合规定，没有读入")


def drop_cache(file: IO[bytes]) -> None:
    """Ask the system to forget its copy, so that reading back reads the stick (Linux; elsewhere nothing happens)."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
