"""Makes resources/released/<version>/: a small office of this version, which every later version must open.

Run it once before a release. Until the release it is made anew whenever migration 0001 was edited in place.
The people in it are invented; the login is in desktop/selftest.py (RELEASED_LOGIN).
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import desktop  # noqa: E402
from desktop import start  # noqa: E402
from desktop.core import keys  # noqa: E402
from desktop.core.crypto import Cost  # noqa: E402
from desktop.core.paths import Paths  # noqa: E402
from desktop.features.office import api as office  # noqa: E402
from desktop.sample import people, workbooks  # noqa: E402
from desktop.selftest import RELEASED_LOGIN  # noqa: E402

OFFICE = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)


COST = Cost(1, 64, 1)


def main() -> None:
    target = ROOT / "resources/released" / desktop.__version__
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "office"
        _make(made, Path(folder) / "list.xlsx")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for path in (Paths(made).keys, Paths(made).database):
            shutil.copyfile(path, target / path.name)
    print(target.relative_to(ROOT), sum(p.stat().st_size for p in target.iterdir()), "bytes")


def _make(root: Path, workbook: Path) -> None:
    """The password protects nothing here, so a quick derivation will do."""
    workbooks.write_layout1(workbook, people.township(households=6, people=15))
    running, _ = start.create_office(root, OFFICE, *RELEASED_LOGIN, cost=COST)
    _open_everywhere(Paths(root).keys, running.db.key)
    try:
        start.apply_import(running, start.read_workbook(running, workbook).plan)
        with running.db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        running.db.close()


def _open_everywhere(path: Path, key: bytes) -> None:
    """An office's password is bound to its PC; the sample's is not."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["slots"][0] = keys.password_slot(key, *RELEASED_LOGIN, COST, is_bound=False)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
