"""What a workbook is, found without being told."""

import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop.core.errors import Trouble
from desktop.features.register.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS
from desktop.features.register.sheet_headings import meanings, plain
from desktop.features.register.sheet_model import Layout, Owner
from tests.features.register.workbook_maker import HEAD, HEADINGS, read, recognised, workbook

DATA = Path(__file__).parents[2] / "data"

_LISTED = (
    "序号 数据日期 县(市、区、旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 人数 与户主关系 民族 文化程度 "
    "在校生状况 健康状况 劳动技能 务工时间（月） 是否参加大病保险 致贫原因1 危房户 是否解决安全饮用水 人均纯收入 "
    "户联系电话 人联系电话 首次识别时间 人员识别时间 户类型 易返贫致贫户(监测对象)类型 风险是否消除 风险识别时间 "
    "风险消除时间"
)
_MONITORED = (
    "县 乡 村 户编号 人编号 姓名 性别 出生日期 证件类型 证件号码 与户主关系 民族 政治面貌 文化程度 在校生状况 "
    "健康状况 劳动技能 户类型 监测对象类别 识别监测时间 致贫/返贫风险1 致贫/返贫风险2 致贫/返贫风险3 致贫/返贫风险4 "
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
LISTED, MONITORED = _LISTED.split(), _MONITORED.split()


def test_the_list_of_people_out_of_poverty(tmp_path: Path) -> None:
    found = recognised(workbook(tmp_path / "a.xlsx", [LISTED, ["1"]]))
    assert (found.layout, found.heading_row, len(found.columns)) == (Layout.LISTED, 1, 31)
    assert (found.unknown, found.twice, found.ignored) == ((), (), ((0, "序号"),))


def test_the_list_of_monitored_people_below_two_title_rows(tmp_path: Path) -> None:
    rows = [["（自定义）监测对象信息"], ["统计时间：2024年3月"], MONITORED, ["x"]]
    found = recognised(workbook(tmp_path / "a.xlsx", rows))
    assert (found.layout, found.heading_row, found.unknown) == (Layout.MONITORED, 3, ())
    assert len(found.columns) == len(MONITORED)
    assert found.title == "（自定义）监测对象信息 统计时间：2024年3月"


def test_an_own_list_in_its_own_order_with_untidy_headings(tmp_path: Path) -> None:
    headings = [
        "*姓 名",
        "身份证\n号码：",
        "村（社区）",
        "耕地面积(亩)",
        "住房面积（㎡）",
        "爱好",
        "姓名",
        "人均纯收入（万元）",
    ]
    found = recognised(workbook(tmp_path / "a.xlsx", [[], headings, ["x"]]))
    names = {c.heading: (c.owner, c.name) for c in found.columns}
    assert names == {
        "*姓 名": (Owner.PERSON, "name"),
        "身份证\n号码：": (Owner.PERSON, "id_number"),
        "村（社区）": (Owner.PLACE, "village"),
        "耕地面积(亩)": (Owner.HOUSEHOLD, "farmland"),
        "住房面积（㎡）": (Owner.HOUSEHOLD, "housing_area"),
    }
    # ten thousand yuan are not yuan: left alone, not read a ten-thousandth too small
    assert found.unknown == ((5, "爱好"), (7, "人均纯收入（万元）"))
    assert found.twice == ((6, "姓名"),)
    assert found.layout is Layout.OWN


def test_the_list_need_not_be_on_the_first_sheet(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["村", "户数"])
    book.active.append(["甲村", 3])
    page = book.create_sheet("名单")
    page["C2"], page["D2"], page["D3"] = "村", "姓名", "张试一"
    book.save(tmp_path / "a.xlsx")
    lines, reading = read(tmp_path / "a.xlsx")
    assert reading.recognised.sheet.name == "名单"
    assert [(line.row, line.person["name"]) for line in lines] == [(3, "张试一")]
    column = reading.recognised.column(Owner.PERSON, "name")
    assert column is not None
    assert column.index == 3


def test_headings_over_two_rows(tmp_path: Path) -> None:
    rows = [
        ["村", "姓名", "保险", None],
        [None, None, "是否参加大病保险", "证件号码"],
        ["甲村", "张试一", "是", HEAD],
    ]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert reading.recognised.heading_row == 2
    assert lines[0].person["serious_illness"] == 1
    assert lines[0].person["id_number"] == HEAD


def test_old_xls_and_csv_are_read_alike(tmp_path: Path) -> None:
    shutil.copy(DATA / "layout1.xls", tmp_path / "a.xls")
    lines, reading = read(tmp_path / "a.xls")
    assert [line.person["name"] for line in lines] == ["张试一", "李试二", "王试三"]
    assert lines[0].household["identified"] == "2014-03-01"
    assert lines[2].raw == {"person.id_number": "3.7169919800607E+17"}
    assert reading.households == 2
    text = ",".join(HEADINGS) + f"\r\n甲村,0001,01,张试一,{HEAD},户主\r\n甲村,1\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode("gb18030"))
    lines, reading = read(tmp_path / "a.csv")
    assert [(line.household_no, line.person["sex"]) for line in lines] == [("0001", "1")]
    assert reading.skipped == [3]


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        (["村", "户编号", "户数"], "sheet.not_recognised"),
        (["姓名", "性别", "爱好"], "sheet.not_recognised"),
        (["a", "b"], "sheet.not_recognised"),
        (["县", "乡", "行政村", "户编号", "姓名", "证件号码", "是否已务工", "务工所在地", "开始时间", "结束时间", "务工月收入"],
         "sheet.work_list"),
    ],
)  # fmt: skip
def test_what_is_no_register_is_refused_with_its_headings(
    tmp_path: Path, headings: list[str], code: str
) -> None:
    with pytest.raises(Trouble) as caught:
        recognised(workbook(tmp_path / "a.xlsx", [headings, ["x"] * len(headings)]))
    assert caught.value.code == code
    assert caught.value.what_to_do


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Trouble):
        recognised(workbook(tmp_path / "a.xlsx", []))


def test_no_heading_means_two_fields() -> None:
    """A second field with the same heading would silently never be read."""
    fields = [*HOUSEHOLD_FIELDS, *PERSON_FIELDS]
    headings = [plain(text) for field in fields for text in {plain(t) for t in (field.title, *field.also)}]
    assert len(headings) == len(set(headings))
    assert all(meanings()[plain(field.title)].field == field for field in fields)
