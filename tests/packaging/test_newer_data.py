"""An older program on the data of a newer one: a sentence, and not one byte changed, by whichever door it comes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop import cli, start
from desktop.core.crypto import Cost
from desktop.core.db import database
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.shell.main import Program

OFFICE = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
NEWER = "由更新版本的程序建立"


def of_newer_tables(paths: Paths) -> str:
    db, _ = office.log_in(paths.root, "admin", "pw")
    with database.writing(db.engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    return "db.newer"


def with_newer_keys(paths: Paths) -> str:
    content = json.loads(paths.keys.read_text(encoding="utf-8"))
    # The newer program may keep its slots in another shape: that is no damage either.
    paths.keys.write_text(json.dumps({**content, "version": content["version"] + 1, "slots": {}}))
    return "keys.newer"


@pytest.fixture(params=[of_newer_tables, with_newer_keys])
def newer(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """The folder of an office that a newer program has worked on, and the code of the refusal."""
    root = tmp_path / "office"
    start.create_office(root, OFFICE, "admin", "pw", cost=Cost(1, 64, 1))[0].db.close()
    make: Callable[[Paths], str] = request.param
    return root, make(Paths(root))


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def data(root: Path) -> dict[str, bytes]:
    """Not the lock and the log, which every start leaves."""
    return {name: read for name, read in contents(root).items() if not name.startswith(("logs", "running"))}


def test_it_is_not_opened(newer: tuple[Path, str]) -> None:
    root, code = newer
    before = contents(root)
    with pytest.raises(Trouble) as caught:
        office.log_in(root, "admin", "pw")
    assert caught.value.code == code
    assert NEWER in caught.value.sentence
    assert "较新的程序" in caught.value.what_to_do
    assert contents(root) == before


@pytest.mark.parametrize("command", [["backup", "{}"], ["rebuild", "{}"], ["import", "{}", "list.xlsx"]])
def test_no_command_touches_it(
    newer: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    root, _ = newer
    before, secret = data(root), tmp_path / "password"
    secret.write_text("pw\n")
    name, *rest = (part.format(root) for part in command)
    assert cli.main([name, "--password-file", str(secret), *rest]) == 1
    assert NEWER in capsys.readouterr().err
    assert data(root) == before


def test_the_window_says_it_before_or_at_the_login(newer: tuple[Path, str], qapp: object) -> None:
    root, code = newer
    before = data(root)
    program = Program(root, office.log_in, start.create_office)
    try:
        with pytest.raises(Trouble) as caught:
            program.start()
            program._try_open("admin", "pw")
    finally:
        program.crash.uninstall()
        program._close_login()
    assert caught.value.code == code
    assert data(root) == before
