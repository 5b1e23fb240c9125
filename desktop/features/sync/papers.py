"""The receipt for the person who carries the stick: two lines and a code, on the upper third of a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.core.pdf import Page, Type, draw_qr, writing
from desktop.core.pdf.page import BODY, DARK, LINE, NOTE

_LEFT, _TOP, _WIDTH, _HEIGHT = 18.0, 14.0, 174.0, 62.0
_TITLE = Type("hei", 15, DARK, bold=True)
_CODE = Type("song", 13, leading=1.2)
_MOST_CODES = 8


@dataclass(frozen=True, slots=True)
class Receipt:
    """`said` is what was written or read, in one sentence; `codes` are the numbers of the files (the first eight letters
    of their names), which the other side compares. No personal data."""

    title: str
    said: str
    codes: tuple[str, ...]
    office: str
    made_at: datetime


def print_receipt(receipt: Receipt, target: Path) -> Path:
    """Write the sheet to `target`. Raises Trouble when that cannot be written."""
    with writing(target, receipt.title, receipt.made_at) as paper:
        _slip(paper.page(), receipt)
    return target


def _slip(page: Page, receipt: Receipt) -> None:
    inner = _WIDTH - 46
    page.frame(_LEFT, _TOP, _WIDTH, _HEIGHT)
    page.text(_LEFT + 5, _TOP + 10, receipt.title, _TITLE)
    page.box(_LEFT + 4, _TOP + 14, inner, 20, receipt.said, BODY, valign="top")
    page.box(_LEFT + 4, _TOP + 34, inner, 14, f"编号　{_listed(receipt.codes)}", _CODE, valign="top")
    page.text(_LEFT + 5, _TOP + 56, f"{receipt.office}　{_moment(receipt.made_at)}", NOTE)
    page.line_in(_LEFT + inner - 40, _TOP + 56, 40, "签收：____________", NOTE)
    draw_qr(page, _LEFT + _WIDTH - 42, _TOP + 10, 40, " ".join(receipt.codes))
    page.line(0, _TOP + _HEIGHT + 12, page.width, _TOP + _HEIGHT + 12, 0.1, LINE)
    page.text(
        _LEFT,
        _TOP + _HEIGHT + 16,
        "沿此线剪下，交给带U盘的人；收到的单位读入后，核对“结果”里的文件编号。",
        NOTE,
    )


def _moment(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _listed(codes: Sequence[str]) -> str:
    shown = "　".join(codes[:_MOST_CODES])
    return f"{shown}　等 {len(codes)} 个" if len(codes) > _MOST_CODES else shown
