"""The handbook on A4. Each page has a frame, drawn once a document as a form, and what is filled in."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import TypeVar

from desktop.core import masking
from desktop.core.pdf import A4, Page, Paper
from desktop.features.handbook.model import Book, BookHelper, BookMember, BookVisit
from desktop.features.handbook.paper_cover import cover_frame, fill_cover
from desktop.features.handbook.paper_parts import (
    FAMILY,
    FOOT,
    HELPERS,
    INCOME,
    LEFT,
    MEASURES,
    MEMBERS,
    MORE_MEMBERS,
    POLICIES,
    PROJECTS,
    RESULTS,
    TOP,
    VISITS,
    WIDTH,
    foot_frame,
    heading,
)  # fmt: skip
from desktop.features.handbook.paper_plaque import draw_plaque
from desktop.features.handbook.paper_texts import INCOME_PER_HEAD, income_frame, notes_frame, text_frame

__all__ = ["PAGES_PER_BOOK", "draw_book", "draw_plaque", "pages_of"]

PAGES_PER_BOOK = 8  # of an ordinary household; `pages_of` counts a given one
_ROOM_FOR_VISITS = 3  # rows left for the next visits: a book is not printed full

T = TypeVar("T")


def _nothing(page: Page) -> None:
    """A page that is only written on by hand."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: the form's name, how the form is drawn, how this household's texts are written on it."""

    name: str
    frame: Callable[[Page], None]
    fill: Callable[[Page], None] = _nothing


def draw_book(
    paper: Paper, book: Book, *, two_sided: bool = False, mask_ids: bool = False, only: Collection[int] = ()
) -> int:
    """Draw a household's handbook, or `only` these of its pages; returns how many pages were added.

    `two_sided`: the book begins on a right-hand page and has an even number of pages.
    """
    before = paper.pages
    if two_sided and not only and before % 2:
        paper.page(A4)
    leaves = _leaves(_masked(book) if mask_ids else book, two_sided)
    for n, leaf in enumerate(leaves, 1):
        if not only or n in only:
            page = paper.page(A4)
            page.form(f"handbook.{leaf.name}", leaf.frame)
            page.form("handbook.foot", foot_frame)
            leaf.fill(page)
            _foot(page, book, n, len(leaves))
    return paper.pages - before


def pages_of(book: Book, *, two_sided: bool = False) -> int:
    return len(_leaves(book, two_sided))


def _leaves(book: Book, two_sided: bool) -> list[Leaf]:
    leaves = [
        Leaf("cover", cover_frame, lambda page: fill_cover(page, book)),
        Leaf("family", _family_frame, lambda page: _fill_family(page, book)),
        *_more_members(book),
        *_helpers(book),
        Leaf("measures", _measures_frame),
        Leaf("income", income_frame, lambda page: _fill_income(page, book)),
        *_visits(book),
        Leaf("policies", _policies_frame),
        Leaf("texts", text_frame),
    ]
    return [*leaves, Leaf("notes", notes_frame)] if two_sided and len(leaves) % 2 else leaves


def _more_members(book: Book) -> list[Leaf]:
    rest = _cut(book.members[MEMBERS.people :], MORE_MEMBERS.people)
    first = count(MEMBERS.people + 1, MORE_MEMBERS.people)
    return [
        Leaf("members", _more_frame, partial(_fill_more, part, n))
        for part, n in zip(rest, first, strict=False)
    ]


def _helpers(book: Book) -> list[Leaf]:
    parts = _cut(book.helpers, HELPERS.rows) or [()]
    return [Leaf("helpers", _helpers_frame, partial(_fill_helpers, part)) for part in parts]


def _visits(book: Book) -> list[Leaf]:
    parts = _cut(book.visits, VISITS.rows)
    if not parts or len(parts[-1]) > VISITS.rows - _ROOM_FOR_VISITS:
        parts.append(())
    return [Leaf("visits", _visits_frame, partial(_fill_visits, part)) for part in parts]


def _family_frame(page: Page) -> None:
    heading(page, TOP, "一、家庭情况")
    FAMILY.frame(page)
    heading(page, MEMBERS.y - 4, "二、家庭成员", "包括户主本人")
    MEMBERS.frame(page)


def _more_frame(page: Page) -> None:
    heading(page, TOP, "二、家庭成员（续）")
    MORE_MEMBERS.frame(page)


def _helpers_frame(page: Page) -> None:
    heading(page, TOP, "三、帮扶责任人", "换人另起一行，原来的一行保留")
    HELPERS.frame(page)
    heading(page, PROJECTS.y - 4, "四、脱贫措施与项目规划")
    PROJECTS.frame(page)


def _measures_frame(page: Page) -> None:
    heading(page, TOP, "五、帮扶措施（年度）")
    MEASURES.frame(page)
    heading(page, RESULTS.y - 4, "六、帮扶成效", "请农户本人签字")
    RESULTS.frame(page)


def _visits_frame(page: Page) -> None:
    heading(page, TOP, "八、走访记录", "方式填上门或电话")
    VISITS.frame(page)


def _policies_frame(page: Page) -> None:
    heading(page, TOP, "九、享受政策明细")
    POLICIES.frame(page)


def _fill_family(page: Page, book: Book) -> None:
    values = {field.key: getattr(book, field.key, "") for row in FAMILY.rows for field in row}
    values["place"] = _place(book)
    values["income"] = book.income_per_head
    FAMILY.fill(page, values)
    MEMBERS.fill(page, book.members[: MEMBERS.people])


def _fill_more(people: Sequence[BookMember], number: int, page: Page) -> None:
    MORE_MEMBERS.fill(page, people, number)


def _fill_helpers(helpers: Sequence[BookHelper], page: Page) -> None:
    HELPERS.fill(page, [_helper(h) for h in helpers])


def _fill_visits(visits: Sequence[BookVisit], page: Page) -> None:
    VISITS.fill(page, [_visit(v) for v in visits])


def _fill_income(page: Page, book: Book) -> None:
    year = book.income_year if book.income_per_head else ""
    INCOME.fill_head(page, 1, f"{year or '______'}年度（元）")
    INCOME.fill_cell(page, INCOME_PER_HEAD, 1, book.income_per_head)


def _place(book: Book) -> str:
    """The address with its village and group, which an address often repeats."""
    parts = [p for p in (book.county, book.township, book.village, book.group) if p and p not in book.address]
    return "".join([*parts, book.address])


def _helper(helper: BookHelper) -> tuple[str, ...]:
    return helper.name, helper.unit, helper.level, helper.post, helper.telephone, helper.period


def _visit(visit: BookVisit) -> tuple[str, ...]:
    return visit.day, visit.way, visit.visitor, visit.findings, visit.wishes, visit.outcome, ""


def _foot(page: Page, book: Book, number: int, pages: int) -> None:
    page.line_in(LEFT, 288, 70, f"户编号 {book.number}", FOOT)
    what = f"第{book.edition}版", book.printed_on, f"第{number}页（共{pages}页）"
    page.line_in(LEFT + WIDTH - 80, 288, 80, "－".join(w for w in what if w), FOOT, "right")


def _masked(book: Book) -> Book:
    members = tuple(replace(m, id_number=masking.id_number(m.id_number)) for m in book.members)
    return replace(book, members=members)


def _cut(things: Sequence[T], size: int) -> list[Sequence[T]]:
    return [things[start : start + size] for start in range(0, len(things), size)]
