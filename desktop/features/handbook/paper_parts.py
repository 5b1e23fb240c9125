"""The frames of the handbook's pages: sections 一 to 九 as tables, all drawn once a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from desktop.core.pdf import Column, Field, Page, Sheet, Table, Type
from desktop.core.pdf.page import BLUE, DARK, FILLED, GREY, LABEL, LINE, NOTE
from desktop.features.handbook.model import BookMember

LEFT, WIDTH, TOP, BOTTOM = 18.0, 174.0, 20.0, 277.0
HEADING = Type("hei", 13, DARK, bold=True)
FOOT = Type("song", 8.5, GREY)


def heading(page: Page, y: float, title: str, note: str = "") -> None:
    """A section's title with its first line at `y`; a table follows 4 mm below."""
    page.fill(LEFT, y - 4.4, 1.4, 5.2, BLUE)
    page.text(LEFT + 4, y, title, HEADING)
    page.text(LEFT + WIDTH, y, note, NOTE, "right")


def foot_frame(page: Page) -> None:
    page.line(LEFT, 283, LEFT + WIDTH, 283)
    page.text(LEFT + WIDTH / 2, 288, "帮扶手册", FOOT, "center")


def _thirds(*labels: tuple[str, str]) -> tuple[Field, ...]:
    return tuple(Field(label, key, 35, 23) for label, key in labels)


FAMILY = Sheet(
    LEFT, TOP + 4,
    (
        _thirds(("户主姓名", "head"), ("性　　别", "sex"), ("民　　族", "ethnic")),
        _thirds(("出生日期", "birth"), ("家庭人口", "population"), ("联系电话", "telephone")),
        (Field("家庭住址", "place", WIDTH - 23, 23),),
        _thirds(("户 属 性", "kind"), ("监测对象类别", "monitor_class"), ("脱贫年度", "lifted_year")),
        (Field("主要致贫原因", "cause", 35, 23), Field("原因说明", "cause_detail", WIDTH - 81, 23)),
        _thirds(("耕地（亩）", "farmland"), ("林地（亩）", "woodland"), ("牧草地（亩）", "grassland")),
        _thirds(("住房（㎡）", "house_area"), ("危房等级", "house_danger"), ("入 户 路", "road")),
        _thirds(("安全饮水", "water"), ("生活用电", "electricity"), ("人均纯收入（元）", "income")),
    ),
)  # fmt: skip

