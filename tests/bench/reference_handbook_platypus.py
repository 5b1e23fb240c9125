"""The reference of bench_handbook: the same handbook written with reportlab platypus, plain TTFonts and tables.

As an office's developer would write it from reportlab's manual: short cells are strings, long ones paragraphs,
styles are made once, the C accelerator is installed. Compared with what it measures it does less (no shrinking,
no fallback font, no list of missing characters). Committed once, not touched afterwards.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import zxingcpp
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

FONTS = {"Song": "NotoSerifSC-Regular.ttf", "Hei": "NotoSansSC-Regular.ttf", "Kai": "LXGWWenKai-Regular.ttf"}
HEADING = ParagraphStyle("heading", fontName="Hei", fontSize=13, leading=18, spaceAfter=6, wordWrap="CJK")
TITLE = ParagraphStyle("title", fontName="Hei", fontSize=44, leading=60, alignment=1, wordWrap="CJK")
OFFICE = ParagraphStyle("office", fontName="Song", fontSize=16, leading=24, alignment=1, wordWrap="CJK")
TEXT = ParagraphStyle("text", fontName="Song", fontSize=10.5, leading=16, wordWrap="CJK")
KAI = ParagraphStyle("kai", fontName="Kai", fontSize=10.5, leading=13, wordWrap="CJK")
GRID = [
    ("GRID", (0, 0), (-1, -1), 0.5, colors.Color(0.55, 0.55, 0.55)),
    ("BOX", (0, 0), (-1, -1), 0.85, colors.Color(0.2, 0.2, 0.2)),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("FONT", (0, 0), (-1, -1), "Kai", 11),
]
PALE = colors.Color(0.955, 0.955, 0.955)
HEAD = [
    ("FONT", (0, 0), (-1, 0), "Song", 9.5),
    ("BACKGROUND", (0, 0), (-1, 0), PALE),
    ("ALIGN", (0, 0), (-1, 0), "CENTER"),
]

FAMILY = (
    (("户主姓名", "head"), ("性　　别", "sex"), ("民　　族", "ethnic")),
    (("出生日期", "birth"), ("家庭人口", "population"), ("联系电话", "telephone")),
    (("家庭住址", "address"), ("村", "village"), ("组", "group")),
    (("户 属 性", "kind"), ("监测对象类别", "monitor_class"), ("脱贫年度", "lifted_year")),
    (("主要致贫原因", "cause"), ("原因说明", "cause_detail"), ("", "")),
    (("耕地（亩）", "farmland"), ("林地（亩）", "woodland"), ("牧草地（亩）", "grassland")),
    (("住房（㎡）", "house_area"), ("危房等级", "house_danger"), ("入 户 路", "road")),
    (("安全饮水", "water"), ("生活用电", "electricity"), ("人均纯收入（元）", "income_per_head")),
)
FIRST = (("姓名", "name", 26), ("性别", "sex", 12), ("与户主关系", "relation", 25), ("出生日期", "birth", 32),
         ("民族", "ethnic", 18), ("身份证号或残疾人证号", "id_number", 53))  # fmt: skip
SECOND = (("文化程度", "education", 21), ("在校生状况", "student", 27), ("健康状况", "health", 24),
          ("劳动能力", "labour", 27), ("务工地点", "work_place", 26), ("月数", "work_months", 11),
          ("医保", "medical", 10), ("养老", "pension", 10), ("大病", "serious_illness", 10))  # fmt: skip
HELPERS = (("姓名", 22), ("单位", 42), ("单位隶属", 22), ("职务", 26), ("联系电话", 30), ("帮扶起止时间", 32))
PROJECTS = (
    ("项目类别", 28),
    ("项目名称", 42),
    ("规模", 26),
    ("资金额度（元）", 26),
    ("完成时限", 26),
    ("预计增收（元）", 26),
)
MEASURES = (("日期", 26), ("帮扶措施", 64), ("帮扶单位（投资单位）", 40), ("资金（元）", 24), ("经手人", 20))
RESULTS = (("年度", 24), ("实际收益", 110), ("农户签字", 40))
VISITS = (
    ("日期", 20),
    ("方式", 14),
    ("走访人", 18),
    ("走访情况", 48),
    ("农户诉求", 28),
    ("解决情况", 26),
    ("双方签字", 20),
)
POLICIES = (
    ("享受的政策", 54),
    ("年度", 18),
    ("金额（元）", 26),
    ("主管部门", 32),
    ("咨询电话", 28),
    ("备注", 16),
)
INCOME = (
    "① 工资性收入（务工、零工、公益性岗位）",
    "② 生产经营性收入（出售农产品等）",
    "③ 财产性收入（租金、分红、利息等）",
    "④ 转移性收入（低保、养老金、赡养、持续性补贴等）",
    "⑤ 生产经营性支出",
    "⑥ 家庭纯收入（①＋②＋③＋④－⑤）",
    "⑦ 家庭人口（人）",
    "⑧ 人均纯收入（⑥÷⑦）",
    "核算日期",
    "农户签字",
    "核算人签字",
)
INCOME_RULES = (
    "1. 收入按一个年度核算，金额以元为单位，保留两位小数。",
    "2. 慰问金、一次性救济、临时救助，以及危房改造、搬迁、圈舍等专款补助，不计入纯收入。",
    "3. 自产自用的农产品是否折价、外出务工的房租和生活费是否扣除，按当地规定办理，同一年度用同一口径。",
    "4. 家庭人口以核算当年为准；以后人口有变化，已核算的年度不改。",
)
STANDARD = (
    "一超过　家庭年人均纯收入稳定超过当年的脱贫标准。标准每年调整，以当地公布的为准。",
    "两不愁　不愁吃，不愁穿。",
    "三保障　义务教育、基本医疗、住房安全有保障；实际核查时一并查看饮水安全。",
    "本地公布的标准：______年______元；______年______元；______年______元。",
)
EXIT = (
    "村“两委”组织民主评议",
    "村“两委”和驻村工作队入户核实",
    "拟退出户认可并签字",
    "在村内公示，无异议",
    "公告退出",
    "在信息系统中标注",
)
HOW_TO_FILL = (
    "本手册由乡镇组织填写，随帮扶工作及时更新，内容与信息系统保持一致。楷体字由系统填写，空白处请手写。",
    "“家庭成员”包括户主本人；子女在校的请注明学校和年级；持残疾人证的填写残疾人证号；危房请注明等级。",
    "更换帮扶责任人时请另起一行，注明起止时间，原来的一行保留。",
    "“项目类别”填：雨露计划、扶贫小额信贷、易地搬迁、产业、基础设施、公共服务与社会事业。",
    "“帮扶单位”就是投资单位，可以填写多个。",
    "“帮扶成效”按年度填写实际收益，请农户本人签字。",
    "“走访记录”请注明上门或电话，写清诉求和解决情况，走访人和农户双方签字。",
    "写错时请不要涂改：更正后单独重印这一页，夹在原页之前。每页页脚印有版次、日期和页码，以版次新的为准。",
)


class QrCode(Flowable):
    def __init__(self, text: str, size: float) -> None:
        super().__init__()
        self.text, self.size, self.hAlign = text, size, "CENTER"

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.size, self.size

    def draw(self) -> None:
        code = zxingcpp.create_barcode(self.text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        data = bytes(code.to_image(scale=1, add_quiet_zones=True))
        side = int(len(data) ** 0.5)
        step = self.size / side
        for i, dark in enumerate(data):
            if not dark:
                self.canv.rect(
                    i % side * step, self.size - (i // side + 1) * step, step, step, stroke=0, fill=1
                )


class Book(BaseDocTemplate):
    """Page numbers start again with every household: each changes the document's current book."""

    def __init__(self, target: Path) -> None:
        super().__init__(str(target), pagesize=A4, title="帮扶手册")
        frame = Frame(18 * mm, 16 * mm, 174 * mm, 266 * mm, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self.foot)])
        self.numbers: list[tuple[Any, int]] = []

    def foot(self, canvas: Any, _: Any) -> None:
        book, page = self.numbers[canvas.getPageNumber() - 1]
        canvas.setStrokeGray(0.55)
        canvas.line(18 * mm, 14 * mm, 192 * mm, 14 * mm)
        canvas.setFont("Song", 8.5)
        canvas.setFillGray(0.42)
        canvas.drawString(18 * mm, 9 * mm, f"户编号 {book.number}")
        canvas.drawCentredString(105 * mm, 9 * mm, "帮扶手册")
        canvas.drawRightString(
            192 * mm, 9 * mm, f"第{book.edition}版－{book.printed_on}－第{page}页（共8页）"
        )
        canvas.setFillGray(0)


