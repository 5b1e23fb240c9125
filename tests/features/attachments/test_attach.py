"""Attaching papers to a household: kept once, called by a title, taken away and brought back, masked roles kept out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.blobs import Blobs
from desktop.core.db import blob_store
from desktop.core.db.blob_store import blobs_of
from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.features.attachments import api as attachments
from tests.features.attachments.pictures_maker import PDF, photo
from tests.office_maker import add_household, make_office


class Room:
    def __init__(self, folder: Path) -> None:
        self.db: Database
        self.actor: Actor
        self.db, self.actor = make_office(folder)
        self.home = add_household(self.db, self.actor, "何小满")
        self.blobs: Blobs = blobs_of(self.db)

    def attach(self, content: bytes, title: str = "申请书", note: str = "") -> bytes:
        with self.db.unit(self.actor, "添加") as unit:
            return attachments.attach(unit, self.blobs, attachments.Draft(self.home, content, title, note))

    def listed(self, actor: Actor | None = None) -> list[attachments.Attachment]:
        with self.db.reader(actor or self.actor) as reader:
            return attachments.of_household(reader, self.blobs, self.home)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.db.close()


def test_a_photo_is_kept_as_it_came_and_travels_small(room: Room) -> None:
    original = photo()
    room.attach(original, "公示照片", " 正面 ")
    (found,) = room.listed()
    assert (found.title, found.note, found.kind, found.taken_at) == (
        "公示照片",
        "正面",
        "image/jpeg",
        "2026-11-20 09:31",
    )
    assert found.is_here
    assert found.thumb
    assert found.size < len(original)
    with room.db.reader(room.actor) as reader:
        assert attachments.content(reader, room.blobs, found) == original
        assert blob_store.original(reader.connection, found.sha256)[1] == "37.3836, 118.0208"
    small = room.blobs.get(found.sha256)
    assert small is not None
    assert b"CANARYPHONE" not in small


def test_the_same_file_twice_is_refused_and_what_is_no_file_too(room: Room) -> None:
    room.attach(PDF)
    for content, title, code in (
        (PDF, "手册", "file.twice"),
        (b"MZ", "手册", "file.kind"),
        (photo(), "不在目录", "file.title"),
    ):
        with pytest.raises(Refused) as refused:
            room.attach(content, title)
        assert refused.value.problems[0].code == code
    assert len(room.listed()) == 1


def test_taking_away_can_be_undone_and_the_file_is_still_there(room: Room) -> None:
    key = room.attach(PDF)
    with room.db.unit(room.actor, "去掉") as unit:
        attachments.detach(unit, room.blobs, key)
        action = unit.action_key
    assert room.listed() == []
    with room.db.unit(room.actor, "撤销") as unit:
        undo(unit, action)
    assert [a.is_here for a in room.listed()] == [True]


def test_another_title(room: Room) -> None:
    key = room.attach(PDF)
    with room.db.unit(room.actor, "改") as unit:
        attachments.rename(unit, room.blobs, key, "评议记录", "第二次")
    assert [(a.title, a.note) for a in room.listed()] == [("评议记录", "第二次")]


def test_who_sees_masked_numbers_sees_no_papers(room: Room) -> None:
    room.attach(photo())
    masked = replace(room.actor, is_masked=True)
    (found,) = room.listed(masked)
    assert found.thumb == b""
    with room.db.reader(masked) as reader, pytest.raises(Refused, match="角色"):
        attachments.content(reader, room.blobs, found)


def test_the_key_of_the_files_stays_the_same(room: Room) -> None:
    assert blobs_of(room.db) == room.blobs
    assert room.blobs.key != room.db.key
