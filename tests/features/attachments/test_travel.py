"""Photos on the stick: they go with their rows, come back to a PC that lost them, stay inside their region, and what is no
photo is not taken."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from desktop.core import crypto
from desktop.core.blobs import Blobs
from desktop.core.clock import FixedClock
from desktop.core.db import entries, restore, shelf
from desktop.core.db.blob_store import blobs_of
from desktop.features.attachments import api as attachments
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from desktop.features.sync.model import PieceKind
from tests.features.attachments.pictures_maker import PDF, photo
from tests.features.sync.exchange_maker import (
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
    stored,
)
from tests.features.sync.test_both_ways import down, up
from tests.office_maker import NOON, add_household

ATTACHMENT = 15


class Home:
    """A household of the township with one photo, and its county."""

    def __init__(self, folder: Path) -> None:
        self.town, self.county, self.stick = (
            make(folder, "township"),
            make(folder, "county"),
            folder / "stick",
        )
        enrol(self.town, self.county, self.stick)
        self.row = add_household(self.town.db, self.town.actor, "何小满")
        self.attach(photo(900, 700))

    def attach(self, content: bytes, title: str = "公示照片") -> None:
        with self.town.db.unit(self.town.actor, "添加") as unit:
            attachments.attach(unit, blobs_of(self.town.db), attachments.Draft(self.row, content, title))

    def at(self, office: Office) -> list[attachments.Attachment]:
        with office.db.reader(office.actor) as reader:
            return attachments.of_household(reader, blobs_of(office.db), self.row)

    def bare(self, path: Path) -> Path:
        """The stick is used again."""
        for file in self.stick.rglob("*.hhb"):
            if file != path:
                file.unlink()
        return path


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.town.db.close()
    made.county.db.close()


def files_of(office: Office) -> list[Path]:
    return list(blobs_of(office.db).files())


def test_a_photo_goes_up_with_its_household_and_lies_there_under_another_name(home: Home) -> None:
    taken = up(home.town, home.county, home.stick)
    assert (taken.outcome, taken.rows["file"]) == ("applied", 1)
    (here,), (there,) = home.at(home.town), home.at(home.county)
    assert there.is_here
    assert there.thumb == here.thumb
    small = blobs_of(home.county.db).get(there.sha256)
    assert small == blobs_of(home.town.db).get(here.sha256)
    (file,) = files_of(home.county)
    assert file.name not in {path.name for path in files_of(home.town)}
    # the original, with the place where it was taken, stayed at home
    assert len(files_of(home.town)) == 2


def test_it_goes_once_when_the_county_says_that_it_came(home: Home) -> None:
    up(home.town, home.county, home.stick)
    down(home.town, home.county, home.stick)
    large = home.at(home.town)[0].size
    path = home.town.writes(home.stick)
    assert path.stat().st_size < 64 * 1024 + large
    assert home.county.reads(path).rows.get("file", 0) == 0


def test_what_was_lost_above_is_asked_for_and_comes_again(home: Home) -> None:
    up(home.town, home.county, home.stick)
    sha256 = home.at(home.county)[0].sha256
    down(home.town, home.county, home.stick)
    blobs_of(home.county.db).remove(sha256)
    assert not home.at(home.county)[0].is_here
    down(home.town, home.county, home.stick)
    taken = up(home.town, home.county, home.stick)
    assert (taken.outcome, taken.entries, taken.rows["file"]) == ("applied", 0, 1)
    assert home.at(home.county)[0].is_here


def test_what_was_lost_below_comes_back_from_above(home: Home) -> None:
    up(home.town, home.county, home.stick)
    blobs_of(home.town.db).remove(home.at(home.town)[0].sha256)
    up(home.town, home.county, home.stick)
    down(home.town, home.county, home.stick)
    assert home.at(home.town)[0].is_here


def test_reading_twice_brings_nothing_new(home: Home) -> None:
    path = home.town.writes(home.stick)
    assert home.county.reads(path).outcome == "applied"
    again = home.county.reads(path)
    assert (again.outcome, again.rows.get("file", 0)) == ("nothing_new", 0)
    assert len(files_of(home.county)) == 1


def test_nobody_gets_a_file_of_another_region_by_asking(home: Home, tmp_path: Path) -> None:
    sibling = make(tmp_path, "sibling")
    enrol(sibling, home.county, home.stick)
    up(home.town, home.county, home.stick)
    sha256 = home.at(home.county)[0].sha256
    wanted = stored(entries.pack((sha256,)), len(entries.pack((sha256,))), PieceKind.WANTED)
    asking = bundle(home.stick, sibling, home.county, bring(sibling), wanted)
    assert home.county.reads(asking).outcome in ("applied", "nothing_new")
    (written,) = sync.write_bundle(home.county.db, home.county.actor, home.stick, whom="青田街道")
    assert sibling.reads(written.path).rows.get("file", 0) == 0
    assert files_of(sibling) == []
    sibling.db.close()


def _bitmap() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (9, 9)).save(target, "BMP")
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"<html></html>", b"MZ" + bytes(200), _bitmap(), photo(400, 300), b"%PDF-1.4 no end"],
    ids=["html", "exe", "bmp", "exif location", "cut pdf"],
)
def test_a_file_that_is_none_of_ours_is_set_aside_and_the_rest_is_taken(home: Home, content: bytes) -> None:
    up(home.town, home.county, home.stick)
    home.attach(PDF, "申请书")
    author = Author(home.town)
    sha256 = crypto.digest(content)
    author.says(
        "C",
        ATTACHMENT,
        {2: home.row, 3: "其他", 5: "image/jpeg", 6: sha256, 7: len(content), 9: "2027-03-14"},
    )
    blob = stored(content, len(content), PieceKind.BLOB)
    taken = home.county.reads(
        bundle(home.stick, home.town, home.county, bring(home.town), author.segment(), blob)
    )
    assert (taken.outcome, taken.quarantined) == ("applied", 1)
    assert not Blobs(home.county.db.paths.blobs, blobs_of(home.county.db).key).has(sha256)
    with home.county.db.reader(home.county.actor) as reader:
        assert [s.sentence for s in sync.set_aside(reader)] == ["附件不是本程序做的图片或 PDF，或另藏了内容"]
    good = stored(PDF, len(PDF), PieceKind.BLOB)
    author.says(
        "C",
        ATTACHMENT,
        {2: home.row, 3: "其他", 5: "application/pdf", 6: crypto.digest(PDF), 7: 9, 9: "2027-03-14"},
    )
    twin = home.county.reads(
        bundle(home.stick, home.town, home.county, bring(home.town), author.segment(), good)
    )
    assert (twin.outcome, twin.rows["file"]) == ("applied", 1)


def test_a_file_that_no_row_names_is_not_kept(home: Home) -> None:
    up(home.town, home.county, home.stick)
    before = len(files_of(home.county))
    stray = PDF + b"% another\n%%EOF\n"
    path = bundle(
        home.stick, home.town, home.county, bring(home.town), stored(stray, len(stray), PieceKind.BLOB)
    )
    assert home.county.reads(path).rows.get("file", 0) == 0
    assert len(files_of(home.county)) == before


@pytest.mark.parametrize(
    "wanted", [b"\x00", entries.pack((b"short",)), entries.pack(tuple(bytes(32) for _ in range(70_000)))]
)
def test_a_list_of_wishes_that_is_none_changes_nothing(home: Home, wanted: bytes) -> None:
    piece = stored(wanted, len(wanted), PieceKind.WANTED)
    path = bundle(home.stick, home.town, home.county, bring(home.town), piece)
    assert home.county.reads(path).outcome == "not_trusted"


def test_an_erased_household_takes_its_photos_along_everywhere(home: Home) -> None:
    up(home.town, home.county, home.stick)
    home.town.db.backup("daily")
    copies = [p.name for p in home.town.db.paths.backups.glob("blobs/??/*")]
    assert sorted(copies) == sorted(p.name for p in files_of(home.town))
    assert len(copies) == 2
    register.erase_household(home.county.db, home.county.actor, home.row, "本人要求")
    assert files_of(home.county) == []
    down(home.town, home.county, home.stick)
    assert files_of(home.town) == []
    assert list(home.town.db.paths.backups.glob("blobs/??/*")) == []


def test_a_backup_brings_the_photos_back(home: Home) -> None:
    path = home.town.db.backup("daily")
    sha256, root = home.at(home.town)[0].sha256, home.town.db.paths
    key = home.town.db.key
    home.town.db.close()
    for file in root.blobs.rglob("*"):
        if file.is_file():
            file.unlink()
    (backup,) = [b for b in shelf.all_in(root.backups) if b.path == path]
    restore.take_place(root, key, backup)
    home.town.db, home.town.actor = office.log_in(root.root, "admin", "pw", clock=FixedClock(NOON))
    assert home.at(home.town)[0].is_here
    assert blobs_of(home.town.db).get(sha256)