def table(
    columns: tuple[tuple[str, int], ...], lines: list[list[Any]], rows: int, row: float, wrapped: bool = False
) -> Table:
    if wrapped:
        lines = [[Paragraph(cell, KAI) if cell else "" for cell in line] for line in lines]
    blank = [[""] * len(columns) for _ in range(rows - len(lines))]
    data = [[title for title, _ in columns], *lines, *blank]
    heights = [9 * mm] + [row * mm] * rows
    return Table(data, [w * mm for _, w in columns], heights, style=GRID + HEAD)


def family(book: Any) -> list[Flowable]:
    data = [
        [cell for label, key in row for cell in (label, getattr(book, key) if key else "")] for row in FAMILY
    ]
    shade = [command for c in (0, 2, 4) for command in
             (("BACKGROUND", (c, 0), (c, -1), PALE), ("FONT", (c, 0), (c, -1), "Song", 9.5))]  # fmt: skip
    span = [("SPAN", (3, 4), (5, 4))]
    sheet = Table(data, [23 * mm, 35 * mm] * 3, 9 * mm, style=GRID + shade + span)
    return [
        Paragraph("一、家庭情况", HEADING),
        sheet,
        Spacer(1, 8 * mm),
        Paragraph("二、家庭成员", HEADING),
        *members(book),
    ]


