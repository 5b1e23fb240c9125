"""Five wrong passwords make the user wait, and no clock shortens it."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.core import crypto, keys, lockout
from desktop.core.crypto import Cost
from desktop.core.errors import Trouble

CHEAP = Cost(1, 64, 1)


@dataclass
class Ticking:
    """Seconds since the PC was switched on."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def path(tmp_path: Path) -> Path:
    keys.create(tmp_path / "keys.json", "admin", "right", CHEAP)
    return tmp_path / "keys.json"


def try_one(path: Path, ticks: Ticking, password: str = "wrong", login: str = "admin") -> str:
    """What a try ends with: "" for the way in, else the code."""
    try:
        keys.open_with_password(path, login, password, ticks)
    except Trouble as trouble:
        return trouble.code
    return ""


def test_every_fifth_wrong_one_waits_longer(path: Path) -> None:
    ticks = Ticking()
    for wait in (60, 300, 900, 3600, 3600):
        assert [try_one(path, ticks) for _ in range(5)] == ["keys.wrong"] * 5
        ticks.seconds += wait - 1
        assert try_one(path, ticks, "right") == "keys.locked"
        ticks.seconds += 1
    assert try_one(path, ticks, "right") == ""
    assert [try_one(path, ticks) for _ in range(4)] == ["keys.wrong"] * 4  # all is forgiven
    assert try_one(path, ticks, "right") == ""


def test_the_third_wrong_one_tells_how_many_are_left_and_the_fifth_how_long_to_wait(path: Path) -> None:
    ticks = Ticking()
    for login in ("admin", "nobody"):  # the words do not tell which names there are
        told = [said(path, ticks, login) for _ in range(10)]
        assert [t.count("再错") for t in told[:5]] == [0, 0, 1, 1, 0]
        assert ("再错 2 次就要等 1 分钟" in told[2], "再错 1 次就要等 1 分钟" in told[3]) == (True, True)
        assert "已连续输错 5 次，要等 1 分钟才能再试" in told[4]
        assert "还要等 1 分钟" in told[5]
        ticks.seconds += 60
        assert "再错 2 次就要等 5 分钟" in [said(path, ticks, login) for _ in range(3)][-1]


def said(path: Path, ticks: Ticking, login: str) -> str:
    with pytest.raises(Trouble) as caught:
        keys.open_with_password(path, login, "wrong", ticks)
    return str(caught.value)


def test_twenty_wrong_ones_at_the_real_cost(tmp_path: Path) -> None:
    path, ticks = tmp_path / "keys.json", Ticking()
    keys.create(path, "admin", "right", crypto.FOR_OFFICES)
    outcomes = []
    for _ in range(20):
        outcomes.append(try_one(path, ticks))
        ticks.seconds += 60 * 60 if len(outcomes) % 5 == 0 and len(outcomes) < 20 else 0
    assert outcomes == ["keys.wrong"] * 20
    assert try_one(path, ticks, "right") == "keys.locked"
    ticks.seconds += 60 * 60
    assert try_one(path, ticks, "right") == ""


