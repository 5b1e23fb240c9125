"""`make bench`: every measurement of the project, each against its reference inside one run."""

import importlib
import sys

MODULES = ("bench_handbook", "bench_import", "bench_search", "bench_backup", "bench_start", "bench_sync")


def main(names: list[str]) -> int:
    worst = 0
    for name in names or MODULES:
        module = importlib.import_module(f"tests.bench.{name}")
        worst = max(worst, int(module.main() or 0))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