def members(book: Any) -> list[Flowable]:
    lines: list[Flowable] = []
    people = [None, *book.members[:8], *[None] * (8 - len(book.members[:8]))]
    for n, person in enumerate(people):
        for columns in (FIRST, SECOND):
            first = str(n) if columns is FIRST and n else ""
            cells = [title if not n else getattr(person, key) if person else "" for title, key, _ in columns]
            widths = [8 * mm, *(w * mm for _, _, w in columns)]
            lines.append(Table([[first, *cells]], widths, 8 * mm, style=GRID + (HEAD if not n else [])))
    return lines


def visit_lines(book: Any) -> list[list[str]]:
    return [[v.day, v.way, v.visitor, v.findings, v.wishes, v.outcome, ""] for v in book.visits[:9]]


def income(book: Any) -> Table:
    data = [["项　　目", f"{book.income_year}年度（元）", *["______年度（元）"] * 3]]
    data += [[title, book.income_per_head if n == 7 else "", "", "", ""] for n, title in enumerate(INCOME)]
    widths = [78 * mm] + [24 * mm] * 4
    return Table(
        data, widths, [11 * mm] + [17 * mm] * 11, style=[*GRID, *HEAD, ("FONT", (0, 1), (0, -1), "Song", 10)]
    )


def story(book: Any) -> Iterable[Flowable]:
    yield from (Spacer(1, 30 * mm), Paragraph(book.county + book.township, OFFICE), Spacer(1, 12 * mm))
    yield from (
        Paragraph("帮 扶 手 册", TITLE),
        Paragraph("一户一册", OFFICE),
        Spacer(1, 8 * mm),
        QrCode(book.number, 48 * mm),
    )
    yield from (Paragraph(f"户编号　{book.number}", OFFICE), Spacer(1, 16 * mm))
    cover = (
        ("户　　主", book.head),
        ("家庭住址", book.village + book.group),
        ("首次发放日期", book.first_issued),
        ("印制单位", book.issuer),
    )
    under = [("LINEBELOW", (1, 0), (1, -1), 0.7, colors.black), ("FONT", (0, 0), (0, -1), "Song", 14),
             ("FONT", (1, 0), (1, -1), "Kai", 16), ("ALIGN", (1, 0), (1, -1), "CENTER")]  # fmt: skip
    yield from (Table([list(row) for row in cover], [38 * mm, 84 * mm], 15 * mm, style=under), PageBreak())
    yield from (*family(book), PageBreak())
    helpers = [[h.name, h.unit, h.level, h.post, h.telephone, h.period] for h in book.helpers]
    yield from (Paragraph("三、帮扶责任人", HEADING), table(HELPERS, helpers, 6, 10), Spacer(1, 8 * mm))
    yield from (Paragraph("四、脱贫措施与项目规划", HEADING), table(PROJECTS, [], 14, 10.8), PageBreak())
    yield from (Paragraph("五、帮扶措施（年度）", HEADING), table(MEASURES, [], 12, 11), Spacer(1, 8 * mm))
    yield from (Paragraph("六、帮扶成效", HEADING), table(RESULTS, [], 6, 13), PageBreak())
    yield from (Paragraph("七、收入核算表", HEADING), income(book), Spacer(1, 4 * mm))
    yield from (*(Paragraph(rule, TEXT) for rule in INCOME_RULES), PageBreak())
    yield from (
        Paragraph("八、走访记录", HEADING),
        table(VISITS, visit_lines(book), 9, 26, wrapped=True),
        PageBreak(),
    )
    yield from (Paragraph("九、享受政策明细", HEADING), table(POLICIES, [], 22, 10.8), PageBreak())
    yield Paragraph("十、脱贫标准与退出程序", HEADING)
    yield from (*(Paragraph(text, TEXT) for text in STANDARD), Spacer(1, 4 * mm))
    steps = [[str(n), step, "", ""] for n, step in enumerate(EXIT, 1)]
    yield table((("", 10), ("退出程序", 84), ("日期", 36), ("经手人", 44)), steps, 6, 9.5)
    yield from (Spacer(1, 6 * mm), Paragraph("十一、填写说明", HEADING))
    yield from (*(Paragraph(f"{n}. {rule}", TEXT) for n, rule in enumerate(HOW_TO_FILL, 1)), PageBreak())


def write(target: Path, books: list[Any], fonts: Path) -> int:
    """Write all books into one file; returns the number of pages."""
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(fonts / file)))
    document = Book(target)
    flowables: list[Flowable] = []
    for book in books:
        document.numbers += [(book, page) for page in range(1, 9)]
        flowables += story(book)
    document.build(flowables)
    return int(document.page)
