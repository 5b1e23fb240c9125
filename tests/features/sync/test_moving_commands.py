"""Moving and erasing a household as a script does it."""

from pathlib import Path

from tests.features.sync.moving_maker import NEXT_DOOR, OTHER_VILLAGE, household, shown, three
from tests.journeys.command import Desk


def test_move_and_erase(tmp_path: Path) -> None:
    world = three(tmp_path)
    home = household(world.town, "岳兰")
    number = shown(world.town, home).number
    world.up(world.town)
    world.close()
    desk, town, county = Desk(tmp_path / "desk", "pw"), tmp_path / "township", tmp_path / "county"
    moved = desk.run("move", town, "--household", number, "--to", OTHER_VILLAGE, "--group", "三组")
    assert (moved.status, moved.json["region"], moved.json["household"]) == (0, OTHER_VILLAGE, number)
    outside = desk.run("move", town, "--household", number, "--to", NEXT_DOOR)
    assert (outside.status, outside.json["error"]) == (1, "move.village")
    unknown = desk.run("move", town, "--household", "9", "--to", OTHER_VILLAGE)
    assert (unknown.status, unknown.json["error"]) == (1, "household.number")
    low = desk.run("erase", town, "--household", number, "--reason", "本人申请")
    assert low.status == 1
    strange = desk.run("erase", county, "--household", number, "--person", "何人", "--reason", "本人申请")
    assert (strange.status, strange.json["error"]) == (1, "household.person")
    one = desk.run("erase", county, "--household", number, "--person", "岳兰之子", "--reason", "本人申请")
    assert (one.status, one.json["rows"]) == (0, 1)
    done = desk.run("erase", county, "--household", number, "--reason", "本人申请")
    assert (done.status, done.json["rows"]) == (0, 2)
    gone = desk.run("erase", county, "--household", number, "--reason", "本人申请")
    assert (gone.status, gone.json["error"]) == (1, "household.number")
    assert desk.run("rebuild", county).json["differences"] == {}
