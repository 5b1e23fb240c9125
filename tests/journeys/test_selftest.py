"""The self-test that the installed program will run, here on the source."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.journeys.command import ROOT


def test_the_selftest_writes_what_works(tmp_path: Path) -> None:
    target = tmp_path / "selftest.json"
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--selftest", str(target)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
        timeout=200,
    )
    found = json.loads(target.read_text(encoding="utf-8"))
    assert {name: check["ok"] for name, check in found["checks"].items()} == dict.fromkeys(
        found["checks"], True
    )
    assert done.returncode == 0
    assert "取消" in found["checks"]["window"]["said"]
