"""A disk image that is put back tells nobody: the PC must learn of it from those who heard later words of it."""

import shutil
from pathlib import Path

from desktop.core.db import database
from desktop.features.sync import api as sync
from tests.features.sync.exchange_maker import Office
from tests.office_maker import add_household

BUNDLES = 12


def down(town: Office, county: Office, stick: Path) -> None:
    for written in sync.write_bundle(county.db, county.actor, stick, whom="里则街道"):
        town.reads(written.path)


def put_back(town: Office, image: Path) -> Office:
    folder, paths, key = town.db.paths.root, town.db.paths, town.db.key
    town.db.engine.dispose()
    shutil.rmtree(folder)
    shutil.copytree(image, folder)
    return Office(database.open_database(paths, key, town.db.clock), town.actor)


def test_who_lost_only_what_others_wrote_is_sent_it_again(
    offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    """Nothing of its own is missing, so no stream of its own tells; only the numbers of its bundles went back."""
    town, county = offices
    town.writes(stick)
    with town.db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(town.db.paths.root, tmp_path / "image")
    home = add_household(county.db, county.actor, "何小满")
    down(town, county, stick)
    for _ in range(BUNDLES):
        county.reads(town.writes(stick))
    town = put_back(town, tmp_path / "image")
    for _ in range(2):
        down(town, county, stick)
        county.reads(town.writes(stick))
    down(town, county, stick)
    with town.db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM household WHERE id = ?", (home,)).scalar()
    town.db.close()
    assert found == 1
