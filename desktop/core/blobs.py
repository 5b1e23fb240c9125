"""Photos and scans: one encrypted file each, beside the database, named by nothing that tells what it is (sync.md 4)."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.core import crypto
from desktop.core.errors import Trouble

MOST_BYTES = 20 * 1024 * 1024  # sync.md 3.4


def all_in(folder: Path) -> Iterator[Path]:
    """The files of such a folder, whichever key they lie under."""
    yield from (p for p in folder.glob("??/*") if p.suffix == "")


@dataclass(frozen=True, slots=True)
class Blobs:
    """Known by the SHA-256 of what they hold. `key` never leaves the database, and stays when the database's own
    key is changed."""

    folder: Path
    key: bytes

    def put(self, content: bytes) -> bytes:
        """Keep it, whole or not at all; gives its SHA-256. The same content is kept once. Raises Trouble."""
        if len(content) > MOST_BYTES:
            raise Trouble("这个文件超过 20 MB，没有存", "请缩小后再添加", code="blob.large")
        sha256 = crypto.digest(content)
        if not self.has(sha256):
            self._write(self._path(sha256), crypto.lock_blob(self.key, sha256, content))
        return sha256

    def has(self, sha256: bytes) -> bool:
        return self._path(sha256).exists()

    def size(self, sha256: bytes) -> int:
        """How many bytes the content has; -1 when it is not here."""
        try:
            return self._path(sha256).stat().st_size - crypto.BLOB_EXTRA
        except OSError:
            return -1

    def get(self, sha256: bytes) -> bytes | None:
        """The content, None when it is not here. Raises Trouble when the file was changed."""
        try:
            box = self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as cause:
            raise Trouble("附件读不出来", "请检查磁盘后再试一次", code="blob.read") from cause
        try:
            content = crypto.open_blob(self.key, sha256, box)
        except crypto.SealBroken:
            content = b""
        if crypto.digest(content) != sha256:
            raise Trouble("附件文件已损坏", "请从备份或上级重新取得这个附件", code="blob.damaged")
        return content

    def remove(self, sha256: bytes) -> None:
        """Gone for good: nobody needs it any more, or it was erased by order."""
        with suppress(FileNotFoundError):
            self._path(sha256).unlink()

    def files(self) -> Iterator[Path]:
        """Every file that is kept here."""
        yield from all_in(self.folder)

    def sweep(self, wanted: Iterable[bytes]) -> list[str]:
        """Remove every file but those of `wanted`; gives the names of what went."""
        names = {crypto.blob_name(self.key, sha256) for sha256 in wanted}
        gone = [path for path in self.files() if path.name not in names]
        for path in gone:
            with suppress(FileNotFoundError):
                path.unlink()
        return [path.name for path in gone]

    def _path(self, sha256: bytes) -> Path:
        name = crypto.blob_name(self.key, sha256)
        return self.folder / name[:2] / name

    def _write(self, target: Path, box: bytes) -> None:
        part = target.with_name(f"{secrets.token_hex(8)}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with part.open("xb") as file:
                file.write(box)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, target)
        except OSError as cause:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise Trouble("磁盘写不进去，附件没有存", "请腾出空间后再试一次", code="blob.write") from cause
