"""The handbook's pages of text: the income rules, section 十 and section 十一. Only what is sourced in domain 2.1-2.8."""

from desktop.core.pdf import Column, Page, Table, Type
from desktop.core.pdf.page import BODY, DARK
from desktop.features.handbook.paper_parts import INCOME, LEFT, TOP, WIDTH, heading

TEXT = Type("song", 10.5, leading=1.55)
STRONG = Type("hei", 10.5, DARK)
ITEM = Type("song", 10, leading=1.25)
SMALL = Type("song", 9.5, DARK, leading=1.5)

INCOME_ROWS = (
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
INCOME_PER_HEAD = 7  # its row
INCOME_RULES = (
    "1. 收入按一个年度核算，金额以元为单位，保留两位小数。",
    "2. 慰问金、一次性救济、临时救助，以及危房改造、搬迁、圈舍等专款补助，不计入纯收入。",
    "3. 自产自用的农产品是否折价、外出务工的房租和生活费是否扣除，按当地规定办理，同一年度用同一口径。",
    "4. 家庭人口以核算当年为准；以后人口有变化，已核算的年度不改。",
)
STANDARD = (
    ("一超过", "家庭年人均纯收入稳定超过当年的脱贫标准。标准每年调整，以当地公布的为准。"),
    ("两不愁", "不愁吃，不愁穿。"),
    ("三保障", "义务教育、基本医疗、住房安全有保障；实际核查时一并查看饮水安全。"),
)
EXIT_STEPS = (
    ("1", "村“两委”组织民主评议"),
    ("2", "村“两委”和驻村工作队入户核实"),
    ("3", "拟退出户认可并签字"),
    ("4", "在村内公示，无异议"),
    ("5", "公告退出"),
    ("6", "在信息系统中标注"),
)
AFTER_EXIT = "退出以户为单位。退出后继续跟踪，脱贫不脱政策。公示天数和审核层级以当地现行文件为准。"
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

EXIT = Table(
    LEFT, TOP + 45, (Column("", 10), Column("退出程序", 84, "left"), Column("日期", 36), Column("经手人", 44)),
    rows=len(EXIT_STEPS), row=9.5, look=BODY,
)  # fmt: skip


def income_frame(page: Page) -> None:
    heading(page, TOP, "七、收入核算表")
    INCOME.frame(page)
    for n, title in enumerate(INCOME_ROWS):
        top = INCOME.y + INCOME.head + n * INCOME.row
        page.box(LEFT, top, INCOME.columns[0].width, INCOME.row, title, ITEM, pad=2)
    for n, rule in enumerate(INCOME_RULES):
        page.text(LEFT, INCOME.bottom + 9 + n * 6.5, rule, SMALL)


def text_frame(page: Page) -> None:
    heading(page, TOP, "十、脱贫标准与退出程序")
    for n, (name, meaning) in enumerate(STANDARD):
        page.text(LEFT + 4, TOP + 11 + n * 8, name, STRONG)
        page.text(LEFT + 22, TOP + 11 + n * 8, meaning, TEXT)
    page.text(
        LEFT + 4, TOP + 36, "本地公布的标准：______年______元；______年______元；______年______元。", TEXT
    )
    EXIT.frame(page)
    EXIT.fill(page, [(*step, "", "") for step in EXIT_STEPS])
    page.text(LEFT + 4, EXIT.bottom + 8, AFTER_EXIT, SMALL)
    _how_to_fill(page, EXIT.bottom + 26)


def _how_to_fill(page: Page, y: float) -> None:
    heading(page, y, "十一、填写说明")
    y += 5
    for n, rule in enumerate(HOW_TO_FILL, 1):
        page.paragraph(LEFT + 4, y, 8, f"{n}.", TEXT)
        y = page.paragraph(LEFT + 11, y, WIDTH - 11, rule, TEXT) + 2


def notes_frame(page: Page) -> None:
    heading(page, TOP, "记　事")
    page.lines([(LEFT, y, LEFT + WIDTH, y) for y in range(int(TOP) + 16, 278, 12)])
