"""Entry ids: 48 bits of time and 74 bits bound to the author (sync.md 2.1), as a version 8 UUID."""

from hashlib import sha256

_VARIANT = 0b10 << 62
_VERSION = 8 << 12


def entry_id(hlc: int, node: bytes, incarnation: bytes, salt: bytes) -> bytes:
    """The id of an entry. `hlc` is 48 bits of milliseconds and 16 bits of counter."""
    bound = int.from_bytes(sha256(b"eid" + node + incarnation + salt).digest()[:10], "big") >> 6
    high = (hlc >> 16) << 16 | _VERSION | bound >> 62
    low = _VARIANT | bound & ((1 << 62) - 1)
    return (high << 64 | low).to_bytes(16, "big")


def is_bound(eid: bytes, hlc: int, node: bytes, incarnation: bytes, salt: bytes) -> bool:
    """Whether that author could have made this id: nobody can take an id that another office will use."""
    return eid == entry_id(hlc, node, incarnation, salt)
