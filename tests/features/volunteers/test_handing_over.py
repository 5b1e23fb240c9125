"""Which PC spends a volunteer's points: given by the one that does, taken from a barred one, and from nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import cli
from desktop.core.db.undo import undo
from desktop.core.errors import Refused
from desktop.features.sync import api as sync
from desktop.features.volunteers import api as volunteers
from desktop.features.volunteers.ui.handover_dialog import PointsHandover
from desktop.features.volunteers.ui.screen import VolunteersScreen
from desktop.shell.app import make_app
from tests.desk_maker import make_desk
from tests.features.sync.exchange_maker import VILLAGE, Office, enrol, make
from tests.features.sync.test_points_both_ends import award

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True)
WHY = "旧电脑已坏"


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Office, Office, Office, bytes, Path]]:
    """Two PCs of one township under the county; an account of the first one is known to all."""
    stick = tmp_path / "stick"
    old, new, county = (
        make(tmp_path / "a", "township"),
        make(tmp_path / "b", "township"),
        make(tmp_path, "county"),
    )
    enrol(old, county, stick)
    enrol(new, county, stick)
    with old.db.unit(old.actor, "新增志愿者") as unit:
        account = volunteers.add_volunteer(unit, volunteers.VolunteerDraft(VILLAGE, "岳兰")).id
    award(old, account, 10)
    county.reads(old.writes(stick))
    for pc in (old, new):
        down(county, pc, stick)
    yield old, new, county, account, stick
    for office in (old, new, county):
        office.db.close()


def down(county: Office, to: Office, stick: Path) -> None:
    """What the county writes for the township; each PC reads its own file."""
    for written in sync.write_bundle(county.db, county.actor, stick, whom="里则街道"):
        to.reads(written.path)


def hands_over(at: Office, accounts: list[bytes], to: Office, why: str = WHY) -> volunteers.Handed:
    with at.db.unit(at.actor, "移交") as unit:
        return volunteers.hand_over(unit, accounts, to.node.node_id, why)


def redeems(at: Office, account: bytes, points: int = 3) -> None:
    with at.db.unit(at.actor, "兑换") as unit:
        volunteers.redeem(unit, account, points, "肥皂")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


Three = tuple[Office, Office, Office, bytes, Path]


def test_the_pc_that_spends_gives_it_to_another_and_all_hear_of_it(three: Three) -> None:
    old, new, county, account, stick = three
    assert hands_over(old, [account], new) == volunteers.Handed(1, "里则街道")
    with pytest.raises(Refused) as refused:
        redeems(old, account)
    assert codes(refused) == ["points.other_node"]
    county.reads(old.writes(stick))
    down(county, new, stick)
    redeems(new, account)
    assert county.reads(new.writes(stick)).quarantined == 0
    with county.db.reader(county.actor) as reader:
        assert volunteers.balances(reader, [account]) == {account: 7}


def test_what_was_given_is_not_taken_back_by_undo(three: Three) -> None:
    old, new, _, account, _ = three
    with old.db.unit(old.actor, "移交") as unit:
        volunteers.hand_over(unit, [account], new.node.node_id, WHY)
        key = unit.action_key
    with pytest.raises(Refused) as refused, old.db.unit(old.actor, "撤销") as unit:
        undo(unit, key)
    assert codes(refused) == ["points.handover_undone"]
    with old.db.unit(old.actor, "改") as unit:
        draft = volunteers.VolunteerDraft(VILLAGE, "岳兰兰")
        volunteers.change_volunteer(unit, account, draft)
        key = unit.action_key
    with old.db.unit(old.actor, "撤销") as unit:
        assert undo(unit, key)


def test_nobody_takes_it_from_a_pc_that_still_works(three: Three) -> None:
    old, new, county, account, _ = three
    for at in (new, county):
        with pytest.raises(Refused) as refused:
            hands_over(at, [account], new)
        assert codes(refused) == ["points.handover_working"]
    with pytest.raises(Refused) as no_reason:
        hands_over(old, [account], new, " ")
    assert codes(no_reason) == ["points.reason"]


def test_from_a_barred_pc_it_is_taken_where_the_list_has_arrived(three: Three) -> None:
    old, new, county, account, stick = three
    sync.revoke(county.db, county.actor, old.node.node_id.hex(), "失窃")
    with pytest.raises(Refused):
        hands_over(new, [account], new)  # it has not heard yet
    down(county, new, stick)
    assert hands_over(new, [account], new).count == 1
    redeems(new, account)
    assert county.reads(new.writes(stick)).quarantined == 0
    with county.db.reader(county.actor) as reader:
        assert volunteers.volunteer(reader, account).spending_node == new.node.node_id  # type: ignore[union-attr]
        assert volunteers.balances(reader, [account]) == {account: 7}


def test_the_county_orders_it_for_the_new_pc_and_not_for_a_barred_or_strange_one(
    three: Three, tmp_path: Path
) -> None:
    old, new, county, account, stick = three
    sibling = make(tmp_path, "sibling")
    enrol(sibling, county, stick)
    sync.revoke(county.db, county.actor, old.node.node_id.hex(), "失窃")
    for wrong in (old, sibling):
        with pytest.raises(Refused) as refused:
            hands_over(county, [account], wrong)
        assert "points.handover_to" in codes(refused)
    hands_over(county, [account], new)
    down(county, new, stick)
    redeems(new, account)
    sibling.db.close()


def test_on_the_screen_all_accounts_of_the_dead_pc_are_taken_at_once(
    three: Three, qtbot: QtBot, tmp_path: Path, qapp: object
) -> None:
    make_app()
    old, new, county, account, stick = three
    with old.db.unit(old.actor, "新增志愿者") as unit:
        volunteers.add_volunteer(unit, volunteers.VolunteerDraft(VILLAGE, "周远"))
    county.reads(old.writes(stick))
    down(county, new, stick)
    (tmp_path / "desk").mkdir()
    desk = make_desk(new.db, new.actor, tmp_path / "desk")
    screen = VolunteersScreen(desk)
    desk.runner.changed.connect(screen.on_changed)
    qtbot.addWidget(screen)
    screen.show()
    screen.arrive(volunteer=account)
    shown = screen.account
    assert old.node.fingerprint[:4] in shown.spender.text()
    assert "已停用" not in shown.spender.text()
    sync.revoke(county.db, county.actor, old.node.node_id.hex(), "失窃")
    down(county, new, stick)
    screen.arrive(volunteer=account)
    assert "已停用" in shown.spender.text()
    shown.hand_button.click()
    dialog = shown.findChildren(PointsHandover)[-1]
    assert "本机" in dialog.form.field("to").text()
    dialog.form.field("all").set_value(True)
    dialog.accept()
    assert "事由" in dialog.form._cells["reason"].note.text()
    dialog.form.field("reason").set_value(WHY)
    dialog.accept()
    assert desk.navigator.said[-1].startswith("2 位志愿者")  # type: ignore[attr-defined]
    assert not shown.spender.isVisible()


def test_the_command_takes_all_accounts_of_a_barred_pc(
    three: Three, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, county, account, stick = three
    (tmp_path / "pw").write_text("pw", encoding="utf-8")
    root, digits = str(new.db.paths.root), old.node.fingerprint
    words = ["points", root, "--from", digits, "--reason", WHY, "--password-file", str(tmp_path / "pw")]
    assert cli.main(words) == 1
    assert "还没有停用" in capsys.readouterr().err
    sync.revoke(county.db, county.actor, old.node.node_id.hex(), "失窃")
    down(county, new, stick)
    assert cli.main([*words, "--json"]) == 0
    assert '"count": 1' in capsys.readouterr().out
    redeems(new, account)
    assert cli.main([*words[:3], "000000000000", *words[4:]]) == 1
    assert "12 位数字" in capsys.readouterr().err
