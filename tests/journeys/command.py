"""Running the program's command line as a script would: another process, its output, its status."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out.strip().splitlines()[-1])


class Desk:
    """One clerk at one PC: the same password file for every command."""

    def __init__(self, folder: Path, password: str = "对的密码 8") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.password = folder / "password.txt"
        self.password.write_text(password + "\n", encoding="utf-8")

    def run(self, *arguments: object, json_too: bool = True, password: Path | None = None) -> Done:
        command = [sys.executable, "-m", "desktop", *map(str, arguments)]
        command += ["--password-file", str(password or self.password)]
        command += ["--json"] if json_too else []
        environment = {**os.environ, "PYTHONUTF8": "1"}
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=280,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)
