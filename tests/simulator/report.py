"""What the simulator did: a line of JSON a seed in report.jsonl, its sums with `python -m tests.simulator.report`."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPORT = HERE / "report.jsonl"
LONG = 20_000


@dataclass
class Seed:
    """One seed, from when it is made until it ends."""

    seed: int
    backend: str
    steps: int = 0
    failure: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = field(default_factory=lambda: -time.monotonic())
    cpu_seconds: float = field(default_factory=lambda: -time.process_time())

    def ends(self, steps: int, counts: Counter[str], failure: str = "") -> None:
        self.steps, self.counts, self.failure = steps, counts, failure
        self.seconds += time.monotonic()
        self.cpu_seconds += time.process_time()

    def line(self) -> str:
        said: dict[str, Any] = {
            "seed": self.seed,
            "steps": self.steps,
            "commit": _commit(),
            "backend": self.backend,
            "failure": self.failure.splitlines()[0] if self.failure else "",
            "seconds": round(self.seconds),
            "cpu_seconds": round(self.cpu_seconds),
            "counts": dict(sorted(self.counts.items())),
        }
        return json.dumps(said, ensure_ascii=False)

    def keep(self, report: Path) -> None:
        with report.open("a", encoding="utf-8") as file:
            file.write(f"{self.line()}\n")


def sums(lines: list[dict[str, Any]]) -> str:
    """All that was run, and how often each thing happened."""
    steps, long = (
        sum(s["steps"] for s in some) for some in (lines, [s for s in lines if s["steps"] >= LONG])
    )
    seconds = sum(s["cpu_seconds"] for s in lines)
    counts: Counter[str] = Counter()
    for seed in lines:
        counts.update(seed["counts"])
    told = [f"{len(lines)} seeds, {steps} steps ({long} in seeds of {LONG} and more), {seconds} CPU seconds"]
    told += [f"seed {s['seed']} at {s['commit']}: {s['failure']}" for s in lines if s["failure"]]
    return "\n".join([*told, *(f"{count:9} {name}" for name, count in sorted(counts.items()))])


def _commit() -> str:
    """Of the checkout, or what is told of a copy that is none."""
    if told := os.environ.get("SIMULATED_COMMIT"):
        return told
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=HERE, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    kept = REPORT.read_text(encoding="utf-8").splitlines() if REPORT.exists() else []
    sys.stdout.write(sums([json.loads(line) for line in kept]) + "\n")
