"""Printing handbooks and plaques into one file, in the order of village, group and place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from desktop.core import pdf
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent
from desktop.features.handbook import papers, rules, store
from desktop.features.handbook.model import Book, Plaque
from desktop.features.office import api as office
from desktop.features.register import api as register


class Document(StrEnum):
    HANDBOOK = "handbook"
    PLAQUE = "plaque"
    PUBLIC_PLAQUE = "public-plaque"


DOCUMENT_NAMES = {
    Document.HANDBOOK: "帮扶手册",
    Document.PLAQUE: "户内牌",
    Document.PUBLIC_PLAQUE: "公示牌",
}
BATCH = 50


@dataclass(frozen=True, slots=True)
class Missing:
    """A character that no font can draw, and how many households it occurs in."""

    character: str
    households: tuple[str, ...]

    @property
    def code(self) -> str:
        return f"U+{ord(self.character):04X}"


@dataclass(frozen=True, slots=True)
class Printed:
    path: Path
    document: Document
    households: int
    pages: int
    missing: tuple[Missing, ...] = ()
    failed: tuple[tuple[str, str], ...] = field(default_factory=tuple)  # household number, reason


def choose(reader: Reader, village: str = "", number: str = "") -> list[bytes]:
    """Households for a print: one by number, a village by name, or all. Raises Trouble when nothing fits."""
    if number:
        found = register.by_number(reader, number)
        if not found:
            raise Trouble(f"没有编号为“{number}”的户", "请核对户编号", code="print.no_household")
        return found
    if not village:
        found = register.household_ids(reader)
    else:
        found = register.household_ids(reader, region=_village(reader, village))
    if not found:
        raise Trouble("户籍册里还没有户", "请先导入名单或新增户", code="print.empty")
    return found


def _village(reader: Reader, name: str) -> str:
    known = register.villages(reader)
    exact = [key for key, n, _ in known if name in (n, key)]
    begins = [key for key, n, _ in known if n.startswith(name)]
    found = exact or begins
    if len(found) != 1:
        names = "、".join(n for _, n, _ in known[:8])
        raise Trouble(f"没有叫“{name}”的村，或不止一个", f"在册的村有：{names}…", code="print.no_village")
    return found[0]


def missing_characters(
    reader: Reader, ids: Sequence[bytes], document: Document, tell: Tell = silent
) -> list[Missing]:
    """The characters no font has, to be listed before anything is printed."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(ids), BATCH):
        tell(start, len(ids), "正在检查用字")
        for number, character in rules.missing_characters(
            _things(reader, ids[start : start + BATCH], document)
        ):
            found.setdefault(character, []).append(number)
    return [Missing(c, tuple(dict.fromkeys(n))) for c, n in sorted(found.items())]


def _things(reader: Reader, ids: Sequence[bytes], document: Document) -> list[Book] | list[Plaque]:
    return store.books(reader, ids) if document is Document.HANDBOOK else store.plaques(reader, ids)


def print_document(
    reader: Reader,
    ids: Sequence[bytes],
    target: Path,
    document: Document,
    tell: Tell = silent,
    *,
    two_sided: bool = False,
) -> Printed:
    """Draw the papers of these households into one PDF.

    A household that cannot be drawn is listed and does not stop the others. Raises Trouble when the file cannot be
    written, Cancelled when a stop was asked for; neither leaves a file behind.
    """
    reader.require("handbook.print")
    missing = missing_characters(reader, ids, document, tell)
    done, failed = 0, []
    with pdf.writing(target, DOCUMENT_NAMES[document]) as paper:
        for start in range(0, len(ids), BATCH):
            for thing in _things(reader, ids[start : start + BATCH], document):
                tell(done, len(ids), "正在排版")
                try:
                    _draw(paper, thing, document, two_sided)
                    done += 1
                except (ValueError, KeyError, IndexError) as cause:
                    failed.append((thing.number, type(cause).__name__))
        pages = paper.pages
    return Printed(target, document, done, pages, tuple(missing), tuple(failed))


def _draw(paper: pdf.Paper, thing: Book | Plaque, document: Document, two_sided: bool) -> None:
    if isinstance(thing, Book):
        papers.draw_book(paper, thing, two_sided=two_sided)
    else:
        papers.draw_plaque(paper, thing, public=document is Document.PUBLIC_PLAQUE)


def note_print(unit: Unit, printed: Printed) -> None:
    """Write down who printed what; done after the file is there."""
    unit.name = f"打印{DOCUMENT_NAMES[printed.document]}"
    store.note_print(unit, printed.document.value, printed.households, printed.pages)
    said = f"打印{DOCUMENT_NAMES[printed.document]} {printed.households:,} 户 {printed.pages:,} 页"
    office.note(unit, office.Event.PRINT, said)
