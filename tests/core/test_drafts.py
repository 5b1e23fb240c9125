"""The drafts' contract; the store inside the database is tested against the same function."""

from desktop.core.drafts import Draft, DraftStore, MemoryDrafts


def check_store(store: DraftStore) -> None:
    """What every draft store must do."""
    store.put(Draft("visits.form", "h1", {"day": "3.14"}))
    store.put(Draft("visits.form", "", {"day": "1.2"}))
    store.put(Draft("register.form", "h1", {"head": "王桂英"}))
    store.put(Draft("visits.form", "h1", {"day": "3.15"}))
    found = store.get("visits.form", "h1")
    assert found is not None
    assert found.values == {"day": "3.15"}
    assert [d.about for d in store.list("visits.form")] == ["h1", ""]
    assert len(store.list()) == 3
    store.remove("visits.form", "h1")
    store.remove("visits.form", "never there")
    assert store.get("visits.form", "h1") is None
    assert store.get("register.form", "h1") is not None


def test_drafts_in_memory() -> None:
    check_store(MemoryDrafts())
