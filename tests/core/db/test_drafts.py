"""Drafts on disk: the same contract as in memory, one user's never another's, and handed over as a whole."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core.crypto import random_key
from desktop.core.db.drafts import SealedDrafts
from desktop.core.drafts import Draft
from tests.core.test_drafts import check_store

OLD, NEW = b"o" * 16, b"n" * 16


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, bytes]:
    return tmp_path / "drafts.db", random_key()


def test_drafts_on_disk(given: tuple[Path, bytes]) -> None:
    store = SealedDrafts(*given, OLD)
    check_store(store)
    store.close()


def test_nobody_sees_anothers_and_a_handover_gives_them_all(given: tuple[Path, bytes]) -> None:
    old, new = SealedDrafts(*given, OLD), SealedDrafts(*given, NEW)
    for about in ("h1", "h2"):
        old.put(Draft("visits.form", about, {"findings": "旧"}))
    new.put(Draft("visits.form", "h2", {"findings": "新"}))
    assert new.get("visits.form", "h1") is None
    assert new.count_of(OLD) == 2
    assert new.hand_over(OLD, NEW) == 1
    assert [d.about for d in new.list()] != []
    kept = new.get("visits.form", "h2")
    assert kept is not None
    assert kept.values == {"findings": "新"}  # the own one stays
    assert [d.about for d in old.list()] == ["h2"]
    old.close()
    new.close()


def damaged(how: str, whole: bytes) -> bytes:
    """No byte of it stays as it was, its end is missing, or one page in the middle is wrong."""
    half = len(whole) // 2
    kinds = {
        "zeros": bytes(8192),
        "other": os.urandom(8192),
        "short": whole[: half + 100],
        "page": whole[:half] + os.urandom(4096) + whole[half + 4096 :],
    }
    return kinds[how]


@pytest.mark.parametrize("how", ["zeros", "other", "short", "page"])
def test_a_damaged_file_is_put_aside_and_keeps_nobody_out(given: tuple[Path, bytes], how: str) -> None:
    path, _ = given
    before = SealedDrafts(*given, OLD)
    for n in range(50):
        before.put(Draft("visits.form", f"h{n}", {"findings": "旧" * 500}))
    assert not before.was_damaged
    before.close()
    path.write_bytes(damaged(how, path.read_bytes()))
    spoilt = path.read_bytes()
    store = SealedDrafts(*given, OLD)
    assert store.was_damaged
    assert store.list() == []
    store.put(Draft("visits.form", "h1", {"findings": "新"}))
    assert path.with_suffix(".damaged").read_bytes() == spoilt
    store.close()
    again = SealedDrafts(*given, OLD)
    assert not again.was_damaged
    assert [d.about for d in again.list()] == ["h1"]
    again.close()


def test_a_log_left_by_a_damaged_file_does_not_come_into_the_new_one(given: tuple[Path, bytes]) -> None:
    path, _ = given
    path.write_bytes(os.urandom(8192))
    path.with_name("drafts.db-wal").write_bytes(os.urandom(5000))
    store = SealedDrafts(*given, OLD)
    assert store.was_damaged
    assert store.list() == []
    store.close()


@pytest.mark.parametrize("how", ["zeros", "other"])
@pytest.mark.parametrize("first", ["get", "list", "put", "remove", "count_of"])
def test_a_file_that_is_spoilt_while_it_is_open_is_told_once_and_begun_anew(
    given: tuple[Path, bytes], how: str, first: str
) -> None:
    """By a disk that fails or a program that tidies up: no traceback, and what is typed from now on is kept."""
    path, _ = given
    store, told = SealedDrafts(*given, OLD), []
    store.tell_damage(lambda: told.append(1))
    for n in range(50):
        store.put(Draft("visits.form", f"h{n}", {"findings": "旧" * 500}))
    store._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(damaged(how, path.read_bytes()))
    store._file.execute("PRAGMA shrink_memory")  # else it may answer from its memory for a while
    calls: dict[str, Callable[[], object]] = {
        "get": lambda: store.get("visits.form", "h7"),
        "list": lambda: store.list(),
        "put": lambda: store.put(Draft("visits.form", "h1", {"findings": "旧"})),
        "remove": lambda: store.remove("visits.form", "h7"),
        "count_of": lambda: store.count_of(OLD),
    }
    assert not calls[first]()
    store.put(Draft("visits.form", "h1", {"findings": "新"}))
    assert told == [1]
    assert [d.values["findings"] for d in store.list()] == ["新"]
    assert path.with_suffix(".damaged").exists()
    store.close()
    again = SealedDrafts(*given, OLD)
    assert not again.was_damaged
    assert [d.values["findings"] for d in again.list()] == ["新"]
    again.close()


@pytest.mark.parametrize("how", ["short", "page"])
def test_a_file_of_which_a_part_is_spoilt_answers_until_that_part_is_wanted(
    given: tuple[Path, bytes], how: str
) -> None:
    path, _ = given
    store, told = SealedDrafts(*given, OLD), []
    store.tell_damage(lambda: told.append(1))
    for n in range(50):
        store.put(Draft("visits.form", f"h{n}", {"findings": "旧" * 500}))
    store._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(damaged(how, path.read_bytes()))
    store._file.execute("PRAGMA shrink_memory")
    assert store.list() == []
    assert told == [1]
    store.put(Draft("visits.form", "h1", {"findings": "新"}))
    assert len(store.list()) == 1
    store.close()


def test_damage_of_before_is_told_when_somebody_listens(given: tuple[Path, bytes]) -> None:
    path, _ = given
    path.write_bytes(os.urandom(8192))
    store, told = SealedDrafts(*given, OLD), []
    store.tell_damage(lambda: told.append(1))
    assert told == [1]
    store.close()


def test_a_connection_that_failed_once_is_no_damage(given: tuple[Path, bytes]) -> None:
    store, told = SealedDrafts(*given, OLD), []
    store.tell_damage(lambda: told.append(1))
    store.put(Draft("visits.form", "h1", {"findings": "旧"}))
    store._file.execute(
        "ALTER TABLE drafts RENAME TO lost"
    )  # stands for whatever the file itself is not to blame for
    assert store.get("visits.form", "h1") is None
    store.put(Draft("visits.form", "h1", {"findings": "新"}))
    assert not told
    store.close()