def test_ten_thousand_tries_while_the_clock_is_moved(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody tries without pause and sets the PC's date back and forth: hardly a try gets through."""
    monkeypatch.setattr(lockout, "write_json", _without_disk())
    monkeypatch.setattr(lockout, "read_json", _READ)
    ticks, tried = Ticking(), 0
    for n in range(10_000):
        monkeypatch.setattr(lockout, "datetime", _at(2000 + n % 99))
        ticks.seconds += 1  # ten thousand seconds are not three hours
        tried += try_one(path, ticks) == "keys.wrong"
    # 5 at once, 5 after a minute, after five, after fifteen; then five an hour.
    assert 20 <= tried <= 35
    assert try_one(path, ticks, "right") == "keys.locked"


_disk: dict[Path, dict[str, object]] = {}


def _without_disk():  # type: ignore[no-untyped-def]
    _disk.clear()
    return lambda path, values: _disk.__setitem__(path, dict(values))


def _READ(path: Path) -> dict[str, object]:
    return dict(_disk.get(path, {}))


def _at(year: int):  # type: ignore[no-untyped-def]
    import datetime as real

    class Moved:
        @staticmethod
        def now(zone: real.tzinfo) -> real.datetime:
            return real.datetime(year, 1, 1, tzinfo=zone)

    return Moved


def test_a_restart_of_the_program_or_the_pc_does_not_shorten_the_wait(path: Path) -> None:
    for _ in range(5):
        try_one(path, Ticking(5000))
    assert try_one(path, Ticking(5001), "right") == "keys.locked"  # another process on the same PC
    assert try_one(path, Ticking(30), "right") == "keys.locked"  # switched on half a minute ago
    assert try_one(path, Ticking(61), "right") == ""


def test_waiting_is_told_with_the_time_that_is_left(path: Path) -> None:
    ticks = Ticking()
    for _ in range(5):
        try_one(path, ticks)
    ticks.seconds += 18
    with pytest.raises(Trouble) as caught:
        keys.open_with_password(path, "admin", "right", ticks)
    assert caught.value.sentence == "密码已连续输错 5 次，还要等 42 秒"
    assert "恢复码" in caught.value.what_to_do


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, " 1 秒"), (60, " 1 分钟"), (61, " 1 分 1 秒"), (3600, " 60 分钟")]
)
def test_how_a_wait_is_spoken(seconds: float, said: str) -> None:
    assert lockout._locked(5, seconds).sentence.endswith(f"还要等{said}")


def test_one_users_mistakes_do_not_keep_another_out(path: Path) -> None:
    ticks, key = Ticking(), keys.open_with_password(path, "admin", "right")
    keys.give_password(path, key, "lili", "other", cost=CHEAP)
    for _ in range(5):
        try_one(path, ticks)
    assert try_one(path, ticks, "other", "lili") == ""
    assert try_one(path, ticks, "right") == "keys.locked"


def test_names_that_are_no_users_are_counted_together_and_not_kept(path: Path) -> None:
    ticks = Ticking()
    for n in range(5):
        assert try_one(path, ticks, login=f"typed-a-password-{n}") == "keys.wrong"
    assert try_one(path, ticks, login="yet another") == "keys.locked"
    assert "typed" not in lockout.beside(path).read_text(encoding="utf-8")


def test_the_recovery_code_and_an_administrator_end_the_wait(tmp_path: Path) -> None:
    path, ticks = tmp_path / "keys.json", Ticking()
    made = keys.create(path, "admin", "right", CHEAP)
    for end in (
        lambda: keys.reset_password(path, made.recovery_code, "admin", "new", CHEAP),
        lambda: keys.give_password(path, made.key, "admin", "new", cost=CHEAP),
    ):
        for _ in range(5):
            try_one(path, ticks)
        end()
        assert try_one(path, ticks, "new") == ""


def test_two_windows_count_together(path: Path) -> None:
    first, second = (lockout.Lockout(lockout.beside(path), ["admin"], Ticking()) for _ in range(2))
    for window in (first, second):
        window.begin("admin")
    assert len(keys.tries_of(path).failed()) == 2


def test_a_try_that_was_killed_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = Ticking()

    def killed(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(crypto, "unwrap", killed)
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                keys.open_with_password(path, "admin", "right", ticks)
    assert try_one(path, ticks, "right") == "keys.locked"


def test_the_wrong_ones_are_remembered_until_the_audit_log_has_them(path: Path) -> None:
    ticks = Ticking()
    try_one(path, ticks)
    try_one(path, ticks, login="nobody")
    try_one(path, ticks, "right")
    assert [f.login for f in keys.tries_of(path).failed()] == ["admin", ""]
    assert all(re.match(r"\d{4}-\d\d-\d\dT", f.at) for f in keys.tries_of(path).failed())
    keys.tries_of(path).forget_failed()
    assert keys.tries_of(path).failed() == []


@pytest.mark.parametrize(
    "content", ["", "[]", '{"users": 3, "failed": {}}', '{"users": {"admin": {"wrong": "x"}}}']
)
def test_a_damaged_count_begins_anew(path: Path, content: str) -> None:
    lockout.beside(path).write_text(content, encoding="utf-8")
    assert try_one(path, Ticking(), "right") == ""


def test_a_full_disk_keeps_nobody_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(lockout, "write_json", full)
    assert try_one(path, Ticking(), "right") == ""
