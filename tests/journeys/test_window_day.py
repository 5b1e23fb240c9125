"""One clerk's day at the real window: from the workbook that came in to the county that read the stick."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.core import masking, pinyin
from desktop.features.office import api as office
from desktop.sample import people, workbooks
from desktop.sample.model import Household
from desktop.shell.app import make_app
from tests import pdf_reading
from tests.journeys.clerk import Clerk, clerk_at

TOWNSHIP = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
COUNTY = office.Office("371602000000", "滨城区", office.Level.COUNTY)
SAMPLE = people.township(households=60, people=118)
NEW_PHONE = "13800009876"
FOUND, REALLY = "屋顶东角漏雨，已经拍了照片", "屋顶东角和西墙都漏雨，约好了工匠"


@dataclass(frozen=True)
class Desk:
    """What lies on the clerk's desk this morning, and whom the day is about."""

    workbook: Path
    stick: Path
    paper: Path
    about: Household

    @property
    def initials(self) -> str:
        return pinyin.initials(self.about.head.name).split()[0].lower()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    workbook, stick = tmp_path / "list.xlsx", tmp_path / "stick"
    dirty = workbooks.write_layout1(workbook, SAMPLE, troubles=True)
    stick.mkdir()
    return Desk(workbook, stick, tmp_path / "handbooks.pdf", _somebody({d.row for d in dirty}))


def _somebody(spoilt: set[int]) -> Household:
    """A household of several people whose rows are clean."""
    row = 2
    for household in SAMPLE:
        rows = set(range(row, row + len(household.members)))
        if len(rows) > 2 and not rows & spoilt:
            return household
        row += len(rows)
    raise AssertionError("every household is spoilt")


@pytest.fixture
def clerk(qtbot: QtBot, tmp_path: Path) -> Iterator[Clerk]:
    make_app()
    with clerk_at(qtbot, tmp_path / "township", TOWNSHIP) as made:
        yield made


@pytest.fixture
def county(qtbot: QtBot, clerk: Clerk, tmp_path: Path) -> Iterator[Clerk]:
    with clerk_at(qtbot, tmp_path / "county", COUNTY) as made:
        clerk.sits_down()
        yield made


def test_from_the_workbook_to_the_county(clerk: Clerk, county: Clerk, desk: Desk) -> None:
    takes_the_list_in(clerk, desk)
    corrects_a_telephone(clerk, desk)
    writes_a_visit_down_and_corrects_it(clerk, desk)
    books_points(clerk, desk)
    prints_a_village(clerk, desk)
    enrols(clerk, county, desk)
    sends_the_stick(clerk, county)
    finds_it_all(county, desk)


def takes_the_list_in(clerk: Clerk, desk: Desk) -> None:
    for step in ("找到本单位", "导入名单", "与上级办理入网", "打印一牌一册"):
        clerk.sees(step)
    clerk.pushes("导入")
    clerk.names_file("Ctrl+O", desk.workbook).sees("存疑的单元格 16 处").sees("校验位不符")
    clerk.sees("望海楼村").saves().sees("已导入：新增 59 户 117 人").sees("撤销")
    clerk.opens("今日").sees("没有上门走访")


def corrects_a_telephone(clerk: Clerk, desk: Desk) -> None:
    clerk.opens("户籍册").finds(desk.initials).row_of(desk.about.head.name).presses("Return").settles()
    clerk.sees(f"{desk.about.head.name}户").sees(masking.telephone(desk.about.phone))
    clerk.presses("Ctrl+E").settles().presses("Ctrl+D").agrees("显示号码")
    clerk.types({"户联系电话": NEW_PHONE}).saves().sees("已保存")
    clerk.presses("Ctrl+D").agrees("显示号码").sees(f"电话 {NEW_PHONE}")


def writes_a_visit_down_and_corrects_it(clerk: Clerk, desk: Desk) -> None:
    clerk.opens("帮扶走访").pushes("未走访的户").sees("还有 59 户没有上门走访")
    clerk.finds(desk.initials).row_of(desk.about.head.name).presses("Return").settles()
    clerk.types({"走访日期": "3.12", "走访人": "李伟", "走访情况": FOUND}).saves().sees("已录 1 条")
    clerk.opens("帮扶走访").presses("Return").settles().sees("更正走访")
    clerk.types({"走访情况": REALLY, "为什么更正": "少写了西墙"}).saves().sees("更正过").sees(FOUND).sees(
        REALLY
    )
    clerk.pushes("未走访的户").sees("还有 58 户没有上门走访")


def books_points(clerk: Clerk, desk: Desk) -> None:
    clerk.opens("志愿积分").presses("Ctrl+N").settles()
    clerk.types({"姓名": "周志远", "所在村": desk.about.village_name, "电话": "13800009001"}).saves()
    clerk.sees("0 分").presses("F2").types({"积分": "30", "事由": "清扫村道"}).saves().sees("30 分")
    clerk.presses("F3").types({"积分": "50", "换什么": "洗衣液"}).saves().sees("余额")
    clerk.presses("Escape").sees("+30").sees("30 分")


def prints_a_village(clerk: Clerk, desk: Desk) -> None:
    village = desk.about.village_name
    count = sum(h.village_name == village for h in SAMPLE)
    clerk.opens("一牌一册").goes_to("全部在册户").presses("Down").settles()
    clerk.types({"村": village}).settles().sees(f"{count} 户").saves()
    clerk.sees(f"/ {8 * count} 页").names_file("Ctrl+S", desk.paper).sees("已存为 PDF")
    assert pdf_reading.page_count(desk.paper) == 8 * count
    words = pdf_reading.words(desk.paper)
    for written in (desk.about.head.name, village, NEW_PHONE, "屋顶东角和西墙都漏雨"):
        assert written in words
    assert "拍了照片" not in words, "what was corrected is not printed"


def enrols(clerk: Clerk, county: Clerk, desk: Desk) -> None:
    clerk.opens("U盘交换").names_file("Ctrl+O", desk.stick).turns_to("入网").pushes("写出入网申请")
    ours = read_out(clerk)
    county.sits_down().opens("U盘交换").names_file("Ctrl+O", desk.stick).turns_to("入网")
    county.types({"对方念出的 12 位数字": ours}).settles().sees("已受理")
    theirs = read_out(county)
    clerk.sits_down().presses("F5").settles()
    clerk.types({"上级念出的 12 位数字": ours}).settles().sees("与上级的文件不符")
    clerk.types({"上级念出的 12 位数字": theirs}).settles().sees("已入网")


def read_out(clerk: Clerk) -> str:
    """The twelve digits in large type, as they are read over the telephone."""
    found = re.search(r"^\d{4} \d{4} \d{4}$", clerk.reads(), re.MULTILINE)
    assert found, clerk.reads()
    return found.group()


def sends_the_stick(clerk: Clerk, county: Clerk) -> None:
    clerk.presses("Ctrl+U").settles().sees("已写给“滨城区”").opens("今日")
    county.sits_down().presses("F5").settles().presses("Ctrl+I").settles().sees("1 个数据包，读入 1 个")


def finds_it_all(county: Clerk, desk: Desk) -> None:
    county.opens("户籍册").finds(desk.initials).row_of(desk.about.head.name).presses("Return").settles()
    county.presses("Ctrl+D").agrees("显示号码").sees(f"电话 {NEW_PHONE}").turns_to("走访").sees(REALLY).sees(
        "更正前"
    )
