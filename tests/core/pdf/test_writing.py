"""A PDF file is there whole or not at all, and trouble is told in a sentence."""

import errno
import os
from pathlib import Path

import pytest

from desktop.core import pdf
from desktop.core.errors import Cancelled, Trouble


def write(target: Path) -> None:
    with pdf.writing(target, "试印") as paper:
        paper.page().text(20, 30, "户编号")


def test_the_file_is_there_and_nothing_beside_it(tmp_path):
    write(tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert os.listdir(tmp_path) == ["a.pdf"]


@pytest.mark.parametrize("error", [Cancelled, RuntimeError, OSError, KeyboardInterrupt])
def test_after_any_error_the_old_file_is_still_there(tmp_path, error):
    def stopped() -> None:
        with pdf.writing(tmp_path / "a.pdf", "试印") as paper:
            paper.page()
            raise error

    (tmp_path / "a.pdf").write_bytes(b"old")
    with pytest.raises(error):
        stopped()
    assert (tmp_path / "a.pdf").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.pdf"]


def test_while_drawing_the_target_is_untouched(tmp_path):
    with pdf.writing(tmp_path / "a.pdf", "试印") as paper:
        paper.page()
        assert os.listdir(tmp_path) == ["a.pdf.part"]


def test_a_folder_that_is_gone_is_found_before_anything_is_drawn(tmp_path):
    with pytest.raises(Trouble) as found, pdf.writing(tmp_path / "stick" / "a.pdf", "试印"):
        pytest.fail("drawn for nothing")
    assert found.value.code == "pdf.folder"


def test_a_folder_of_that_name_is_in_the_way(tmp_path):
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(Trouble) as found:
        write(tmp_path / "a.pdf")
    assert found.value.code == "pdf.open"
    assert os.listdir(tmp_path) == ["a.pdf"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "pdf.full"), (errno.EACCES, "pdf.open"), (errno.EIO, "pdf.write")],
)
def test_trouble_while_saving_is_told_and_leaves_nothing(tmp_path, monkeypatch, number, code):
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Trouble) as found:
        write(tmp_path / "a.pdf")
    assert found.value.code == code
    assert "a.pdf" in found.value.sentence
    assert os.listdir(tmp_path) == []
