"""Offices work, lose sticks, are copied, robbed and restored; in the end all agree. `make simulate` runs more of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.simulator.faults import Mix
from tests.simulator.places import Mould
from tests.simulator.run import run

# Two processes side by side. Between them the seeds have every fault; those that put PCs back and those that change and
# revoke keys are different ones. 12,500 make 50,000 steps in all, for a machine with two quiet cores.
SEEDS = ((31, 16), (8, 11))
LENGTH = 3_000
HERE = Path(__file__).parents[2]


@pytest.mark.timeout(1800)
def test_long_seeds_in_two_processes() -> None:
    with _processes() as processes:
        for process in processes:
            said, _ = process.communicate()
            assert process.returncode == 0, said


@contextmanager
def _processes() -> Iterator[list[subprocess.Popen[str]]]:
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    calls = [
        [
            sys.executable,
            "-m",
            "tests.simulator",
            "0",
            "0",
            "--length",
            str(LENGTH),
            "--only",
            *map(str, some),
        ]
        for some in SEEDS
    ]
    found = [
        subprocess.Popen(
            call, cwd=HERE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for call in calls
    ]
    try:
        yield found
    finally:
        for process in found:
            process.kill()
            process.wait()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_dense_seed_on_the_disk_with_the_programs_own_settings(
    mould: Mould, tmp_path: Path, seed: int
) -> None:
    assert run(mould, tmp_path, seed, 120, is_cheap=False, mix=Mix.dense()).step >= 120


def test_a_seed_repeats_itself(mould: Mould, memory: Path) -> None:
    once, again = (run(mould, memory, 5, 100, mix=Mix.dense()) for _ in range(2))
    assert (once.step, once.counts) == (again.step, again.counts)
    assert once.world.book.keys() == again.world.book.keys()