HELPERS = Table(
    LEFT, TOP + 4,
    (
        Column("姓名", 22), Column("单位", 42, "left"), Column("单位隶属", 22), Column("职务", 26, "left"),
        Column("联系电话", 30), Column("帮扶起止时间", 32),
    ),
    rows=6, row=10,
)  # fmt: skip
PROJECTS = Table(
    LEFT, HELPERS.bottom + 17,
    (
        Column("项目类别", 28), Column("项目名称", 42), Column("规模", 26), Column("资金额度（元）", 26),
        Column("完成时限", 26), Column("预计增收（元）", 26),
    ),
    rows=14, row=10.8,
)  # fmt: skip
MEASURES = Table(
    LEFT, TOP + 4,
    (
        Column("日期", 26), Column("帮扶措施", 64), Column("帮扶单位（投资单位）", 40),
        Column("资金（元）", 24), Column("经手人", 20),
    ),
    rows=12, row=11,
)  # fmt: skip
RESULTS = Table(
    LEFT, MEASURES.bottom + 17,
    (Column("年度", 24), Column("实际收益", 110), Column("农户签字", 40)),
    rows=6, row=13,
)  # fmt: skip
INCOME = Table(
    LEFT, TOP + 4,
    (Column("项　　目", 78, "left"), Column("", 24), *(Column("______年度（元）", 24) for _ in range(3))),
    rows=11, row=17, head=11,
)  # fmt: skip
VISITS = Table(
    LEFT, TOP + 4,
    (
        Column("日期", 20), Column("方式", 14), Column("走访人", 18), Column("走访情况", 48, "left"),
        Column("农户诉求", 28, "left"), Column("解决情况", 26, "left"), Column("双方签字", 20),
    ),
    rows=9, row=27, look=Type("kai", 10.5, leading=1.25),
)  # fmt: skip
POLICIES = Table(
    LEFT, TOP + 4,
    (
        Column("享受的政策", 54), Column("年度", 18), Column("金额（元）", 26), Column("主管部门", 32),
        Column("咨询电话", 28), Column("备注", 16),
    ),
    rows=22, row=10.9,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Members:
    """Two lines a person: thirteen facts do not stand side by side on A4."""

    y: float
    people: int

    FIRST = (
        ("姓名", 26),
        ("性别", 12),
        ("与户主关系", 25),
        ("出生日期", 32),
        ("民族", 18),
        ("身份证号或残疾人证号", 53),
    )
    SECOND = (
        ("文化程度", 21), ("在校生状况", 27), ("健康状况", 24), ("劳动能力", 29), ("务工地点", 24), ("月数", 11),
        ("医保", 10), ("养老", 10), ("大病", 10),
    )  # fmt: skip
    ROW = 8.0
    NUMBER = 8.0

    @property
    def bottom(self) -> float:
        return self.y + (self.people + 1) * 2 * self.ROW

    def frame(self, page: Page) -> None:
        page.fill(LEFT, self.y, WIDTH, 2 * self.ROW)
        page.fill(LEFT, self.y, self.NUMBER, self.bottom - self.y)
        for n in range(self.people + 1):
            self._block(page, self.y + n * 2 * self.ROW)
        page.box(LEFT, self.y, self.NUMBER, 2 * self.ROW, "序\n号", LABEL, "center", pad=0)
        page.line(LEFT + self.NUMBER, self.y, LEFT + self.NUMBER, self.bottom)
        page.frame(LEFT, self.y, WIDTH, self.bottom - self.y)
        self._write(
            page, self.y, [title for title, _ in self.FIRST], [title for title, _ in self.SECOND], LABEL
        )

    def fill(self, page: Page, people: Sequence[BookMember], number: int = 1) -> None:
        """Write these people; the rows are numbered from `number`, the empty ones as well."""
        for n in range(self.people):
            top = self.y + (n + 1) * 2 * self.ROW
            page.box(LEFT, top, self.NUMBER, 2 * self.ROW, str(number + n), LABEL, "center", pad=0)
            if n < len(people):
                self._write(page, top, *cells(people[n]), FILLED)

    def _block(self, page: Page, top: float) -> None:
        if top > self.y:
            page.line(LEFT, top, LEFT + WIDTH, top, 0.3, DARK)
        strokes = [(LEFT + self.NUMBER, top + self.ROW, LEFT + WIDTH, top + self.ROW)]
        for line, columns in enumerate((self.FIRST, self.SECOND)):
            y = top + line * self.ROW
            strokes += [(x, y, x, y + self.ROW) for x in self._lefts(columns)[1:]]
        page.lines(strokes, ink=LINE)

    def _write(self, page: Page, top: float, first: Sequence[str], second: Sequence[str], look: Type) -> None:
        for line, (columns, texts) in enumerate(((self.FIRST, first), (self.SECOND, second))):
            for x, (_, width), text in zip(self._lefts(columns), columns, texts, strict=True):
                page.box(x, top + line * self.ROW, width, self.ROW, text, look, "center", pad=0.5)

    def _lefts(self, columns: tuple[tuple[str, int], ...]) -> list[float]:
        return list(accumulate((w for _, w in columns[:-1]), initial=LEFT + self.NUMBER))


def cells(person: BookMember) -> tuple[list[str], list[str]]:
    first = [person.name, person.sex, person.relation, person.birth, person.ethnic, person.id_number]
    second = [
        person.education, person.student, person.health, person.labour, person.work_place, person.work_months,
        person.medical, person.pension, person.serious_illness,
    ]  # fmt: skip
    return first, second


MEMBERS = Members(FAMILY.bottom + 17, 9)
MORE_MEMBERS = Members(TOP + 4, 14)
