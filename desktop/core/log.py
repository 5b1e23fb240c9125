"""The program's log: one rotating file, no names, and a second net under id and telephone numbers."""

import hashlib
import logging
import re
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

from desktop.core.errors import Trouble

logger = logging.getLogger("desktop")
# Before the log file is open nothing may fall through to standard error: a clerk never meets a traceback.
logger.addHandler(logging.NullHandler())

_SIZE, _COPIES = 1_000_000, 5
# Lookarounds, not \b: a number may stand directly beside a Chinese character, which \b takes for a letter.
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{15,}[0-9Xx]?")
_TELEPHONE = re.compile(r"(?<![0-9])1[0-9]{10}(?![0-9])")
# No 0, O, 1, I, L: the code is read over the telephone.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def redact(text: str) -> str:
    """Numbers that may be somebody's: 15 digits and more, and mobile telephone numbers."""
    return _TELEPHONE.sub("<tel>", _LONG_NUMBER.sub("<number>", text))


class Redacting(logging.Filter):
    """Redacts a record before any handler of ours formats it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text, record.exc_info = where(record.exc_info[1]), None
        return True


def where(error: BaseException) -> str:
    """The traceback without the errors' messages (they may quote what was typed) and without folders
    (they may hold the name of the PC's user)."""
    lines = []
    for one in _chain(error):
        lines += [f"  {_step(frame)}" for frame in traceback.extract_tb(one.__traceback__)]
        lines.append(f"{type(one).__module__}.{type(one).__qualname__}")
    return redact("\n".join(lines))


def _step(frame: traceback.FrameSummary) -> str:
    return f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}"


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what caused it, the first cause first."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return chain[::-1]


def crash_code(error: BaseException) -> str:
    """Six letters for the telephone: the same bug has the same code on every PC."""
    digest = hashlib.sha256(where(error).encode()).digest()
    letters = [_LETTERS[byte % len(_LETTERS)] for byte in digest[:6]]
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


def bug(error: BaseException) -> str:
    """Write an error that is our fault into the log; returns its code."""
    code = crash_code(error)
    logger.error("bug %s", code, exc_info=(type(error), error, error.__traceback__))
    return code


def start(folder: Path) -> None:
    """Write the log into that folder from now on (and no longer into another one)."""
    stop()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "desktop.log", maxBytes=_SIZE, backupCount=_COPIES, encoding="utf-8", delay=True
        )
    except OSError as cause:
        raise Trouble("不能写入日志文件夹", "请检查文件夹是否只读", code="log.folder") from cause
    handler.addFilter(Redacting())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(module)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def stop() -> None:
    """Close the log file, so that its folder can be moved or removed."""
    for handler in [h for h in logger.handlers if isinstance(h, RotatingFileHandler)]:
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = True
