"""`python -m tests.fuzz MINUTES [--targets frame,merge] [--seed N]`: CPU minutes for each target, then the counts.

A finding is printed with what Hypothesis made of it, smallest first, and the seed that brings it back; status 1.
"""

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, Target, World, make_world

ROUND = 2_000


def run_round(world: World, target: Target, number: int, examples: int) -> None:
    """One round of examples; the first finding is raised, made as small as it goes."""

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(st.data())
    def once(draw: st.DataObject) -> None:
        target(world, draw)

    once()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz")
    parser.add_argument("minutes", type=float)
    parser.add_argument("--targets", default=",".join(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    given_ = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        found = [_fuzz(world, name, given_.minutes * 60, given_.seed) for name in given_.targets.split(",")]
        world.close()
    return 0 if all(found) else 1


def _fuzz(world: World, name: str, seconds: float, first: int) -> bool:
    """Whether a target came through its CPU seconds without a finding."""
    began, number = time.process_time(), first
    while time.process_time() - began < seconds:
        try:
            run_round(world, TARGETS[name], number, ROUND)
        except Exception:
            traceback.print_exc()
            _say(f"{name}: finding, --targets {name} --seed {number}")
            return False
        number += 1
    spent = time.process_time() - began
    runs = (number - first) * ROUND
    _say(f"{name}: {runs} inputs, {spent:.0f} s, {runs / max(spent, 1):.0f}/s, nothing found")
    return True


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
