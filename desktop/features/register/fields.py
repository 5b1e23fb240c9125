"""Every field of household and person, declared once: import, tables, forms, search and prints all read this list.

A field's `no` is its number in the log (sync.md 2.7): never reused, never given another meaning.
Headings are those of the national exports (data/national-exports.md, layouts 1 and 2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a value is typed, kept and shown."""

    TEXT = "text"
    NAME = "name"
    CODE = "code"  # kept as the code of `codes`
    CODES = "codes"  # several codes, kept joined by a space in code order
    YESNO = "yesno"  # kept as 1 or 0
    DATE = "date"  # kept as ISO text of the known precision: 2023, 2023-04 or 2023-04-12
    MONEY = "money"  # kept as whole fen
    HUNDREDTHS = "hundredths"  # kept as whole hundredths of `unit`
    NUMBER = "number"
    PHONE = "phone"
    IDNO = "idno"  # kept normalised: half width, no spaces, X


class Section(StrEnum):
    """The sections of form and household page, in this order."""

    BASIC = "基本情况"
    MONITORING = "监测与风险"
    INCOME = "收入"
    HOUSING = "住房与设施"
    LAND = "土地"
    HELP = "帮扶措施"
    CONTACT = "联系与采集"
    SCHOOL = "教育"
    HEALTH = "健康与劳动力"
    WORK = "务工与岗位"
    INSURANCE = "保险与待遇"


@dataclass(frozen=True, slots=True)
class Field:
    """`merge` is the class of sync.md 2.3; `also` are other headings that mean this field."""

    no: int
    name: str
    title: str
    kind: Kind
    merge: str
    section: Section
    codes: str = ""
    also: tuple[str, ...] = ()
    unit: str = ""


# How long a text of each kind may be: form, import, column and bundle all keep to it.
WIDTH = {
    Kind.NAME: 60,
    Kind.CODE: 12,
    Kind.CODES: 60,
    Kind.DATE: 10,
    Kind.PHONE: 40,
    Kind.IDNO: 40,
    Kind.TEXT: 500,
}
NOTE_WIDTH = 5_000  # the notes of two offices are put one under the other

K, S = Kind, Section
A, F, I, N = "authority", "fact", "identity", "note"  # noqa: E741  (sync.md names the classes so)

