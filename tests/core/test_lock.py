"""A second copy on the same data is refused, also from another process, and the lock dies with its holder."""

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core import lock
from desktop.core.errors import Trouble

HOLD = (
    "import sys; from pathlib import Path; from desktop.core import lock;"
    " held = lock.take(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
)


def test_a_second_copy_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with lock.take(tmp_path / "running.lock"):
        with pytest.raises(Trouble) as refused:
            lock.take(tmp_path / "running.lock")
        assert refused.value.code == "lock.taken"
        assert refused.value.what_to_do
    lock.take(tmp_path / "running.lock").release()


def test_the_lock_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    file = tmp_path / "running.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(Trouble):
            lock.take(file)
        other.kill()
        other.wait()
    lock.take(file).release()


def test_a_folder_that_is_not_there_is_trouble_not_a_bug(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as refused:
        lock.take(tmp_path / "missing" / "running.lock")
    assert refused.value.code == "lock.folder"


def test_another_account_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `getuser` finds it, by the environment."""
    file = tmp_path / "running.lock"
    monkeypatch.setenv("LOGNAME", "lili")
    with lock.take(file):
        monkeypatch.setenv("LOGNAME", "wangfang")
        with pytest.raises(Trouble) as refused:
            lock.take(file)
        assert refused.value.code == "lock.other_account"
        assert "lili" in refused.value.sentence
        assert "注销" in refused.value.what_to_do
        (tmp_path / "running.account").write_bytes(b"\xff")
        with pytest.raises(Trouble) as unknown:
            lock.take(file)
        assert unknown.value.code == "lock.taken"
    lock.take(file).release()
    assert (tmp_path / "running.account").read_text(encoding="utf-8") == "wangfang"
