"""What a call of the simulator did: seeds, steps, every fault with its count, seconds; one line of JSON a call."""

import json
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPORT = HERE / "report.md"
_BEGIN = "# What the simulator did\n\nOne line a call of `make simulate`; a failing seed repeats itself on the same commit.\n\n"


@dataclass
class Report:
    backend: str
    seeds: list[int] = field(default_factory=list)
    steps: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    cpu: float = field(default_factory=time.process_time)

    def add(self, seed: int, steps: int, counts: Counter[str]) -> None:
        self.seeds.append(seed)
        self.steps += steps
        self.counts.update(counts)

    def said(self) -> dict[str, Any]:
        return {
            "commit": _commit(),
            "backend": self.backend,
            "seeds": [min(self.seeds, default=0), max(self.seeds, default=0), len(self.seeds)],
            "steps": self.steps,
            "failures": self.failures,
            "seconds": round(time.monotonic() - self.began),
            "cpu_seconds": round(time.process_time() - self.cpu),
            "counts": dict(sorted(self.counts.items())),
        }

    def keep(self) -> str:
        """Add a line to the report beside the simulator; gives it."""
        line = json.dumps(self.said(), ensure_ascii=False)
        before = REPORT.read_text(encoding="utf-8") if REPORT.exists() else _BEGIN
        REPORT.write_text(f"{before}- `{line}`\n", encoding="utf-8")
        return line


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=HERE, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
