"""Remembered values and settings survive a restart and a damaged file."""

from pathlib import Path

import pytest

from desktop.core.remember import Remember
from desktop.core.settings import OPTIONS, TEXT_SIZE, Option, Settings

FOLDER = Option("folder", "", "a text of any kind")
MINUTES = Option("minutes", 15, "a number within bounds", most=240)


def test_what_is_put_is_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "remembered.json"
    Remember(file).put("columns.register", {"head": 120})
    assert Remember(file).get("columns.register") == {"head": 120}


def test_a_damaged_file_reads_as_empty(tmp_path: Path) -> None:
    file = tmp_path / "remembered.json"
    file.write_text('{"window": "ab', encoding="utf-8")
    assert Remember(file).get("window", "none") == "none"


def test_a_folder_that_cannot_be_written_does_not_stop_the_program(tmp_path: Path) -> None:
    remember = Remember(tmp_path / "missing" / "remembered.json")
    remember.put("window", "x")
    assert remember.get("window") == "x"


def test_forgotten_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "remembered.json"
    Remember(file).put("a", 1)
    Remember(file).forget("a")
    assert Remember(file).get("a") is None


def test_a_setting_keeps_its_type_and_its_default(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    assert settings.get(TEXT_SIZE) == 100
    settings.put(TEXT_SIZE, 115)
    settings.put(FOLDER, "stick")
    again = Settings(tmp_path / "settings.json")
    assert (again.get(TEXT_SIZE), again.get(FOLDER)) == (115, "stick")


@pytest.mark.parametrize("value", [-1, 241, True, "15"])
def test_a_value_that_is_not_allowed_is_neither_taken_nor_believed(tmp_path: Path, value: object) -> None:
    file = tmp_path / "settings.json"
    with pytest.raises(ValueError):
        Settings(file).put(MINUTES, value)  # type: ignore[arg-type]
    Remember(file).put(MINUTES.key, value)
    assert Settings(file).get(MINUTES) == MINUTES.default


def test_every_option_is_listed_once_with_a_title_and_an_allowed_default() -> None:
    assert len({o.key for o in OPTIONS}) == len(OPTIONS)
    assert all(o.title and o.allows(o.default) for o in OPTIONS)
