"""Ways to spoil what was good: trees of msgpack values and plain bytes, drawn by Hypothesis."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

NUMBERS = [0, 1, -1, 2, 255, 2**31, 2**32, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, -(2**53), -(2**63)]
TEXTS = [
    "",
    "0",
    "x",
    "何小满",
    "\0",
    "\u202e",
    "371602012600",
    "371602",
    "S",
    "E",
    "data",
    "broadcast",
    "x" * 70_000,
]
BLOBS = [b"", b"\0", bytes(8), bytes(16), bytes(32), b"\xff" * 32, b"\xc1", b"\x91" * 2_000, bytes(64)]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.sampled_from(TEXTS),
    st.text(max_size=20),
    st.sampled_from(BLOBS),
    st.binary(max_size=40),
)
keys = st.one_of(st.integers(0, 300), st.sampled_from(NUMBERS), st.text(max_size=3))
junk = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=12,
)


def spoiled_tree(draw: st.DataObject, tree: Any, most: int = 3) -> Any:
    """The tree with up to `most` of its nodes replaced, removed, doubled or exchanged."""
    for _ in range(draw.draw(st.integers(0, most))):
        tree = _spoil(draw, tree)
    return tree


def _spoil(draw: st.DataObject, node: Any) -> Any:
    down = isinstance(node, list) and node and draw.draw(st.integers(0, 5)) > 0
    if not down:
        return draw.draw(junk)
    children = list(node)
    at = draw.draw(st.integers(0, len(children) - 1))
    match draw.draw(
        st.sampled_from(("deeper", "deeper", "deeper", "value", "drop", "double", "swap", "add"))
    ):
        case "deeper":
            children[at] = _spoil(draw, children[at])
        case "value":
            children[at] = draw.draw(junk)
        case "drop":
            del children[at]
        case "double":
            children.insert(at, children[at])
        case "swap":
            other = draw.draw(st.integers(0, len(children) - 1))
            children[at], children[other] = children[other], children[at]
        case "add":
            children.append(draw.draw(junk))
    return children


def spoiled_bytes(draw: st.DataObject, content: bytes, most: int = 4, keep: int = 0) -> bytes:
    """With up to `most` bits flipped, pieces cut, doubled or put in; the first `keep` bytes stay."""
    spoiled = bytearray(content)
    for _ in range(draw.draw(st.integers(0, most))):
        at = draw.draw(st.integers(keep, max(keep, len(spoiled) - 1)))
        match draw.draw(st.sampled_from(("flip", "set", "cut", "double", "insert", "end"))):
            case "flip" if at < len(spoiled):
                spoiled[at] ^= 1 << draw.draw(st.integers(0, 7))
            case "set" if at < len(spoiled):
                spoiled[at] = draw.draw(st.integers(0, 255))
            case "cut":
                del spoiled[at : at + draw.draw(st.integers(1, 64))]
            case "double":
                spoiled[at:at] = spoiled[at : at + draw.draw(st.integers(1, 64))]
            case "insert":
                spoiled[at:at] = draw.draw(st.one_of(st.sampled_from(BLOBS), st.binary(max_size=16)))
            case _:
                del spoiled[at:]
    return bytes(spoiled)


def pieces(draw: st.DataObject, content: bytes) -> Sequence[bytes]:
    """The content cut at some places, as a decrypting library hands it over."""
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(content)), max_size=3)))
    bounds = [0, *cuts, len(content)]
    return [content[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]
