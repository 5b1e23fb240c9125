"""What the program remembers by itself (window sizes, columns): not settings, never personal data."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any


class Remember:
    """Names and small JSON values in one file beside the data. Losing the file costs nothing but comfort."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = read_json(path)

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def put(self, name: str, value: Any) -> None:
        if self._values.get(name) == value:
            return
        self._values[name] = value
        # A full disk must not keep a window from closing: comfort is not worth a sentence.
        with contextlib.suppress(OSError):
            write_json(self._path, self._values)

    def forget(self, name: str) -> None:
        if self._values.pop(name, None) is not None:
            with contextlib.suppress(OSError):
                write_json(self._path, self._values)


def read_json(path: Path) -> dict[str, Any]:
    """The object in that file; an empty one when the file is missing or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write beside and rename, so that a power cut leaves the old file or the new one."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(part, path)
