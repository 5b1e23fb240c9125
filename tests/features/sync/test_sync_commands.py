"""The exchange in both directions, and the rebuild, as a script runs them."""

from pathlib import Path

from tests.features.sync.exchange_maker import enrol, make
from tests.journeys.command import Desk
from tests.office_maker import add_household


def test_down_to_the_township_and_everything_again(tmp_path: Path) -> None:
    town, county, stick = make(tmp_path, "township"), make(tmp_path, "county"), tmp_path / "stick"
    enrol(town, county, stick)
    add_household(town.db, town.actor, "何小满")
    town.db.close()
    county.db.close()
    desk = Desk(tmp_path / "desk", "pw")
    up = desk.run("bundle", "write", tmp_path / "township", stick)
    assert desk.run("bundle", "read", tmp_path / "county", up.json["path"]).status == 0
    down = desk.run("bundle", "write", tmp_path / "county", stick, "--for", "371602012000")
    assert (down.status, down.json["entries"]) == (0, 0)
    assert desk.run("bundle", "read", tmp_path / "township", down.json["path"]).status == 0
    again = desk.run("bundle", "write", tmp_path / "township", stick)
    assert again.json["entries"] < up.json["entries"]
    unknown = desk.run("bundle", "write", tmp_path / "county", stick, "--for", "别处")
    assert (unknown.status, unknown.json["error"]) == (1, "bundle.no_child")
    rebuilt = desk.run("rebuild", tmp_path / "county")
    assert (rebuilt.status, rebuilt.json["differences"]) == (0, {})
    assert rebuilt.json["rows"] > 1


def test_a_pc_is_stopped_and_keys_are_changed(tmp_path: Path) -> None:
    town, county, stick = make(tmp_path, "township"), make(tmp_path, "county"), tmp_path / "stick"
    enrol(town, county, stick)
    town.db.close()
    county.db.close()
    desk = Desk(tmp_path / "desk", "pw")
    above, below = tmp_path / "county", tmp_path / "township"
    asked = desk.run("bundle", "rotate", below)
    assert (asked.status, asked.json["done"]) == (0, False)
    for source, target, whom in (
        (below, above, ()),
        (above, below, ("--for", "371602012000")),
        (below, above, ()),
    ):
        written = desk.run("bundle", "write", source, stick, *whom)
        assert desk.run("bundle", "read", target, written.json["path"]).status == 0
    assert desk.run("bundle", "rotate", above).json["done"] is True
    usage = desk.run("bundle", "revoke", above, "--reason", "电脑被盗")
    assert usage.status == 2
    alone = desk.run("bundle", "revoke", above, "--office", "371602012000")
    assert (alone.status, "事由" in alone.json["sentence"]) == (1, True)
    done = desk.run("bundle", "revoke", above, "--office", "371602012000", "--reason", "电脑被盗")
    assert (done.status, done.json["offices"]) == (0, ["里则街道"])
    refused = desk.run("bundle", "read", above, desk.run("bundle", "write", below, stick).json["path"])
    assert (refused.status, refused.json["outcome"]) == (1, "not_trusted")
    assert desk.run("bundle", "write", below).status == 2
