"""The self-test says what is missing: run on a copy of the program that lacks something."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """What the self-test says where a font is torn, a list of codes is gone, and a released database is damaged."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "desktop", copy / "desktop", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources", copy / "resources")
    (copy / "resources/fonts/HanaMinB.ttf").write_bytes(b"torn")
    (copy / "resources/icons/add.svg").write_bytes(b"")
    for database in (copy / "resources/released").glob("*/office.db"):
        database.write_bytes(bytes(4096))
    (copy / "resources/codes/jdlk_relation.csv").unlink()
    subprocess.run(
        [sys.executable, "-m", "desktop", "--selftest", str(copy / "told.json")],
        cwd=copy, env={**os.environ, "PYTHONPATH": str(copy), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, check=False, timeout=200,
    )  # fmt: skip
    found = json.loads((copy / "told.json").read_text(encoding="utf-8"))
    assert not found["ok"]
    return {name: check["ok"] for name, check in found["checks"].items()}


@pytest.mark.parametrize("check", ["fonts", "pictures", "codes", "released"])
def test_what_is_broken_is_told(told: dict[str, bool], check: str) -> None:
    assert not told[check]


@pytest.mark.parametrize("check", ["places", "login", "window"])
def test_what_is_whole_is_told_too(told: dict[str, bool], check: str) -> None:
    assert told[check]
