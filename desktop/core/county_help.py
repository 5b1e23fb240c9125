"""A forgotten password with no recovery code at hand: the office above gives the database key back, by two files.

At enrolment the key is sealed to the county and kept among the slots. Whoever forgot writes a request, sealed to the
county too, with a fresh key for the answer; its twelve digits are compared over the telephone, so that nobody else's
request is answered. The county never sends anything that opens without the PC that asked.
"""

import io
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core import crypto, keys
from desktop.core.errors import Trouble
from desktop.core.remember import read_json, write_json

KIND = "county"
REQUEST_NAME, ANSWER_NAME = "recover.hhr", "recover-answer.hhr"
_MAGIC_REQUEST, _MAGIC_ANSWER = b"HHR1ASK\n", b"HHR1ANS\n"
_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What the county reads of a request. `digits` are compared over the telephone."""

    office: str
    login: str
    answer_to: str
    box: bytes

    @property
    def digits(self) -> str:
        return crypto.fingerprint(self.answer_to.encode())


@dataclass(frozen=True, slots=True)
class Helper:
    """The office above: what is sealed to it, what it is called, and how this office is called there."""

    recipient: str
    office: str
    own: str


def give_slot(path: Path, key: bytes, helper: Helper) -> None:
    """Keep the database key sealed to the office above. It replaces an earlier slot."""
    box = _sealed(helper.recipient, key)
    said = {"office": helper.office, "own": helper.own, "recipient": helper.recipient}
    keys.put_slot(path, {"kind": KIND, "login": "", **said, "box": box.hex()})


def helper(path: Path) -> str:
    """Who could help; "" when this office was never enrolled below a county."""
    slot = keys.slot_of(path, KIND)
    return f"{slot.get('office', '')}" if slot else ""


def write_request(path: Path, login: str, folder: Path) -> str:
    """Write the request into `folder` (a stick); gives its twelve digits. `path` is the key file. Raises Trouble."""
    slot = keys.slot_of(path, KIND)
    if slot is None:
        raise Trouble(
            "本单位还没有在县级入网，上级帮不上忙", "请找建立办公室时抄下的恢复码", code="recover.no_county"
        )
    if not _is_whole(slot):
        raise Trouble(
            "钥匙文件里给上级的那一份已损坏",
            "请找建立办公室时抄下的恢复码，或用备份恢复",
            code="recover.damaged",
        )
    identity, answer_to = crypto.new_sealing_key()
    said = {"office": slot.get("own", ""), "login": login, "answer_to": answer_to, "box": slot["box"]}
    content = _MAGIC_REQUEST + _sealed(slot["recipient"], json.dumps(said).encode())
    try:
        write_json(_pending(path), {"identity": identity, "login": login})
        (folder / REQUEST_NAME).write_bytes(content)
    except OSError as cause:
        raise Trouble("求助文件没有写成", "请检查U盘是否插好、可写", code="recover.write") from cause
    return crypto.fingerprint(answer_to.encode())


def _is_whole(slot: keys.Slot) -> bool:
    said = [slot.get(name) for name in ("recipient", "box", "office", "own")]
    if not all(isinstance(one, str) for one in said) or not crypto.is_recipient(slot["recipient"]):
        return False
    with suppress(ValueError):
        return len(bytes.fromhex(slot["box"])) > 0
    return False


def read_request(identities: Sequence[str], file: Path) -> Request:
    """At the county: what the file asks. Raises Trouble for a file that is none, or not for this office."""
    try:
        said = json.loads(_opened(identities, _content(file, _MAGIC_REQUEST)))
        request = Request(said["office"], said["login"], said["answer_to"], bytes.fromhex(said["box"]))
    except (ValueError, KeyError, TypeError) as cause:
        raise _unreadable() from cause
    if not crypto.is_recipient(request.answer_to):
        raise _unreadable()
    return request


def sealed_answer(identities: Sequence[str], request: Request) -> bytes:
    """At the county, when the digits agree: the key, sealed to the PC that asked. Raises Trouble."""
    return _MAGIC_ANSWER + _sealed(request.answer_to, _opened(identities, request.box))


def write_answer(content: bytes, folder: Path) -> None:
    try:
        (folder / ANSWER_NAME).write_bytes(content)
    except OSError as cause:
        raise Trouble("答复没有写成", "请检查U盘是否插好、可写", code="recover.write") from cause


def take_answer(path: Path, file: Path) -> tuple[str, bytes]:
    """Back at the office: the user who asked, and what should be the database key. Raises Trouble.

    Anybody can seal something to this PC: the caller opens the database with it before it is believed.
    """
    pending: dict[str, Any] = read_json(_pending(path))
    if not pending.get("identity"):
        raise Trouble("这台电脑没有等待答复的求助", "请先写一份求助文件", code="recover.none")
    key = _opened([f"{pending['identity']}"], _content(file, _MAGIC_ANSWER))
    return f"{pending.get('login', '')}", key


def finish(path: Path) -> None:
    """The new password is set: the answer opens nothing any more."""
    with suppress(OSError):
        _pending(path).unlink(missing_ok=True)


def _pending(path: Path) -> Path:
    return path.with_name("recover.json")


def _content(file: Path, magic: bytes) -> bytes:
    try:
        with file.open("rb") as opened:
            found = opened.read(_MOST)
    except OSError as cause:
        raise Trouble("文件读不出来", "请检查U盘是否插好", code="recover.read") from cause
    if not found.startswith(magic):
        raise _unreadable()
    return found[len(magic) :]


def _sealed(recipient: str, content: bytes) -> bytes:
    out = io.BytesIO()
    crypto.seal([recipient], io.BytesIO(content), out)
    return out.getvalue()


def _opened(identities: Sequence[str], box: bytes) -> bytes:
    """With whichever of the keys it was sealed to: an office above may have changed its keys since."""
    for identity in identities:
        out = io.BytesIO()
        with suppress(crypto.SealBroken):
            crypto.unseal(identity, io.BytesIO(box), out)
            return out.getvalue()
    raise Trouble(
        "这个文件不是写给本单位的，或已损坏",
        "请核对是哪个单位的U盘，必要时重新写一份",
        code="recover.not_ours",
    )


def _unreadable() -> Trouble:
    return Trouble("这不是求助或答复的文件", f"请选 {REQUEST_NAME} 或 {ANSWER_NAME}", code="recover.no_file")