HOUSEHOLD_FIELDS: tuple[Field, ...] = (
    Field(20, "kind", "户类型", K.CODE, A, S.BASIC, "household_kind"),
    Field(21, "data_date", "数据日期", K.DATE, F, S.BASIC),
    Field(22, "stated_size", "人数", K.NUMBER, F, S.BASIC, also=("家庭人口", "家庭人口数"), unit="人"),
    Field(23, "identified", "首次识别时间", K.DATE, A, S.BASIC),
    Field(24, "cause", "致贫原因1", K.CODE, A, S.BASIC, "poverty_cause", ("致贫原因", "主要致贫原因")),
    Field(25, "address", "住址", K.TEXT, F, S.BASIC, also=("家庭住址", "详细地址", "地址")),
    Field(26, "note", "其他备注", K.TEXT, N, S.BASIC, also=("备注",)),
    Field(
        30,
        "monitor_class",
        "监测对象类别",
        K.CODE,
        A,
        S.MONITORING,
        "monitor_class",
        ("易返贫致贫户(监测对象)类型", "监测对象类型"),
    ),
    Field(31, "monitor_since", "识别监测时间", K.DATE, A, S.MONITORING, also=("风险识别时间",)),
    Field(32, "risk1", "致贫/返贫风险1", K.CODE, A, S.MONITORING, "monitor_risk"),
    Field(33, "risk2", "致贫/返贫风险2", K.CODE, A, S.MONITORING, "monitor_risk"),
    Field(34, "risk3", "致贫/返贫风险3", K.CODE, A, S.MONITORING, "monitor_risk"),
    Field(35, "risk4", "致贫/返贫风险4", K.CODE, A, S.MONITORING, "monitor_risk"),
    Field(36, "risk5", "致贫/返贫风险5", K.CODE, A, S.MONITORING, "monitor_risk"),
    Field(37, "risk_removed", "风险是否已消除", K.YESNO, A, S.MONITORING, also=("风险是否消除",)),
    Field(38, "removal_mode", "风险消除方式", K.CODE, A, S.MONITORING, "risk_removal_mode"),
    Field(39, "removed_on", "消除监测时间", K.DATE, A, S.MONITORING, also=("风险消除时间",)),
    Field(40, "removed_house_damage", "风险消除后是否住房损毁", K.YESNO, F, S.MONITORING),
    Field(41, "removed_water_damage", "风险消除后是否饮水设施损毁", K.YESNO, F, S.MONITORING),
    Field(42, "removed_dropout", "风险消除后是否义务教育阶段适龄儿童少年失学辍学", K.YESNO, F, S.MONITORING),
    Field(
        43,
        "no_labour_cover",
        "整户无劳动能力兜底保障户",
        K.YESNO,
        A,
        S.MONITORING,
        also=("是否整户无劳动能力兜底保障户",),
    ),
    Field(50, "per_capita_income", "人均纯收入", K.MONEY, F, S.INCOME, also=("人均纯收入（元）",), unit="元"),
    Field(51, "wage_income", "工资性收入", K.MONEY, F, S.INCOME, unit="元"),
    Field(52, "business_income", "生产经营性收入", K.MONEY, F, S.INCOME, unit="元"),
    Field(53, "transfer_income", "转移性收入", K.MONEY, F, S.INCOME, unit="元"),
    Field(54, "self_paid", "合规自付支出", K.MONEY, F, S.INCOME, unit="元"),
    Field(55, "tekun_money", "特困人员救助供养金", K.MONEY, F, S.INCOME, unit="元"),
    Field(60, "dangerous_house", "是否危房户", K.YESNO, F, S.HOUSING, also=("危房户",)),
    Field(61, "housing_area", "住房面积", K.HUNDREDTHS, F, S.HOUSING, unit="平方米"),
    Field(62, "safe_water", "是否解决安全饮用水", K.YESNO, F, S.HOUSING),
    Field(63, "electricity", "是否通生活用电", K.YESNO, F, S.HOUSING),
    Field(64, "toilet", "是否有卫生厕所", K.YESNO, F, S.HOUSING),
    Field(65, "hard_road", "入户道路是否硬化", K.YESNO, F, S.HOUSING),
    Field(66, "road_distance", "与村主干路距离", K.HUNDREDTHS, F, S.HOUSING, unit="公里"),
    Field(70, "farmland", "耕地面积", K.HUNDREDTHS, F, S.LAND, also=("耕地面积（亩）",), unit="亩"),
    Field(71, "forest", "林地面积", K.HUNDREDTHS, F, S.LAND, also=("林地面积（亩）",), unit="亩"),
    Field(
        72,
        "returned_forest",
        "退耕还林面积",
        K.HUNDREDTHS,
        F,
        S.LAND,
        also=("退耕还林面积（亩）",),
        unit="亩",
    ),
    Field(73, "orchard", "林果面积", K.HUNDREDTHS, F, S.LAND, also=("林果面积（亩）",), unit="亩"),
    Field(74, "pasture", "牧草地面积", K.HUNDREDTHS, F, S.LAND, also=("牧草地面积（亩）",), unit="亩"),
    Field(75, "water_surface", "水面面积", K.HUNDREDTHS, F, S.LAND, also=("水面面积（亩）",), unit="亩"),
    Field(80, "development_measures", "实施开发式帮扶措施情况", K.TEXT, A, S.HELP),
    Field(81, "help_production", "产业帮扶", K.TEXT, A, S.HELP),
    Field(82, "help_jobs", "就业帮扶", K.TEXT, A, S.HELP),
    Field(83, "help_finance", "金融帮扶", K.TEXT, A, S.HELP),
    Field(84, "help_welfare_job", "公益岗位帮扶", K.TEXT, A, S.HELP),
    Field(85, "help_welfare_note", "公益性岗位帮扶其他备注", K.TEXT, A, S.HELP),
    Field(86, "help_housing", "住房安全保障", K.TEXT, A, S.HELP),
    Field(87, "help_resettlement", "搬迁", K.TEXT, A, S.HELP),
    Field(88, "help_water", "饮水安全保障", K.TEXT, A, S.HELP),
    Field(89, "help_infrastructure", "基础设施建设", K.TEXT, A, S.HELP),
    Field(90, "help_living", "生产生活条件改善", K.TEXT, A, S.HELP),
    Field(91, "help_health", "健康帮扶", K.TEXT, A, S.HELP),
    Field(92, "help_education", "教育帮扶", K.TEXT, A, S.HELP),
    Field(93, "help_schooling", "义务教育保障", K.TEXT, A, S.HELP),
    Field(94, "help_general", "综合保障", K.TEXT, A, S.HELP),
    Field(95, "help_social", "社会帮扶", K.TEXT, A, S.HELP),
    Field(96, "medical_gap", "是否有家庭成员未参加城乡居民（职工）基本医疗保险", K.YESNO, F, S.HELP),
    Field(110, "phone", "户联系电话", K.PHONE, F, S.CONTACT, also=("联系电话",)),
    Field(111, "collector", "信息采集人", K.TEXT, F, S.CONTACT),
    Field(112, "collector_phone", "信息采集人联系电话", K.PHONE, F, S.CONTACT),
)

