"""Writes a sample as the national system's exports look (data/national-exports.md, layouts 1 and 2)."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from desktop.core import money
from desktop.sample.dirt import Cell, Dirty, Row, Spoiling, spoilers
from desktop.sample.model import TODAY, Household, Person
from desktop.sample.people import Sample

_COLUMNS1 = (
    "序号 数据日期 县(市、区、旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 人数 与户主关系 民族 文化程度 "
    "在校生状况 健康状况 劳动技能 务工时间（月） 是否参加大病保险 致贫原因1 危房户 是否解决安全饮用水 人均纯收入 "
    "户联系电话 人联系电话 首次识别时间 人员识别时间 户类型 易返贫致贫户(监测对象)类型 风险是否消除 风险识别时间 "
    "风险消除时间"
)
_COLUMNS2 = (
    "县 乡 村 户编号 人编号 姓名 性别 出生日期 证件类型 证件号码 与户主关系 民族 政治面貌 文化程度 在校生状况 健康状况 "
    "劳动技能 户类型 监测对象类别 识别监测时间 致贫/返贫风险1 致贫/返贫风险2 致贫/返贫风险3 致贫/返贫风险4 "
    "致贫/返贫风险5 其他备注 风险是否已消除 风险消除方式 消除监测时间 人均纯收入（元） 工资性收入 生产经营性收入 转移性收入 "
    "合规自付支出 特困人员救助供养金 是否参加城乡居民基本医疗保险 是否参加城镇职工基本医疗保险 是否参加大病保险 "
    "是否参加城乡居民基本养老保险 是否参加城镇职工基本养老保险 是否接受医疗救助 享受低保政策情况 享受特困供养政策情况 "
    "是否危房户 住房面积 是否解决安全饮用水 是否通生活用电 是否有卫生厕所 入户道路是否硬化 与村主干路距离 耕地面积（亩） "
    "林地面积（亩） 退耕还林面积（亩） 林果面积（亩） 牧草地面积 水面面积 是否义务教育阶段适龄儿童少年失学辍学 "
    "义务教育阶段未上学原因 失学或辍学原因 是否有家庭成员未参加城乡居民（职工）基本医疗保险 风险消除后是否住房损毁 "
    "风险消除后是否饮水设施损毁 风险消除后是否义务教育阶段适龄儿童少年失学辍学 实施开发式帮扶措施情况 产业帮扶 就业帮扶 "
    "金融帮扶 公益岗位帮扶 公益性岗位帮扶其他备注 公益性岗位 公益性岗位(月数) 就业渠道（易地搬迁后扶使用） 住房安全保障 搬迁 "
    "饮水安全保障 基础设施建设 生产生活条件改善 健康帮扶 教育帮扶 义务教育保障 综合保障 社会帮扶 整户无劳动能力兜底保障户 "
    "户联系电话 家庭成员联系电话 信息采集人 信息采集人联系电话"
)
LAYOUT1, LAYOUT2 = _COLUMNS1.split(), _COLUMNS2.split()
_MANY = 20_000  # above this, rows go to the disk as they are written


def write_layout1(path: Path, sample: Sample, *, troubles: bool = False) -> list[Dirty]:
    """已脱贫人口名单: everybody, one row a person, headings on row 1. Returns what was spoilt."""
    wanted = spoilers("乡(镇)", "行政村", "首次识别时间") if troubles else []
    spoiling = Spoiling(wanted, columns={}, every=3)
    with _Sheet(path, sample, "已脱贫人口名单", LAYOUT1) as sheet:
        for household in sample:
            rows = [_row1(household, person, sample.county) for person in household.members]
            spoiling.spoil(rows, sheet.next_row + 1)
            sheet.add(rows, numbered="序号")
    return sorted(spoiling.done)


def write_layout2(
    path: Path, sample: Sample, *, troubles: bool = False, everyone: bool = False
) -> list[Dirty]:
    """（自定义）监测对象信息: two title rows, headings on row 3; only monitored households unless `everyone`."""
    wanted = spoilers("乡", "村", "识别监测时间") if troubles else []
    # So few are monitored that each takes one kind, and those that suit nobody are left out.
    spoiling = Spoiling(wanted, columns={"人均纯收入": "人均纯收入（元）"}, every=1)
    titles = ("（自定义）监测对象信息", f"单位：{sample.area.name}    导出时间：{TODAY:%Y-%m-%d}")
    with _Sheet(path, sample, "监测对象信息", LAYOUT2, titles) as sheet:
        for household in sample:
            if household.monitor_class or everyone:
                rows = [_row2(household, person, sample.county) for person in household.members]
                spoiling.spoil(rows, sheet.next_row + 1)
                sheet.add(_renamed(rows, "人均纯收入", "人均纯收入（元）"))
    return sorted(spoiling.done)


def _renamed(rows: list[Row], old: str, new: str) -> list[Row]:
    return [{new if name == old else name: value for name, value in row.items()} for row in rows]


class _Sheet:
    """One worksheet: titles, headings, rows; every text cell is formatted as text, as the export's are."""

    def __init__(
        self, path: Path, sample: Sample, name: str, columns: list[str], titles: tuple[str, ...] = ()
    ) -> None:
        self._book = xlsxwriter.Workbook(path, {"constant_memory": sample.people > _MANY})
        # The moment of writing would make two files of one sample differ.
        self._book.set_properties({"created": datetime(2025, 6, 30)})
        self._text = self._book.add_format({"num_format": "@"})
        self._sheet: Worksheet = self._book.add_worksheet(name)
        self._columns = {column: i for i, column in enumerate(columns)}
        self._write_top(titles)

    def _write_top(self, titles: tuple[str, ...]) -> None:
        big = self._book.add_format({"bold": True, "align": "center", "font_size": 14})
        heading = self._book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
        self._sheet.set_column(0, len(self._columns) - 1, 14)
        for i, title in enumerate(titles):
            self._sheet.merge_range(i, 0, i, len(self._columns) - 1, title, big)
        for column, i in self._columns.items():
            self._sheet.write_string(len(titles), i, column, heading)
        self.next_row = len(titles) + 1
        self._count = 0

    def add(self, rows: list[Row], numbered: str = "") -> None:
        for row in rows:
            self._count += 1
            if numbered:
                row[numbered] = self._count
            for column, value in row.items():
                self._write(self._columns[column], value)
            self.next_row += 1

    def _write(self, column: int, value: Cell) -> None:
        if isinstance(value, str):
            if value:
                self._sheet.write_string(self.next_row, column, value, self._text)
        else:
            self._sheet.write_number(self.next_row, column, value)

    def __enter__(self) -> "_Sheet":
        return self

    def __exit__(self, *error: object) -> None:
        self._book.close()


