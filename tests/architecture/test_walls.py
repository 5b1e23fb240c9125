"""What import-linter cannot see: lists that must name every feature, raw SQL, log calls, release notes, lock files."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import desktop
from desktop.features import catalog

ROOT = Path(__file__).resolve().parents[2]
SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\s", re.IGNORECASE)
# The bulk index of the register and nothing else writes SQL of its own; it touches local tables only.
MAY_WRITE_SQL = {"desktop/features/register/index.py", "desktop/features/register/search.py"}


def features() -> list[Path]:
    return sorted(p for p in (ROOT / "desktop/features").iterdir() if (p / "__init__.py").exists())


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def test_every_feature_is_in_the_catalog_and_in_the_layers() -> None:
    layers = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for folder in features():
        assert folder.name in catalog.FEATURES
        assert f"desktop.features.{folder.name}" in layers


def test_every_feature_says_what_it_is() -> None:
    for folder in features():
        tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), folder


def test_no_raw_sql_in_features() -> None:
    found = []
    for path in sources("desktop/features"):
        if str(path.relative_to(ROOT)) in MAY_WRITE_SQL:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
                found.append(f"{path.name}:{node.lineno}")
    assert not found


def test_synced_rows_are_written_by_units_alone() -> None:
    """No feature uses SQLAlchemy's insert, update or delete on a synced row."""
    synced = {"UserRow", "PlaceRow", "GroupRow", "HouseholdRow", "PersonRow", "PrefixRow", "VisitRow", "VolunteerRow",
              "PointsRow", "AuditRow", "CodeEditRow", "StandardRow", "SpecialDayRow"}  # fmt: skip
    found = []
    for path in sources("desktop/features"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                named = node.args[0]
                if (
                    node.func.id in ("insert", "update", "delete")
                    and isinstance(named, ast.Name)
                    and named.id in synced
                ):
                    found.append(f"{path.name}:{node.lineno}")
    assert not found


def test_log_calls_carry_no_personal_data() -> None:
    """A log call takes literals, numbers and codes; no variable that could hold a name or a number of a person."""
    suspicious = re.compile(
        r"name|number|phone|person|household|draft|facts|values|typed|cell|text", re.IGNORECASE
    )
    found = []
    for path in sources("desktop"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            is_log = isinstance(node.func.value, ast.Name) and node.func.value.id == "logger"
            if is_log and node.func.attr in ("debug", "info", "warning", "error", "exception", "critical"):
                for argument in node.args[1:]:
                    if any(suspicious.search(n.id) for n in ast.walk(argument) if isinstance(n, ast.Name)):
                        found.append(f"{path.name}:{node.lineno}")
    assert not found


def test_the_release_notes_know_this_version() -> None:
    assert f"## {desktop.__version__} " in (ROOT / "packaging/CHANGES.md").read_text(encoding="utf-8")


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == desktop.__version__


def test_lock_files_carry_hashes_and_no_addresses() -> None:
    for path in (ROOT / "packaging").glob("requirements*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_the_lock_pins_everything_that_is_asked_for() -> None:
    for name in ("requirements", "requirements-dev"):
        asked = re.findall(
            r"^([A-Za-z][A-Za-z0-9_-]*)", (ROOT / f"packaging/{name}.in").read_text(), re.MULTILINE
        )
        pinned = (ROOT / f"packaging/{name}.txt").read_text().lower()
        for package in asked:
            assert re.search(rf"^{package.lower().replace('_', '[-_]')}==", pinned, re.MULTILINE), package


def test_fonts_fit_the_budget() -> None:
    assert sum(p.stat().st_size for p in (ROOT / "resources/fonts").iterdir()) <= 75_000_000


def test_the_contracts_are_kept() -> None:
    done = subprocess.run(
        [str(ROOT / ".venv/bin/lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
