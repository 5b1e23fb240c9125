"""A stop during an import: heard between small steps, also while the index is made, and nothing is left of it."""

from pathlib import Path
from time import monotonic

import pytest

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Cancelled
from desktop.features.register import api as register
from tests.calibration import slowness
from tests.features.register.lists import held, own_list, plan_of, read_in

Office = tuple[Database, Actor]
PHONES = ("村", "组", "户编号", "人编号", "姓名", "证件号码", "与户主关系", "人联系电话")
V = "蔡园董村"


class Listener:
    """A Tell that asks to stop at its n-th call."""

    def __init__(self, stop_at: int = -1) -> None:
        self.stop_at = stop_at
        self.stages: list[str] = []
        self.at = [monotonic()]

    def __call__(self, done: int, total: int, stage: str = "") -> None:
        assert done <= total
        self.at.append(monotonic())
        if len(self.stages) == self.stop_at:
            raise Cancelled
        self.stages.append(stage)


def apply(office: Office, plan: register.ImportPlan, tell: Listener) -> None:
    db, actor = office
    with db.unit(actor, "导入") as unit:
        register.apply_import(unit, plan, tell)


@pytest.fixture
def month(township: Office, tmp_path: Path) -> register.ImportPlan:
    """What a second list would do: a new household and village, a gain, a move, changes of both kinds."""
    first = [
        (V, "1组", "3716000001", "37160000011", "张甲", "", "户主", ""),
        (V, "1组", "3716000001", "37160000012", "李乙", "", "配偶", ""),
    ]
    read_in(township, own_list(tmp_path / "a.xlsx", *first, headings=PHONES))
    second = [
        (V, "2组", "3716000001", "37160000011", "张甲", "", "户主", "13800001111"),
        (V, "2组", "3716000001", "37160000013", "张丙", "", "之子", ""),
        ("新立村", "1组", "3716000002", "37160000021", "王丁", "", "户主", ""),
    ]
    return plan_of(township, own_list(tmp_path / "b.xlsx", *second, headings=PHONES))


def test_a_stop_at_any_moment_leaves_everything_as_it_was(
    township: Office, month: register.ImportPlan
) -> None:
    before = held(township)
    for n in range(100):
        tell = Listener(stop_at=n)
        try:
            apply(township, month, tell)
        except Cancelled:
            assert held(township) == before
        else:
            break
    assert held(township) != before
    assert tell.stages[-1] == "正在更新检索"
    assert n >= 5


def test_a_stop_is_heard_within_a_part_of_a_batch(township: Office, tmp_path: Path) -> None:
    rows = [(V, f"{n % 9}组", f"{3716000000 + n}", "", f"户主{n}", "", "户主") for n in range(1, 2501)]
    plan = plan_of(township, own_list(tmp_path / "many.xlsx", *rows))
    quiet = Listener()
    apply(township, plan, quiet)
    gaps = [b - a for a, b in zip(quiet.at, quiet.at[1:], strict=False)]
    assert max(gaps) < 0.5 * slowness()
    assert len(quiet.stages) >= 10
    changed = [(*row[:4], f"改{n}", *row[5:]) for n, row in enumerate(rows)]
    plan = plan_of(township, own_list(tmp_path / "more.xlsx", *changed))
    assert len(plan.new_people) == 2500
    apply(township, plan, again := Listener())
    gaps = [b - a for a, b in zip(again.at, again.at[1:], strict=False)]
    assert max(gaps) < 1.0 * slowness()