def _row1(h: Household, p: Person, county: str) -> Row:
    return {
        "数据日期": f"{TODAY:%Y%m%d}",
        "县(市、区、旗)": county,
        "乡(镇)": h.township,
        "行政村": h.village_name,
        "自然村": h.group,
        "户编号": h.number,
        "人编号": p.number,
        **_person(p),
        "人数": len(h.members),
        "务工时间（月）": p.work_months,
        "是否参加大病保险": p.serious_illness,
        "致贫原因1": h.cause,
        "危房户": h.dangerous_house,
        "是否解决安全饮用水": h.safe_water,
        "人均纯收入": h.per_capita / 100,
        "户联系电话": h.phone,
        "人联系电话": p.phone,
        "首次识别时间": f"{h.identified:%Y%m}",
        "人员识别时间": f"{max(h.identified, p.birth):%Y%m}",
        "户类型": h.kind,
        "易返贫致贫户(监测对象)类型": h.monitor_class,
        "风险是否消除": _removed(h),
        "风险识别时间": _day(h.monitor_since, _digits),
        "风险消除时间": _day(h.removed_on, _digits),
    }


def _row2(h: Household, p: Person, county: str) -> Row:
    return {
        "县": county,
        "乡": h.township,
        "村": h.village_name,
        "户编号": h.number,
        "人编号": p.number,
        **_person(p),
        "性别": p.sex,
        "出生日期": f"{p.birth:%Y%m%d}",
        "证件类型": "居民身份证",
        "政治面貌": p.political,
        **_monitoring(h),
        **_living(h),
        "是否参加城乡居民基本医疗保险": p.resident_medical,
        "是否参加城镇职工基本医疗保险": "否",
        "是否参加大病保险": p.serious_illness,
        "是否参加城乡居民基本养老保险": p.resident_pension,
        "是否参加城镇职工基本养老保险": "否",
        "是否接受医疗救助": "否",
        "享受低保政策情况": p.dibao,
        "是否义务教育阶段适龄儿童少年失学辍学": "否",
        "户联系电话": h.phone,
        "家庭成员联系电话": p.phone,
        "信息采集人": "采集员甲",
        "信息采集人联系电话": "13899999999",
    }


def _person(p: Person) -> Row:
    return {
        "姓名": p.name,
        "证件号码": p.id_number,
        "与户主关系": p.relation,
        "民族": p.ethnic,
        "文化程度": p.education,
        "在校生状况": p.student,
        "健康状况": p.health,
        "劳动技能": p.labour,
    }


def _monitoring(h: Household) -> Row:
    return {
        "户类型": h.kind,
        "监测对象类别": h.monitor_class,
        "识别监测时间": _day(h.monitor_since, lambda day: f"{day.year}年{day.month}月"),
        "致贫/返贫风险1": h.risk,
        "风险是否已消除": _removed(h),
        "风险消除方式": "帮扶消除" if h.removed_on else "",
        "消除监测时间": _day(h.removed_on, lambda day: f"{day.year}年{day.month}月"),
        "实施开发式帮扶措施情况": "已落实" if h.monitor_class else "",
        "综合保障": "低保" if any(p.dibao for p in h.members) else "",
        "整户无劳动能力兜底保障户": "否",
    }


def _living(h: Household) -> Row:
    return {
        "人均纯收入": money.yuan(h.per_capita).replace(",", ""),
        "工资性收入": money.yuan(h.wages).replace(",", ""),
        "生产经营性收入": h.business / 100,
        "转移性收入": money.yuan(h.transfer),
        "是否危房户": h.dangerous_house,
        "住房面积": h.housing / 100,
        "是否解决安全饮用水": h.safe_water,
        "是否通生活用电": "是",
        "是否有卫生厕所": "是",
        "入户道路是否硬化": "是",
        "与村主干路距离": 0.35,
        "耕地面积（亩）": h.farmland / 100,
    }


def _removed(h: Household) -> str:
    return ("是" if h.removed_on else "否") if h.monitor_class else ""


def _digits(day: date) -> str:
    return f"{day:%Y%m}"


def _day(day: date | None, shown: Callable[[date], str]) -> str:
    return shown(day) if day else ""
