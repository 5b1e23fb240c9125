"""When CI builds the installers, told by real repositories."""

import os
import subprocess
from pathlib import Path

import pytest
from installers import changed

NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def no_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FULL", raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    made.mkdir()
    git(made, "init", "-q")
    return made


def git(folder: Path, *command: str, at: int = NOW) -> None:
    stamp = {"GIT_AUTHOR_DATE": f"@{at} +0000", "GIT_COMMITTER_DATE": f"@{at} +0000"}
    who = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    subprocess.run(["git", "-C", str(folder), *who, *command], env={**os.environ, **stamp}, check=True)


def commit(folder: Path, name: str, hours_ago: float) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(hours_ago))
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", name, at=NOW - int(hours_ago * 3600))


def test_a_change_of_this_landing_counts(repository: Path) -> None:
    commit(repository, "packaging/app.spec", 2)
    commit(repository, "desktop/cli.py", 0)
    assert "packaging/app.spec" in changed.why(repository)


def test_an_earlier_landing_does_not(repository: Path) -> None:
    commit(repository, "resources/app.svg", 9)
    commit(repository, "packaging/app.spec", 5)
    commit(repository, "desktop/cli.py", 0)
    assert changed.why(repository) == ""


def test_release_notes_alone_do_not(repository: Path) -> None:
    commit(repository, "packaging/app.spec", 5)
    commit(repository, "packaging/CHANGES.md", 0)
    assert changed.why(repository) == ""


def test_a_shallow_clone_builds(repository: Path, tmp_path: Path) -> None:
    commit(repository, "packaging/app.spec", 9)
    commit(repository, "desktop/cli.py", 0)
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), "shallow")
    assert changed.why(tmp_path / "shallow")


def test_without_git_it_builds(tmp_path: Path) -> None:
    assert changed.why(tmp_path)


def test_full_always_builds(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repository, "desktop/cli.py", 0)
    monkeypatch.setenv("FULL", "1")
    assert changed.why(repository)
