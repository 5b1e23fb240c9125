"""Drafts on disk: the same contract as in memory, one user's never another's, and handed over as a whole."""

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
