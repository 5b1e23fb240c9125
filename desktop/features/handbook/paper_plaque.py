"""The plaque on A4 across: one to hang indoors, one that may hang on the village's notice board."""

from desktop.core.pdf import A4, Column, Field, Page, Paper, Sheet, Table, Type, draw_qr, landscape
from desktop.core.pdf.page import BLUE, DARK, FILLED, GREY
from desktop.features.handbook import rules
from desktop.features.handbook.model import Plaque

_LEFT, _WIDTH = 17.0, 263.0
_TITLE = Type("hei", 34, DARK, bold=True)
_SUB = Type("song", 13, DARK)
_TAG = Type("hei", 10.5, GREY)
_LABEL = Type("song", 13, DARK)
_VALUE = Type("kai", 17, least=9, leading=1.15)
_KIND = Type("song", 9)
_SMALL = Type("song", 9, GREY)
_FOOT = Type("song", 12, DARK)
# 2.3's fourteen kinds of help; the household's own are ticked by hand.
_KINDS = (
    "产业帮扶", "就业帮扶", "金融帮扶", "公益岗位帮扶", "住房安全保障", "饮水安全保障", "健康帮扶", "义务教育保障",
    "教育帮扶", "综合保障", "社会帮扶", "搬迁", "生产生活条件改善", "基础设施建设",
)  # fmt: skip


def _pair(first: tuple[str, str], second: tuple[str, str]) -> tuple[Field, ...]:
    return Field(*first, 93.5, 38), Field(*second, 93.5, 38)


_WORK = (
    Column("帮扶项目", 60),
    Column("内　　容", 113),
    Column("资金额度（元）", 45),
    Column("完成时限", 45),
)
HOUSEHOLD = Sheet(
    _LEFT, 54,
    (
        _pair(("户主姓名", "head"), ("家庭人口", "population")),
        _pair(("户 属 性", "kind"), ("监测对象类别", "monitor_class")),
        _pair(("主要致贫原因", "cause"), ("本户电话", "telephone")),
        _pair(("帮扶责任人", "helper"), ("责任人单位", "helper_unit")),
        _pair(("责任人电话", "helper_telephone"), ("计划脱贫时间", "goal")),
    ),
    row=12, look=_VALUE, label=_LABEL,
)  # fmt: skip
PUBLIC = Sheet(
    _LEFT, 54,
    (
        _pair(("户主姓名", "head"), ("家庭人口", "population")),
        _pair(("户 属 性", "kind"), ("计划脱贫时间", "goal")),
        _pair(("帮扶责任人", "helper"), ("责任人单位", "helper_unit")),
        _pair(("责任人电话", "helper_telephone"), ("监督电话", "supervision")),
    ),
    row=14, look=_VALUE, label=_LABEL,
)  # fmt: skip
HOUSEHOLD_WORK = Table(_LEFT, HOUSEHOLD.bottom + 28, _WORK, rows=3, row=11, head=10, label=_LABEL)
PUBLIC_WORK = Table(_LEFT, PUBLIC.bottom + 5, _WORK, rows=5, row=12, head=10, label=_LABEL)


def draw_plaque(paper: Paper, plaque: Plaque, *, public: bool = False, mask_name: bool = False) -> int:
    """Draw a household's plaque; the public one shows nothing outside the whitelist. Returns the pages added."""
    page = paper.page(landscape(A4))
    if public:
        plaque = rules.public(plaque, mask_name=mask_name)
    page.form(
        "plaque.public" if public else "plaque.household", _public_frame if public else _household_frame
    )
    sheet = PUBLIC if public else HOUSEHOLD
    sheet.fill(page, {f.key: getattr(plaque, f.key) for row in sheet.rows for f in row})
    _fill(page, plaque, "" if public else plaque.supervision)
    return 1


def _fill(page: Page, plaque: Plaque, supervision: str) -> None:
    page.line_in(75, 45, 147, f"{plaque.village}{plaque.group}", _SUB, "center")
    draw_qr(page, 244, 16, 32, plaque.number)
    page.line_in(238, 51, 44, f"户编号 {plaque.number}", Type("song", 10, DARK), "center")
    if supervision:
        page.line_in(_LEFT + 22, 194, 60, supervision, FILLED)
    page.line_in(
        _LEFT + _WIDTH - 120,
        194,
        120,
        "　".join(t for t in (plaque.issuer, plaque.printed_on) if t),
        _FOOT,
        "right",
    )
    page.line_in(138.5, 194, 20, f"第{plaque.edition}版", _SMALL, "center")


def _frame(page: Page, tag: str) -> None:
    page.frame(9, 9, 279, 192, 0.9)
    page.frame(11, 11, 275, 188, 0.25, BLUE)
    for n, char in enumerate("帮扶公示牌"):
        page.text(148.5 + (n - 2) * 17, 33, char, _TITLE, "center")
    page.text(_LEFT, 22, tag, _TAG)


def _household_frame(page: Page) -> None:
    _frame(page, "户内张贴")
    HOUSEHOLD.frame(page)
    _kinds(page, HOUSEHOLD.bottom)
    HOUSEHOLD_WORK.frame(page)
    page.text(_LEFT, 194, "监督电话：", _FOOT)


def _public_frame(page: Page) -> None:
    _frame(page, "村公示栏")
    PUBLIC.frame(page)
    PUBLIC_WORK.frame(page)


def _kinds(page: Page, top: float) -> None:
    height, step = 23.0, 32.4
    page.fill(_LEFT, top, 38, height)
    page.box(_LEFT, top, 38, height, "帮扶措施\n（打√）", _LABEL, "center")
    for n, kind in enumerate(_KINDS):
        x, y = _LEFT + 38 + n % 7 * step + 1.6, top + 9 + n // 7 * 9.5
        page.frame(x, y - 3.4, 3.6, 3.6, 0.2)
        page.line_in(x + 4.8, y, step - 6, kind, _KIND)
    page.line(_LEFT + 38, top, _LEFT + 38, top + height)
    page.frame(_LEFT, top, _WIDTH, height)
