"""Offices work, lose sticks, are copied and restored; in the end all agree. `make simulate` runs more of it."""

import os
import time
from pathlib import Path

import pytest

from tests.simulator.faults import Mix
from tests.simulator.places import Mould
from tests.simulator.run import run

SEEDS = range(1, 9)
STEPS = 500


@pytest.fixture(scope="module")
def whole(memory: Path) -> Mould:
    return Mould(memory / "whole")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed(whole: Mould, memory: Path, seed: int) -> None:
    assert run(whole, memory, seed, STEPS).step >= STEPS


@pytest.mark.parametrize("seed", [1, 2])
def test_a_dense_seed_on_the_disk_with_the_programs_own_settings(
    mould: Mould, tmp_path: Path, seed: int
) -> None:
    assert run(mould, tmp_path, seed, 120, is_cheap=False, mix=Mix.dense()).step >= 120


def test_a_seed_repeats_itself(mould: Mould, memory: Path) -> None:
    once, again = (run(mould, memory, 5, 100, mix=Mix.dense()) for _ in range(2))
    assert (once.step, once.counts) == (again.step, again.counts)
    assert once.world.book.keys() == again.world.book.keys()


@pytest.mark.skipif(not os.environ.get("FULL"), reason="long: only with FULL=1")
@pytest.mark.timeout(3600)
def test_many_seeds(whole: Mould, memory: Path) -> None:
    began, steps, seed = time.monotonic(), 0, 1000
    while steps < 50_000 and time.monotonic() - began < 3000:
        steps += run(whole, memory, seed, 2000).step
        seed += 1
    assert steps
