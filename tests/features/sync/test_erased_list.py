"""Who ordered an erasure, as the list names it: also an office that was revoked since, and nobody when it is not known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.db import database
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from desktop.features.sync import forks
from desktop.features.sync.ui.erased_list import Line, _by
from tests.features.sync.exchange_maker import Office
from tests.features.sync.moving_maker import Three, household, three
from tests.office_maker import PLACES


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Three]:
    made = three(tmp_path)
    yield made
    made.close()


@pytest.fixture
def erased(world: Three) -> Three:
    home = household(world.town, "齐见山")
    world.around()
    register.erase_household(world.county.db, world.county.actor, home, "本人申请")
    world.around()
    return world


def shown_by(office: Office) -> str:
    with office.db.reader(office.actor) as reader:
        (one,) = sync.erased(reader)
    return _by(Line(one, "里则村"))


def test_by_whom(erased: Three) -> None:
    assert (shown_by(erased.county), shown_by(erased.town)) == ("本单位", "滨城区")


def test_an_office_that_is_not_believed_any_more_keeps_its_name(erased: Three) -> None:
    """Nobody but an office above the county could say so; here its certificate is out because the root is."""
    erased.town.put(roots=[erased.town.certificate().cert_id])
    assert shown_by(erased.town) == "滨城区"


def test_what_this_pc_ordered_under_a_former_name_is_its_own(erased: Three) -> None:
    county = erased.county
    with database.writing(county.db.engine) as connection:
        forks.rename(connection, county.db, PLACES["county"])
    assert shown_by(county) == "本单位"


def test_what_only_a_list_beside_the_data_knows_names_nobody(erased: Three) -> None:
    with database.writing(erased.town.db.engine) as connection:
        connection.exec_driver_sql("UPDATE erasure SET eid = row")
    assert shown_by(erased.town) == "不明"
