"""One random source a seed: what the program draws from the system comes from it too, so that a seed repeats itself.

What age draws inside its library stays random; nothing but the bytes of a sealed file depends on it.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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

    with (
        replaced(os, "urandom", draw),
        replaced(random, "_urandom", draw),  # what `secrets` asks
        replaced(crypto, "new_signing_key", new_signing_key),
    ):
        yield random.Random(f"dice {seed}")
