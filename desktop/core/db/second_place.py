"""The second place of the backups: a stick or a shared folder, so that a dead or stolen PC costs no data."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec

from desktop.core import blob_copies
from desktop.core.clock import day_of
from desktop.core.db import erased_list, proof, recovery_keys, shelf, snapshot
from desktop.core.db.shelf import Backup
from desktop.core.due import Due
from desktop.core.errors import Trouble
from desktop.core.paths import Paths

LATE_DAYS = 7
_NAME = "second-place.json"


@dataclass(frozen=True, slots=True)
class SecondPlace:
    """The folder that was chosen, and when a copy last arrived there."""

    folder: Path
    copied_at: datetime | None = None

    @property
    def is_there(self) -> bool:
        """Whether the stick is in, or the share reachable. Its folder below is ours to make."""
        return self.folder.is_dir()

    def shelf(self, node_id: bytes) -> Path:
        """Several offices may share one stick: each PC has a folder of its own there."""
        return self.folder / f"yipaiyice-{node_id.hex()[:8]}"


class _Kept(msgspec.Struct):
    folder: str
    copied_at: datetime | None = None


def chosen(paths: Paths) -> SecondPlace | None:
    try:
        found = msgspec.json.decode((paths.backups / _NAME).read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return SecondPlace(Path(found.folder), found.copied_at)


def choose(paths: Paths, folder: Path) -> SecondPlace:
    """Raises Trouble for a folder that cannot be written, or that lies inside the data folder."""
    if folder.resolve().is_relative_to(paths.root.resolve()):
        raise Trouble(
            "这个文件夹就在本机的数据里", "请选U盘或共享文件夹，电脑坏了才找得回来", code="second.same"
        )
    place = SecondPlace(folder)
    _keep(paths, place)
    return place


def copy_latest(paths: Paths, node_id: bytes, now: datetime) -> Path | None:
    """Copy the newest good backup there and read it back. None when nothing is to do or the place is not there."""
    place, newest = chosen(paths), shelf.latest(paths.backups)
    if place is None or newest is None or not place.is_there:
        return None
    target = place.shelf(node_id) / newest.path.name
    if not target.exists():
        _copy(newest, target, paths)
    _carry_erased(paths, target.parent)
    _keep(paths, SecondPlace(place.folder, now))
    return target


def due(paths: Paths, today: date) -> list[Due]:
    """What 今日 shows: no second place, or nothing copied there for seven days."""
    oldest = min((b.day for b in shelf.all_in(paths.backups)), default=None)
    if oldest is None:
        return []
    place = chosen(paths)
    since = day_of(place.copied_at) if place and place.copied_at else oldest
    if 0 <= (today - since).days < LATE_DAYS:
        return []
    since = min(since, today)  # a wrong clock put it into the future
    what = "插上放备份的U盘（或连上共享文件夹）" if place else "给备份选第二个地方（U盘或共享文件夹）"
    until = date.fromordinal(since.toordinal() + LATE_DAYS)
    return [Due(what, "本机数据", until, since, screen="system", given={"tab": "备份"})]


def _copy(backup: Backup, target: Path, paths: Paths) -> None:
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(backup.path, part)
        snapshot.to_disk(part)
        # A copy whose facts were lost is carried as it is; before it is used it is checked anyway.
        if proof.file_digest(part) != (backup.digest or proof.file_digest(backup.path)):
            raise Trouble("拷到第二个地方的备份读回来不一样", "请换一个U盘再试", code="second.damaged")
        if backup.digest:
            shutil.copyfile(shelf.facts_of(backup.path), shelf.facts_of(target))
        recovery_keys.keep(paths.keys, target.parent)
        blob_copies.copy(paths.blobs, target.parent / blob_copies.FOLDER)
        os.replace(part, target)
        snapshot.to_disk(target.parent)
        shelf.tidy(target.parent, target)
    except OSError as cause:
        raise Trouble(
            "备份没有拷到第二个地方", "请检查U盘是否已满或写保护，再试一次", code="second.failed"
        ) from cause
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _carry_erased(paths: Paths, folder: Path) -> None:
    """The copies that lie there may be older than an order: on another PC too they must not bring anybody back."""
    try:
        erased_list.carry(paths.erased, folder / erased_list.NAME)
    except OSError as cause:
        raise Trouble(
            "备份没有拷到第二个地方", "请检查U盘是否已满或写保护，再试一次", code="second.failed"
        ) from cause


def _keep(paths: Paths, place: SecondPlace) -> None:
    try:
        paths.backups.mkdir(exist_ok=True)
        beside = paths.backups / f"{_NAME}.new"
        beside.write_bytes(msgspec.json.encode(_Kept(str(place.folder), place.copied_at)))
        os.replace(beside, paths.backups / _NAME)
    except OSError as cause:
        raise Trouble("设置没有存下来", "请检查磁盘空间，再试一次", code="second.write") from cause
