"""Data that may not be the one that was used here last: one sentence in the window, and a line in the audit log."""

from pathlib import Path

import pytest

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.db.witness import Doubt
from desktop.shell.backup_care import BackupCare
from desktop.widgets.runner import AtOnce
from tests.core.db.log_reading import log
from tests.desk_maker import make_desk

Office = tuple[Database, Actor]


@pytest.mark.parametrize(
    ("doubt", "code"),
    [
        (Doubt.OLDER, "db.replaced"),
        (Doubt.ELSEWHERE, "db.moved"),
        (Doubt.UNKNOWN, "db.unknown"),
        (None, None),
    ],
)
def test_it_is_told_once_and_noted(
    township: Office, tmp_path: Path, qapp: object, doubt: Doubt | None, code: str | None
) -> None:
    db, actor = township
    db.doubt = doubt
    desk, said = make_desk(db, actor, tmp_path), []
    desk.runner.trouble.connect(said.append)
    before = len(log(db))
    care = BackupCare(db, AtOnce, desk.runner, desk.navigator)
    care.start()
    assert [trouble.code for trouble in said] == ([code] if code else [])
    assert len(log(db)) - before == len(said)
    care.close()
