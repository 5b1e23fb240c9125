"""A print run as the screen needs it: what is wanted, counted, checked for characters, drawn to be looked at.

What is drawn is a plain PDF with personal data, outside the encrypted database. It lies in a fresh folder that only
this user of the PC may enter (0700), for the seconds between being drawn and being read into memory; the screen then
removes it, and `sweep` at the start of the next run removes what a power cut left behind.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.db.unit import Reader
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.features.handbook.actions import (
    DOCUMENT_NAMES,
    Document,
    Missing,
    Printed,
    missing_characters,
    print_document,
)
from desktop.features.register import api as register


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which paper for whom: one household, a village by its key, or (both empty) everybody.

    `title` says for whom in a file's name: a village or a household's number, never a person.
    """

    document: Document = Document.HANDBOOK
    region: str = ""
    household: bytes = b""
    two_sided: bool = False
    title: str = "全部"


@dataclass(frozen=True, slots=True)
class Count:
    households: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """The households of a run, and the characters that would stay blank in it."""

    ids: tuple[bytes, ...]
    missing: tuple[Missing, ...]


def ids_of(reader: Reader, wanted: Wanted) -> list[bytes]:
    """The households in the order of village, group and place."""
    if wanted.household:
        return [wanted.household]
    return register.household_ids(reader, region=wanted.region)


def count(reader: Reader, wanted: Wanted) -> Count:
    ids = ids_of(reader, wanted)
    return Count(len(ids), register.totals(reader, ids))


def check(reader: Reader, wanted: Wanted, tell: Tell) -> Checked:
    """What has to be known before anything is drawn. Raises Refused without the right, Trouble with nobody."""
    reader.require("handbook.print")
    ids = ids_of(reader, wanted)
    if not ids:
        raise Trouble("户籍册里还没有户", "请先导入名单或新增户", code="print.empty")
    return Checked(tuple(ids), tuple(missing_characters(reader, ids, wanted.document, tell)))


def draw(reader: Reader, wanted: Wanted, ids: Sequence[bytes], folder: Path, tell: Tell) -> Printed:
    """Draw into a fresh private folder below `folder`. Whoever reads the file calls `discard` afterwards."""
    target = _fresh(folder) / _file_name(reader, wanted)
    try:
        return print_document(reader, ids, target, wanted.document, tell, two_sided=wanted.two_sided)
    except BaseException:
        discard(target)
        raise


def _fresh(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=folder))
    except OSError as cause:
        raise Trouble(
            "数据文件夹写不进去，没有排版", "请检查磁盘是否已满后再试一次", code="print.folder"
        ) from cause


def _file_name(reader: Reader, wanted: Wanted) -> str:
    """What 存为 PDF proposes, without what a file's name must not hold."""
    name = f"{DOCUMENT_NAMES[wanted.document]}-{wanted.title}-{reader.today:%Y%m%d}"
    return "".join("-" if c in '<>:"/\\|?*' or c < " " else c for c in name) + ".pdf"


def discard(file: Path) -> None:
    """Remove a drawn file with its private folder."""
    shutil.rmtree(file.parent, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what an earlier run could not. Only one copy of the program holds this folder, so nobody needs it."""
    shutil.rmtree(folder, ignore_errors=True)
