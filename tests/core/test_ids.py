"""Entry ids: version 8 UUIDs in the order of time that only their author can make."""

import uuid
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.ids import entry_id, is_bound

NODE, INCARNATION, SALT = b"n" * 16, b"i" * 8, b"s" * 16
stamps = st.integers(min_value=0, max_value=2**63 - 1)
sixteen = st.binary(min_size=16, max_size=16)


@given(stamps, sixteen, st.binary(min_size=8, max_size=8), sixteen)
def test_an_id_is_built_as_the_design_says(hlc: int, node: bytes, incarnation: bytes, salt: bytes) -> None:
    bits = bin(int.from_bytes(sha256(b"eid" + node + incarnation + salt).digest(), "big"))[2:].zfill(256)[:74]
    wanted = f"{hlc >> 16:048b}" + "1000" + bits[:12] + "10" + bits[12:]
    assert entry_id(hlc, node, incarnation, salt) == int(wanted, 2).to_bytes(16, "big")


@given(stamps, sixteen)
def test_it_is_a_uuid_of_version_eight(hlc: int, salt: bytes) -> None:
    made = uuid.UUID(bytes=entry_id(hlc, NODE, INCARNATION, salt))
    assert made.version == 8
    assert made.variant == uuid.RFC_4122


@given(stamps, stamps)
def test_later_milliseconds_give_larger_ids(one: int, other: int) -> None:
    ids = [entry_id(hlc, NODE, INCARNATION, SALT) for hlc in (one, other)]
    assert (ids[0] < ids[1]) == (one >> 16 < other >> 16)


def test_nobody_else_can_make_it() -> None:
    hlc = 1_700_000_000_000 << 16
    eid = entry_id(hlc, NODE, INCARNATION, SALT)
    assert is_bound(eid, hlc, NODE, INCARNATION, SALT)
    assert not is_bound(eid, hlc, b"m" * 16, INCARNATION, SALT)
    assert not is_bound(eid, hlc, NODE, b"j" * 8, SALT)
    assert not is_bound(eid, hlc, NODE, INCARNATION, b"t" * 16)
    assert not is_bound(eid, hlc + (1 << 16), NODE, INCARNATION, SALT)
    assert is_bound(eid, hlc + 1, NODE, INCARNATION, SALT)  # the counter is not part of the id
