"""The log takes no numbers of people, and no message of an error."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core import log


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    log.start(tmp_path / "logs")
    yield tmp_path / "logs"
    log.stop()


def written(folder: Path) -> str:
    return (folder / "desktop.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("号码110101194912310020在", "号码<number>在"),
        ("11010519491231002X", "<number>"),
        ("电话13800001234。", "电话<tel>。"),
        ("371602012000", "371602012000"),
        ("23800001234", "23800001234"),
    ],
)
def test_numbers_of_people_are_redacted(text: str, kept: str) -> None:
    assert log.redact(text) == kept


def test_a_line_in_the_file_is_redacted_arguments_too(folder: Path) -> None:
    log.logger.info("read %s of %s", "13800001234", 7)
    assert "read <tel> of 7" in written(folder)


def fail() -> None:
    try:
        raise KeyError("张秀兰")
    except KeyError as cause:
        raise ValueError("11010519491231002X 张秀兰") from cause


def test_a_bug_is_written_with_its_places_but_without_its_words(folder: Path) -> None:
    with pytest.raises(ValueError) as caught:
        fail()
    code = log.bug(caught.value)
    text = written(folder)
    assert code in text
    assert "KeyError" in text
    assert "ValueError" in text
    assert "core/test_log.py" in text
    assert " fail" in text
    assert "秀兰" not in text


def test_the_same_bug_has_the_same_code_and_another_one_another() -> None:
    codes = []
    for _ in range(2):
        with pytest.raises(ValueError) as caught:
            fail()
        codes.append(log.crash_code(caught.value))
    assert codes[0] == codes[1]
    with pytest.raises(ValueError) as other:
        int("x")
    assert log.crash_code(other.value) != codes[0]


def test_starting_twice_writes_once(folder: Path, tmp_path: Path) -> None:
    log.start(tmp_path / "other")
    log.logger.info("hello")
    assert written(tmp_path / "other").count("hello") == 1
    assert not (folder / "desktop.log").exists()
    log.stop()
    assert not [h for h in log.logger.handlers if isinstance(h, logging.FileHandler)]
