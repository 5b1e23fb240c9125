"""Seals, signatures, slots and codes: what opens, what does not, and which error says so."""

import io
from typing import IO

import pyrage
import pytest

from desktop.core import crypto
from desktop.core.crypto import Cost, SealBroken, WrongPassword

CHEAP = Cost(1, 64, 1)
LONG = bytes(range(256)) * 1024


def sealed(recipient: str, plain: bytes = LONG) -> bytes:
    out = io.BytesIO()
    crypto.seal([recipient], io.BytesIO(plain), out)
    return out.getvalue()


def unsealed(identity: str, box: bytes) -> bytes:
    out = io.BytesIO()
    crypto.unseal(identity, io.BytesIO(box), out)
    return out.getvalue()


def test_what_is_sealed_opens_with_its_key_only() -> None:
    identity, recipient = crypto.new_sealing_key()
    other, _ = crypto.new_sealing_key()
    box = sealed(recipient)
    assert unsealed(identity, box) == LONG
    assert LONG[:64] not in box
    with pytest.raises(SealBroken):
        unsealed(other, box)


def test_a_seal_that_was_touched_or_cut_is_broken() -> None:
    identity, recipient = crypto.new_sealing_key()
    box = sealed(recipient)
    for broken in (box[:-1], box[:-70_000], box[:200], b"", box[:-1] + bytes([box[-1] ^ 1])):
        with pytest.raises(SealBroken):
            unsealed(identity, broken)


class Full(io.RawIOBase):
    """A stick that is full after some bytes."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.room -= len(data)  # type: ignore[arg-type]
        if self.room < 0:
            raise OSError(28, "No space left on device")
        return len(data)  # type: ignore[arg-type]


class Pulled(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise KeyError("what reading raised")


@pytest.mark.parametrize("room", [0, 100, 100_000])
def test_a_full_stick_stays_an_os_error_while_sealing(room: int) -> None:
    _, recipient = crypto.new_sealing_key()
    with pytest.raises(OSError, match="No space"):
        crypto.seal([recipient], io.BytesIO(LONG), Full(room))  # type: ignore[arg-type]


def test_what_reading_the_source_raised_comes_through() -> None:
    _, recipient = crypto.new_sealing_key()
    source: IO[bytes] = io.BufferedReader(Pulled())
    with pytest.raises(KeyError, match="what reading raised"):
        crypto.seal([recipient], source, io.BytesIO())


def test_a_recipient_is_known_before_sealing() -> None:
    _, recipient = crypto.new_sealing_key()
    assert crypto.is_recipient(recipient)
    assert not crypto.is_recipient("age1" + "q" * 58)
    assert not crypto.is_recipient("")
    with pytest.raises(pyrage.RecipientError):
        crypto.seal(["age1nobody"], io.BytesIO(), io.BytesIO())


def test_a_signature_holds_for_its_message_context_and_key() -> None:
    secret, public = crypto.new_signing_key()
    _, stranger = crypto.new_signing_key()
    signature = crypto.sign(secret, b"hh/seg/1", b"message")
    assert crypto.verified(public, b"hh/seg/1", b"message", signature)
    assert not crypto.verified(public, b"hh/cert/1", b"message", signature)
    assert not crypto.verified(public, b"hh/seg/1", b"massage", signature)
    assert not crypto.verified(stranger, b"hh/seg/1", b"message", signature)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_keys_and_signatures_of_a_wrong_length_verify_nothing(length: int) -> None:
    secret, public = crypto.new_signing_key()
    signature = crypto.sign(secret, b"c", b"m")
    assert not crypto.verified(bytes(length), b"c", b"m", signature)
    assert not crypto.verified(public, b"c", b"m", signature[:length] if length < 64 else signature + b"x")


def test_a_slot_opens_with_its_password() -> None:
    secret = crypto.random_key()
    slot = crypto.wrap(secret, "密码 123", CHEAP)
    assert crypto.unwrap(slot, "密码 123") == secret
    assert secret.hex() not in str(slot)
    for wrong in ("密码 124", "", "密码 123 "):
        with pytest.raises(WrongPassword):
            crypto.unwrap(slot, wrong)


def test_two_slots_of_one_password_have_nothing_in_common() -> None:
    one, two = (crypto.wrap(b"k" * 32, "pw", CHEAP) for _ in range(2))
    assert one["salt"] != two["salt"]
    assert one["box"] != two["box"]


@pytest.mark.parametrize(
    "change",
    [
        {"box": "00" * 48},
        {"box": "no hex"},
        {"salt": 7},
        {"nonce": ""},
        {"cost": {"passes": 0, "kibibytes": 64, "lanes": 1}},
        {"cost": {"passes": 1, "kibibytes": 2**40, "lanes": 1}},
        {"cost": {"passes": 1, "kibibytes": 64, "lanes": "x"}},
        {"cost": {}, "box": None},
        {"cost": 3},
    ],
)
def test_a_slot_that_was_tampered_with_is_a_wrong_password(change: dict[str, object]) -> None:
    slot = {**crypto.wrap(b"k" * 32, "pw", CHEAP), **change}
    with pytest.raises(WrongPassword):
        crypto.unwrap(slot, "pw")


def test_a_recovery_code_survives_paper() -> None:
    code = crypto.new_recovery_code()
    assert len(code) == 39
    assert not set(code) & set("ILOU")
    plain = crypto.plain_recovery_code(code)
    assert len(plain) == 32
    assert crypto.plain_recovery_code(f" {code.lower().replace('-', ' ')} ") == plain
    misread = code.replace("1", "l").replace("0", "o").replace("V", "u")
    assert crypto.plain_recovery_code(misread) == plain
    assert crypto.new_recovery_code() != code


def test_a_fingerprint_is_twelve_digits_that_follow_from_the_keys() -> None:
    found = crypto.fingerprint(b"key", b"other")
    assert len(found) == 12
    assert found.isdigit()
    assert found == crypto.fingerprint(b"key", b"other")
    assert found != crypto.fingerprint(b"key", b"othes")
