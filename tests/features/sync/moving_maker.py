"""A county and two townships that carry sticks to each other, for what moves between them or is erased by order."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.db import database
from desktop.core.db.unit import Unit
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from desktop.features.sync import digests
from desktop.features.visits import api as visits
from desktop.features.visits.model import VisitDraft, VisitKind
from tests.features.sync.exchange_maker import NEXT_DOOR, VILLAGE, Office, enrol, make, whole_vector

OTHER_VILLAGE = "371602012601"


@dataclass
class Three:
    town: Office
    sibling: Office
    county: Office
    stick: Path

    def up(self, office: Office) -> None:
        taken = self.county.reads(office.writes(self.stick))
        assert (taken.quarantined, reasons(self.county)) == (0, [])

    def down(self) -> None:
        for office, name in ((self.town, "里则街道"), (self.sibling, "青田街道")):
            for w in sync.write_bundle(self.county.db, self.county.actor, self.stick, whom=name):
                taken = office.reads(w.path)
                assert (taken.quarantined, reasons(office)) == (0, []), taken

    def around(self) -> None:
        """Everybody hears of everything."""
        for _ in range(2):
            self.up(self.town)
            self.up(self.sibling)
            self.down()

    def agree(self) -> None:
        """Each township makes of its region what the county makes, and the entries say the same once more."""
        for office in (self.town, self.sibling, self.county):
            assert sync.rebuild_rows(office.db, office.actor).differences == {}
            with office.db.reader(office.actor) as reader:
                assert [(a.region, a.office, a.repaired, a.agrees) for a in sync.alarms(reader)] == []
            assert reasons(office) == []
        for office, prefix in ((self.town, "371602012"), (self.sibling, "371602013")):
            assert made(office, prefix) == made(self.county, prefix)

    def close(self) -> None:
        for office in (self.town, self.sibling, self.county):
            office.db.close()


def reasons(office: Office) -> list[str]:
    with office.db.reader(office.actor) as reader:
        return [s.reason for s in sync.set_aside(reader)]


def three(folder: Path) -> Three:
    made_ = Three(*(make(folder, level) for level in ("township", "sibling", "county")), folder / "stick")
    enrol(made_.town, made_.county, made_.stick)
    enrol(made_.sibling, made_.county, made_.stick)
    # Villages that nobody has published are known by the households in them.
    for office, region in ((made_.town, VILLAGE), (made_.town, OTHER_VILLAGE), (made_.sibling, NEXT_DOOR)):
        household(office, "邻居", region)
    made_.up(made_.town)
    made_.up(made_.sibling)
    return made_


def made(office: Office, prefix: str) -> dict[str, bytes]:
    with database.writing(office.db.engine) as connection:
        digests.forget(connection)
        return dict(whole_vector(connection, prefix).digests)


def household(office: Office, name: str, region: str = VILLAGE) -> bytes:
    members = (
        register.PersonDraft({"name": name, "relation": "R01"}),
        register.PersonDraft({"name": f"{name}之子", "relation": "R11"}),
    )
    with office.db.unit(office.actor, "新增一户") as unit:
        draft = register.HouseholdDraft(region, "一组", {"phone": "13900000000", "note": "靠河"}, members)
        return register.add_household(unit, draft).id


def visit(office: Office, home: bytes, findings: str = "屋顶漏雨，已报修") -> bytes:
    with office.db.unit(office.actor, "记走访") as unit:
        draft = VisitDraft(home, "2027-03-10", VisitKind.HOME, "何小寒", findings)
        return visits.record_visit(unit, draft).id


def move(office: Office, home: bytes, to: str, group: str = "二组") -> None:
    with office.db.unit(office.actor, "迁移") as unit:
        register.move_household(unit, home, to, group, "嫁到邻村")


def change(office: Office, home: bytes, **values: Any) -> None:
    with office.db.unit(office.actor, "改") as unit:
        register.change_household(unit, home, values)


def seen(office: Office, home: bytes) -> register.Household | None:
    with office.db.reader(office.actor) as reader:
        return register.household(reader, home)


def shown(office: Office, home: bytes) -> register.Household:
    found = seen(office, home)
    assert found is not None
    return found


def visits_of(office: Office, home: bytes) -> list[str]:
    with office.db.reader(office.actor) as reader:
        return sorted(v.findings for v in visits.visits_of(reader, home))


def conflicts(office: Office) -> list[sync.Conflict]:
    with office.db.reader(office.actor) as reader:
        return sync.conflicts(reader)


def choose(office: Office, one: sync.Conflict, value: Any) -> None:
    claim = next(c for c in one.claims if c.value == value)
    with office.db.unit(office.actor, "定") as unit:
        sync.choose(unit, one.row, one.field, claim.eid)


__all__ = ["NEXT_DOOR", "OTHER_VILLAGE", "VILLAGE", "Three", "Unit", "change", "choose", "conflicts", "household", "made",
           "move", "seen", "shown", "three", "visit", "visits_of"]  # fmt: skip
