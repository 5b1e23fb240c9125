"""Whether this landing touches what the installers are made of: CI builds them only then, or with FULL=1."""

import os
import subprocess
from pathlib import Path

from installers.common import ROOT

WATCHED = ["packaging", "resources", "desktop/selftest.py", "Makefile", ".ci", ":(exclude)packaging/*.md"]
# Nothing marks where the landing before ended. A working session lasts less than this, so every commit of this landing
# is newer; an older commit caught by it only costs a build. In a shallow clone the oldest commit counts as new.
HOURS = 4
ASKED = "FULL=1"


def why(root: Path = ROOT) -> str:
    """The reason to build both packages, empty when there is none. Whatever git cannot tell is a reason."""
    if os.environ.get("FULL") == "1":
        return ASKED
    try:
        newest = int(_git(root, "log", "-1", "--format=%ct"))
        since = f"--since=@{newest - HOURS * 3600}"
        touching = _git(root, "log", since, "--format=%h %s", "--", *WATCHED)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return "git does not tell what changed"
    return touching.splitlines()[0] if touching else ""


def _git(root: Path, *command: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *command], capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()
