"""The short form of the fuzzing: some inputs for every target, the same ones every time. `make fuzz` does the long one."""

from collections.abc import Iterator

import pytest

from desktop.features.sync import verify
from desktop.features.sync.verify import Violation
from tests.fuzz.__main__ import run_round
from tests.fuzz.targets import TARGETS, World, make_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("fuzz"))
    yield made
    made.close()


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_is_found_in_a_short_run(world: World, name: str) -> None:
    run_round(world, TARGETS[name], 1, 80)


def test_a_check_that_is_left_out_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer does reach beyond the first checks: without this one, something breaks behind it."""
    monkeypatch.setattr(verify, "check_entry", lambda *_: None)
    with pytest.raises(Exception, match=".") as seen:
        run_round(world, TARGETS["entry"], 1, 400)
    assert not isinstance(seen.value, Violation)
