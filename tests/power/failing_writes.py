"""Every n-th write or sync of an import or a restore fails, for every n (sync.md 6.2): SQLite's own I/O-error loop, for all
of what we write.

The C part beside this file stands before libc in a process of its own, which forks a child for each n.

    LD_PRELOAD=failing.so python -m tests.power.failing_writes import|restore FOLDER FIRST STEP once|stays EIO|ENOSPC
"""

import ctypes
import errno
import json
import os
import shutil
import subprocess
import sys
import traceback
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop import start
from desktop.core.db import restore, shelf
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.features.register import api as register
from tests.office_maker import add_household, make_office
from tests.power import work
from tests.power.judging import names, whole


@dataclass(frozen=True, slots=True)
class Tried:
    """How it came out: what was told at first and when it was done again, and how many operations it took."""

    code: str
    again: str
    count: int


def built(folder: Path) -> Path | None:
    """The C part as a library; None where there is no compiler, or a system that does not know such libraries."""
    compiler, target = shutil.which("cc"), folder / "failing.so"
    if compiler is None or sys.platform != "linux":
        return None
    source = Path(__file__).with_suffix(".c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", target, source, "-ldl"], check=True)
    return target


def run(
    library: Path, kind: str, folder: Path, first: int, step: int, how: str, error: str
) -> dict[str, int]:
    """The loop in a process of its own; gives how often what was told, and under "" how many operations there were."""
    given = [kind, str(folder), str(first), str(step), how, error]
    done = subprocess.run(
        [sys.executable, "-m", "tests.power.failing_writes", *given],
        env={**os.environ, "LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stdout[-2_000:] + done.stderr[-4_000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


class Disk:
    """The C part as it stands before libc in this process."""

    def __init__(self, folder: Path) -> None:
        self._arm, self._folder = ctypes.CDLL(None).arm, str(folder).encode()
        self._arm.restype = ctypes.c_long

    def fails(self, n: int, how: str, error: int) -> None:
        self._arm(self._folder, ctypes.c_long(n), int(how == "stays"), error)

    def is_well(self) -> int:
        return int(self._arm(b"", ctypes.c_long(0), 0, 0))


class Importing:
    """A name list read into an office: a backup, then one action."""

    told = frozenset({"db.full", "db.busy", "backup.failed", "backup.bad"})

    def __init__(self, folder: Path) -> None:
        self.template, self._list = folder / "township", folder / "list.xlsx"
        db, actor = make_office(folder)
        add_household(db, actor, "张秀兰")
        db.close()
        self._names = {work.new_name() for _ in range(work.HOUSEHOLDS)}
        work._workbook(self._list, sorted(self._names))

    def open(self, root: Path) -> None:
        self._db, self._actor = office.log_in(root, "admin", "pw")

    def act(self) -> None:
        with self._db.reader(self._actor) as reader:
            plan = register.read_workbook(reader, self._list).plan
        start.apply_import(start.Running(self._db, self._actor), plan)

    def close(self) -> None:
        self._db.close()

    def judge(self, root: Path, is_there: bool) -> None:
        """All or nothing. With the disk well again the import is possible, and makes nobody twice."""
        self.open(root)
        try:
            assert names(self._db) == {"张秀兰", *(self._names if is_there else ())}
            assert whole(self._db)
            self.act()
            assert names(self._db) == {"张秀兰", *self._names}
        finally:
            self.close()


class Restoring:
    """A backup put in the place of the data."""

    told = frozenset({"restore.failed", "restore.busy"})

    def __init__(self, folder: Path) -> None:
        self.template = folder / "township"
        db, actor = make_office(folder)
        add_household(db, actor, "张秀兰")
        made = shelf.read(db.backup("manual"))
        assert made is not None
        self._backup = made
        add_household(db, actor, "李大山")
        self._key = db.key
        db.close()

    def open(self, root: Path) -> None:
        self._paths = Paths(root)

    def act(self) -> None:
        restore.take_place(self._paths, self._key, self._backup)

    def close(self) -> None:
        """Nothing is held open."""

    def judge(self, root: Path, is_there: bool) -> None:
        """The data of before, or that of the backup; and it can be restored."""
        self.open(root)
        found = self._found()
        assert found == {"张秀兰"} or (found == {"张秀兰", "李大山"} and not is_there)
        self.act()
        assert self._found() == {"张秀兰"}

    def _found(self) -> set[str]:
        with start.opened(self._paths.root, "admin", "pw") as running:
            assert whole(running.db)
            return names(running.db)


KINDS = {"import": Importing, "restore": Restoring}


class Loop:
    def __init__(self, kind: str, folder: Path, how: str, error: int) -> None:
        self._work, self._how, self._error = KINDS[kind](folder / "template"), how, error
        self._root = folder / "office"
        self._disk = Disk(self._root)

    def attempt(self, n: int) -> Tried:
        """The work once with its n-th operation failing, and the judgement of what that left."""
        shutil.rmtree(self._root, ignore_errors=True)
        shutil.copytree(self._work.template, self._root)
        tried = self._in_child(n)
        try:
            assert {tried.code, tried.again} <= {"", *self._work.told}
            self._work.judge(self._root, "" in (tried.code, tried.again))
        except Exception:
            print("operation", n, tried)  # noqa: T201 - goes into the test's report
            raise
        return tried

    def _in_child(self, n: int) -> Tried:
        mine, its = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.write(its, json.dumps(asdict(self._try(n))).encode())
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        os.close(its)
        with open(mine, "rb") as said:
            answer = said.read()
        assert os.waitpid(child, 0)[1] == 0, f"operation {n}: the child did not end well"
        return Tried(**json.loads(answer))

    def _try(self, n: int) -> Tried:
        """Once: the clerk does it again. Stays: the disk is broken until the program is closed."""
        self._work.open(self._root)
        self._disk.fails(n, self._how, self._error)
        code = again = self._act()
        if self._how == "once":
            count = self._disk.is_well()
            again = self._act() if code else ""
            self._work.close()
        else:
            self._work.close()
            count = self._disk.is_well()
        return Tried(code, again, count)

    def _act(self) -> str:
        try:
            self._work.act()
        except Trouble as trouble:
            return trouble.code
        return ""


def main(arguments: list[str]) -> None:
    kind, folder, first, step, how, error = arguments
    loop = Loop(kind, Path(folder), how, getattr(errno, error))
    told: Counter[str] = Counter()
    total = loop.attempt(0).count
    for n in range(int(first), total + 1, int(step)):
        told[loop.attempt(n).code or "done"] += 1
    print(json.dumps({**told, "": total}))  # noqa: T201 - the answer


if __name__ == "__main__":
    main(sys.argv[1:])
