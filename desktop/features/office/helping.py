"""At the county: giving an office below its key back, when somebody there forgot the password (sync.md 4)."""

from functools import partial
from pathlib import Path

from desktop.core import county_help
from desktop.core.county_help import Request
from desktop.core.db import local
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.office import audit, second
from desktop.features.office.model import Event
from desktop.features.office.second import Second


def read_request(reader: Reader, file: Path) -> Request:
    """What the file asks. Raises Trouble when it is not for this office."""
    reader.require("user.manage")
    return county_help.read_request(local.load_node(reader.connection).identities, file)


def answer(unit: Unit, file: Path, digits: str, given: Second | None) -> Request:
    """Write the answer beside the request: after the telephone call, and by two people."""
    unit.require("user.manage")
    unit.name = "帮下级找回密码"
    request = read_request(unit, file)
    if "".join(digits.split()) != request.digits:
        raise Refused([Problem("recover.digits", "digits", "12 位数字与文件不符，请再打电话核对一次")])
    about = f"帮“{request.office}”的用户 {request.login} 找回密码"
    second.confirm_by_second(unit, given, about)
    audit.note(unit, Event.PASSWORD, about)
    content = county_help.sealed_answer(local.load_node(unit.connection).identities, request)
    # The key leaves the house only when the log is sure to say so.
    unit.afterwards.append(partial(county_help.write_answer, content, file.parent))
    return request
