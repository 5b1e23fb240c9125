"""The sample office: an invented township, its county, and the whole main job done on them once."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from desktop import start
from desktop.cli_text import say, spaced
from desktop.core import crypto
from desktop.core.db.unit import Unit
from desktop.core.errors import Trouble
from desktop.features.handbook import api as handbook
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from desktop.features.visits import api as visits
from desktop.features.volunteers import api as volunteers
from desktop.sample import people, workbooks

# Said on the screen and in README: the sample holds invented people only.
PASSWORD = "yipaiyice"
TOWNSHIP = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
COUNTY = office.Office("371602000000", "滨城区", office.Level.COUNTY)
PRODUCTS = "products"
_FINDINGS = (
    ("房屋完好，老人身体平稳，家里收拾得干净。", "", ""),
    ("屋顶东角漏雨，已拍照，约好村里工匠。", "盼着雨季前修好屋顶", "村里月底前安排修缮"),
    ("孩子开学上七年级，学费已减免。", "想了解雨露计划", "下次带政策明白纸来"),
    ("在镇上打零工，月收入约三千元。", "", ""),
    ("慢性病药按月领取，签约医生上月来过。", "取药路远", "与卫生室商量送药上门"),
)
_VISITORS = ("李伟", "王芳", "赵国强", "陈静")
_VOLUNTEERS = ("周志远", "吴秀梅", "郑海燕")


def run(folder: Path, login: str, password: str) -> dict[str, Any]:
    """Build the sample in `folder` unless it is there; says where each product lies."""
    password = password or PASSWORD
    if not (folder / PRODUCTS / "summary.json").exists():
        if folder.exists() and any(folder.iterdir()):
            raise Trouble(f"“{folder}”里已有别的东西", "请换一个空文件夹", code="demo.not_empty")
        beside = folder.with_name(folder.name + ".part")
        shutil.rmtree(beside, ignore_errors=True)
        _build(beside, login, password)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    return _told(folder, login)


def _told(folder: Path, login: str) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((folder / PRODUCTS / "summary.json").read_text(encoding="utf-8"))
    say(f"样本办公室在 {folder}（人物都是虚构的），用户 {login}，密码 {PASSWORD}")
    for title, name in summary["products"].items():
        say(f"  {title}：{folder / name}")
    return summary


def _build(folder: Path, login: str, password: str) -> None:
    products = folder / PRODUCTS
    stick = products / "stick"
    say("正在建立样本办公室…")
    with _office(folder, TOWNSHIP, login, password) as township:
        products.mkdir()
        stick.mkdir()
        counts = _import(township, products)
        _a_quarter_of_visits(township)
        _points(township)
        printed = _print(township, products)
        with _office(products / "county", COUNTY, login, password) as county:
            taken = _exchange(township, county, stick)
    _summarise(folder, counts, printed, taken)


class _office:
    """A new office, closed at the end."""

    def __init__(self, folder: Path, own: office.Office, login: str, password: str) -> None:
        self._given = (folder, own, login, password)

    def __enter__(self) -> start.Running:
        self._running, _ = start.create_office(*self._given, cost=crypto.FOR_OFFICES)
        return self._running

    def __exit__(self, *_: object) -> None:
        self._running.db.close()


def _import(running: start.Running, products: Path) -> dict[str, Any]:
    sample = people.township()
    files: list[tuple[str, Callable[..., Any]]] = [
        ("list.xlsx", workbooks.write_layout1),
        ("monitored.xlsx", workbooks.write_layout2),
    ]
    read = None
    for name, write in files:
        write(products / name, sample, troubles=True)
        read = start.read_workbook(running, products / name)
        report = products / name.replace(".xlsx", "-report.xlsx")
        register.write_report(read.recognised, read.plan.doubts, report)
        start.apply_import(running, read.plan)
        say(f"  已导入 {name}：新增 {read.plan.people.new} 人，存疑 {len(read.plan.doubts)} 处")
    return {"doubtful": len(read.plan.doubts) if read else 0}


def _a_quarter_of_visits(running: start.Running) -> None:
    """Most households visited this quarter; every seventh still waits."""
    with running.db.reader(running.actor) as reader:
        ids, today = register.household_ids(reader), reader.today
    with running.db.unit(running.actor, "补录走访") as unit:
        for n, household_id in enumerate(ids):
            if n % 7 == 0:
                continue
            found, wish, answer = _FINDINGS[n % len(_FINDINGS)]
            day = today - timedelta(days=n % 40)
            draft = visits.VisitDraft(
                household_id=household_id,
                day=day.isoformat(),
                kind="home" if n % 5 else "phone",
                visitor=_VISITORS[n % len(_VISITORS)],
                findings=found,
                request=wish,
                solution=answer,
            )
            visits.record_visit(unit, draft)
        unit.name = "记走访"  # not the last one only


def _points(running: start.Running) -> None:
    with running.db.reader(running.actor) as reader:
        regions = [key for key, _, _ in register.villages(reader)]
    with running.db.unit(running.actor, "志愿积分") as unit:
        for n, name in enumerate(_VOLUNTEERS):
            _volunteer(unit, regions[n], name, n)
        unit.name = "志愿积分"


def _volunteer(unit: Unit, region: str, name: str, n: int) -> None:
    made = volunteers.add_volunteer(
        unit, volunteers.VolunteerDraft(region=region, name=name, phone=f"1380000{9000 + n}")
    )
    first = volunteers.award(unit, made.id, 20 + 10 * n, "陪伴独居老人半天")
    volunteers.award(unit, made.id, 10, "清扫村道")
    if n == 0:
        volunteers.reverse_transfer(unit, first.id, "记错了人")
    else:
        volunteers.redeem(unit, made.id, 15, "兑换洗衣液一瓶")


def _print(running: start.Running, products: Path) -> dict[str, Any]:
    done = {}
    for document, name in (
        (handbook.Document.HANDBOOK, "handbooks.pdf"),
        (handbook.Document.PLAQUE, "plaques.pdf"),
        (handbook.Document.PUBLIC_PLAQUE, "public-plaques.pdf"),
    ):
        printed = start.print_document(running, products / name, document)
        say(f"  已排好 {name}：{printed.households} 户 {printed.pages} 页，缺字 {len(printed.missing)}")
        done[name] = {"households": printed.households, "pages": printed.pages}
    return done


def _exchange(township: start.Running, county: start.Running, stick: Path) -> sync.Taken:
    """Enrolment, the bundle, and its reading: the digits are read over the telephone."""
    asked = sync.enrol_next(township.db, township.actor, stick)
    answered = sync.enrol_next(county.db, county.actor, stick, asked.fingerprint)
    sync.enrol_next(township.db, township.actor, stick, answered.fingerprint)
    say(f"  已入网：街道指纹 {spaced(asked.fingerprint)}，区指纹 {spaced(answered.fingerprint)}")
    written = sync.write_bundle(township.db, township.actor, stick)
    taken = sync.read_bundles(county.db, county.actor, stick)[0]
    say(f"  数据包 {written[0].path.name}：区里读入 {taken.entries} 条")
    return taken


def _summarise(folder: Path, counts: dict[str, Any], printed: dict[str, Any], taken: sync.Taken) -> None:
    products = {
        "脱贫人口名单（输入）": "list.xlsx",
        "名单的存疑报告": "list-report.xlsx",
        "监测对象信息（输入）": "monitored.xlsx",
        "监测对象的存疑报告": "monitored-report.xlsx",
        "帮扶手册": "handbooks.pdf",
        "户内牌": "plaques.pdf",
        "公示牌": "public-plaques.pdf",
        "U盘（数据包）": "stick",
        "区办公室（已读入数据包）": "county",
    }
    summary = {
        "office": TOWNSHIP.key,
        "password": PASSWORD,
        "printed": printed,
        "county_entries": taken.entries,
        "outcome": taken.outcome.value,
        "products": {title: f"{PRODUCTS}/{name}" for title, name in products.items()},
        **counts,
    }
    text = json.dumps(summary, ensure_ascii=False, indent=1)
    (folder / PRODUCTS / "summary.json").write_text(text, encoding="utf-8")
