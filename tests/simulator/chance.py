"""One random source a seed: what the program draws from the system comes from it too, so that a seed repeats itself.

What age draws for a file inside its library stays random; nothing but the bytes of that file depends on it.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519

from desktop.core import crypto


@contextmanager
def replaced(owner: object, name: str, value: Any) -> Iterator[None]:
    """Another value under a name, for a while."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def seeded(seed: object) -> Iterator[random.Random]:
    """Gives the dice of the simulator; the program's own draws come from a second source of the same seed, so that a
    change of the program does not change what happens to it."""
    system = random.Random(f"system {seed}")
    draw: Callable[[int], bytes] = system.randbytes

    def new_signing_key() -> tuple[bytes, bytes]:
        key = Ed25519PrivateKey.from_private_bytes(draw(32))
        return key.private_bytes_raw(), key.public_key().public_bytes_raw()

    def new_sealing_key() -> tuple[str, str]:
        identity = x25519.Identity.from_str(_bech32("age-secret-key-", draw(32)).upper())
        return str(identity), str(identity.to_public())

    with (
        replaced(os, "urandom", draw),
        replaced(random, "_urandom", draw),  # what `secrets` asks
        replaced(crypto, "new_signing_key", new_signing_key),
        replaced(crypto, "new_sealing_key", new_sealing_key),  # certificates have their ids from it
    ):
        yield random.Random(f"dice {seed}")


_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _bech32(prefix: str, content: bytes) -> str:
    """How age writes a key (BIP 173): the library takes one in no other form."""
    bits = "".join(f"{byte:08b}" for byte in content)
    groups = [int(bits[n : n + 5].ljust(5, "0"), 2) for n in range(0, len(bits), 5)]
    named = [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]
    check = 1
    for value in [*named, *groups, 0, 0, 0, 0, 0, 0]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for n, part in enumerate(_GENERATOR):
            check ^= part if top >> n & 1 else 0
    check ^= 1
    return f"{prefix}1" + "".join(
        _LETTERS[g] for g in [*groups, *(check >> 5 * (5 - n) & 31 for n in range(6))]
    )
