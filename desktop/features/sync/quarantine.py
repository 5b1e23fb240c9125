"""What was not taken: the file as it came, and of each segment that broke a rule the reason."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from desktop.core import crypto
from desktop.core.clock import milliseconds
from desktop.core.db import database
from desktop.core.db.database import Database
from desktop.core.db.unit import Reader
from desktop.features.sync import certificates
from desktop.features.sync.tables import QuarantineRow
from desktop.features.sync.verify import Violation

MOST_KEPT = 2 << 30
MOST_SHOWN = 500
# The reasons of verify.py, in the words of an office.
_SENTENCES = {
    "signature": "签名不对，或签名的电脑没有有效的证书",
    "region": "写的是对方无权写的地方",
    "foreign row": "改的是别的地方的记录",
    "ancestor": "迁移要由同时管辖两个地方的单位办理",
    "move": "迁移的内容不合规定",
    "erase": "依法删除要由县级及以上单位办理",
    "blanked": "内容被抹去，却没有依法删除的指令",
    "dictionary": "对方的级别不能改统一的代码表",
    "spending node": "积分由另一台电脑管理，对方不能支出",
    "revoked": "签名的电脑已被上级停用，这是停用之后的内容",
    "chain": "前后不连贯，可能被改动过",
    "two entries of one id": "同一个编号下有两种说法",
    "eid": "编号与作者不符",
    "long": "有一项内容比这一栏能放的还长",
    "hidden": "有一项内容里有看不见的字符",
    "date": "有一项日期不是有效的日期",
    "file": "附件不是本程序做的图片或 PDF，或另藏了内容",
}
_OTHER = "内容的格式不合规定"
_PLAIN = re.compile(r"[0-9A-Za-z_-]{1,64}\.hhb")
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(10))}


@dataclass(frozen=True, slots=True)
class SetAside:
    """One segment that was not taken. `region` is where it wanted to write, empty when nobody could read that."""

    sender: str
    sentence: str
    reason: str
    region: str
    at: int  # milliseconds since 1970


def note(db: Database, bundle_id: bytes, sender: bytes, broken: Mapping[bytes, Violation]) -> bool:
    """Write down why these segments, named by their hashes, were not taken. The first reason stays. Gives whether one
    of them is new: a sender who does not know of the refusal brings the same with every bundle."""
    at = milliseconds(db.clock.now())
    rows = [
        {
            "sha256": sha,
            "bundle_id": bundle_id,
            "sender": sender,
            "reason": v.reason,
            "region": v.region,
            "at": at,
        }
        for sha, v in broken.items()
    ]
    with database.writing(db.engine) as connection:
        before = connection.scalar(select(func.count()).select_from(QuarantineRow))
        connection.execute(insert(QuarantineRow).on_conflict_do_nothing(), rows)
        return connection.scalar(select(func.count()).select_from(QuarantineRow)) != before


def forget(connection: Connection, sha256: bytes) -> None:
    """What broke a rule and came again when it did not any more (points spent before the handover arrived)."""
    connection.execute(delete(QuarantineRow).where(QuarantineRow.sha256 == sha256))


def set_aside(reader: Reader) -> list[SetAside]:
    """The segments that were not taken, newest first."""
    wanted = select(QuarantineRow.__table__, certificates.office_of(QuarantineRow.sender))
    newest = wanted.order_by(QuarantineRow.at.desc()).limit(MOST_SHOWN)
    return [
        SetAside(r.office or "", _SENTENCES.get(r.reason, _OTHER), r.reason, r.region, r.at)
        for r in reader.connection.execute(newest)
    ]


def keep_file(db: Database, path: Path) -> None:
    """Keep a file for inspection, encrypted as it came; a full disk or a full quarantine does not stop the work."""
    folder = db.paths.quarantine
    try:
        folder.mkdir(exist_ok=True)
        name = _name(path)
        kept = sum(f.stat().st_size for f in folder.iterdir() if f.name != name)
        if kept + path.stat().st_size <= MOST_KEPT:
            shutil.copyfile(path, folder / name)
    except OSError:
        return


def _name(path: Path) -> str:
    """The file's own name when it is a plain one: on a stick it may be anything, a device of Windows too."""
    if _PLAIN.fullmatch(path.name) and path.stem.upper() not in _DEVICES:
        return path.name
    return f"{crypto.digest(path.name.encode(errors='surrogateescape'))[:16].hex()}.hhb"
