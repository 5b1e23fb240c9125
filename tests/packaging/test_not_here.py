"""A machine that cannot get the tools builds no installer: CI says so and goes on, whoever asked for one is refused."""

from pathlib import Path

import package
import pytest


@pytest.fixture(params=["nothing at all", "a Debian that is cut off"])
def bare_machine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FULL", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    if request.param != "nothing at all":
        for name in ("dpkg-query", "apt-get"):
            tool = tmp_path / name
            tool.write_text("#!/bin/sh\necho cut off\nexit 100\n")
            tool.chmod(0o755)


@pytest.mark.usefixtures("bare_machine")
def test_ci_says_so_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert package.main("if-changed") == 0
    said = capsys.readouterr().out
    assert "Linux: nothing built" in said
    assert "Windows: nothing built" in said


@pytest.mark.usefixtures("bare_machine")
def test_full_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULL", "1")
    assert package.main("if-changed") == 1


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize("system", ["linux", "windows"])
def test_whoever_asks_for_one_is_refused(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert package.main(system) == 1
    assert f"the installers ({system})" in capsys.readouterr().err