PERSON_FIELDS: tuple[Field, ...] = (
    Field(20, "name", "姓名", K.NAME, I, S.BASIC),
    Field(21, "relation", "与户主关系", K.CODE, I, S.BASIC, "jdlk_relation"),
    Field(22, "id_kind", "证件类型", K.CODE, I, S.BASIC, "id_kind"),
    Field(23, "id_number", "证件号码", K.IDNO, I, S.BASIC, also=("身份证号", "身份证号码", "公民身份号码")),
    Field(24, "sex", "性别", K.CODE, I, S.BASIC, "gbt2261_1_sex"),
    Field(25, "birth", "出生日期", K.DATE, I, S.BASIC),
    Field(26, "ethnic", "民族", K.CODE, F, S.BASIC, "gbt3304_ethnic"),
    Field(27, "political", "政治面貌", K.CODE, F, S.BASIC, "jdlk_political"),
    Field(28, "phone", "人联系电话", K.PHONE, F, S.BASIC, also=("家庭成员联系电话", "本人联系电话")),
    Field(29, "identified", "人员识别时间", K.DATE, A, S.BASIC),
    Field(40, "education", "文化程度", K.CODE, F, S.SCHOOL, "jdlk_education"),
    Field(41, "student", "在校生状况", K.CODE, F, S.SCHOOL, "jdlk_student_status"),
    Field(42, "school_dropout", "是否义务教育阶段适龄儿童少年失学辍学", K.YESNO, F, S.SCHOOL),
    Field(43, "no_school_reason", "义务教育阶段未上学原因", K.TEXT, F, S.SCHOOL),
    Field(44, "dropout_reason", "失学或辍学原因", K.TEXT, F, S.SCHOOL),
    Field(50, "health", "健康状况", K.CODES, F, S.HEALTH, "jdlk_health"),
    Field(51, "labour", "劳动技能", K.CODE, F, S.HEALTH, "jdlk_labour", ("劳动能力",)),
    Field(60, "work_months", "务工时间", K.NUMBER, F, S.WORK, also=("务工时间（月）",), unit="月"),
    Field(61, "welfare_job", "公益性岗位", K.TEXT, F, S.WORK),
    Field(
        62, "welfare_job_months", "公益性岗位月数", K.NUMBER, F, S.WORK, also=("公益性岗位(月数)",), unit="月"
    ),
    Field(63, "job_channel", "就业渠道", K.TEXT, F, S.WORK, also=("就业渠道（易地搬迁后扶使用）",)),
    Field(70, "resident_medical", "是否参加城乡居民基本医疗保险", K.YESNO, F, S.INSURANCE),
    Field(71, "employee_medical", "是否参加城镇职工基本医疗保险", K.YESNO, F, S.INSURANCE),
    Field(72, "serious_illness", "是否参加大病保险", K.YESNO, F, S.INSURANCE),
    Field(73, "resident_pension", "是否参加城乡居民基本养老保险", K.YESNO, F, S.INSURANCE),
    Field(74, "employee_pension", "是否参加城镇职工基本养老保险", K.YESNO, F, S.INSURANCE),
    Field(75, "medical_aid", "是否接受医疗救助", K.YESNO, F, S.INSURANCE),
    Field(76, "dibao", "享受低保政策情况", K.TEXT, A, S.INSURANCE),
    Field(77, "tekun", "享受特困供养政策情况", K.TEXT, A, S.INSURANCE),
)

# Headings that place a row or name it; they are no fields of their own. Value: what the importer calls them.
PLACE_HEADINGS: dict[str, tuple[str, ...]] = {
    "county": ("县", "县(市、区、旗)", "县(区)", "区（县）"),
    "township": ("乡", "乡(镇)", "乡镇", "镇(街道)"),
    "village": ("村", "行政村", "村(社区)"),
    "group": ("自然村", "组", "村民小组", "自然村(组)"),
    "household_no": ("户编号",),
    "person_no": ("人编号", "人口编号"),
}
IGNORED_HEADINGS = ("序号",)


def width(field: Field) -> int:
    """How many characters its text may have."""
    return NOTE_WIDTH if field.merge == N else WIDTH.get(field.kind, 0)


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    return {f.name: f for f in fields}


HOUSEHOLD = by_name(HOUSEHOLD_FIELDS)
PERSON = by_name(PERSON_FIELDS)
