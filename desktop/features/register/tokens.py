"""The tokens by which a person is found: what the index is filled with, and what a query asks for.

A token begins with a letter that says what it is. All but the address are found by their beginning:
n name and its tails (张秀兰 gives n张秀兰 n秀兰 n兰), i initials and their tails, p the whole pinyin,
a address, every two characters of it, r number from its end,
h the first eight characters of a number, d a longer number whole. An id number brings h and d from the birthday too.
Half a county's numbers begin alike, and FTS5 merges every token that begins with what was typed before it gives the
first: where the beginnings (heads) are few, each is asked for by itself.
"""

import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from desktop.core import pinyin

HEAD = 8
MOST_HEADS = 200
KnownHeads = Callable[[str], Sequence[str]]
_BIRTHDAY, _ID = 6, 18
_PAIRS = 20  # of a pasted text; FTS5 refuses deep expressions, and the text confirms the rest
_LETTERS = 2
_FEW = 2  # so few digits stand for a whole number, not for a part of one


def plain(text: str) -> str:
    """Letters, digits and ideographs of any plane, small; the dot inside a minority name is left out."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join([c for c in folded if c.isalnum() or unicodedata.category(c) == "Co"])


def name_tokens(name: str) -> str:
    bare = plain(name)
    if not bare:
        return ""
    found = "n" + " n".join([bare[i:] for i in range(len(bare))])
    for word in pinyin.initials(name).split():
        found += " i" + " i".join([word[i:] for i in range(len(word))])
    return f"{found} p{pinyin.full(name).replace(' ', ' p')}"


@lru_cache(4096)
def address_tokens(address: str) -> str:
    """Of a plain address; a whole group shares one in the national lists."""
    return " ".join(["a" + address[i : i + 2] for i in range(len(address) - 1)])


def number_tokens(number: str, seen: set[str]) -> str:
    """Of a plain number; its heads are added to `seen`."""
    head = number[:HEAD]
    seen.add(head)
    if len(number) <= HEAD:
        return f"r{number[::-1]} h{head}"
    if len(number) < _ID:
        return f"r{number[::-1]} h{head} d{number}"
    tail = number[_BIRTHDAY:]
    seen.add(tail[:HEAD])
    return f"r{number[::-1]} h{head} h{tail[:HEAD]} d{number} d{tail}"


def word_query(typed: str, known_heads: KnownHeads) -> str:
    """What one typed word asks of the index, in FTS5's language; empty when it can find nothing.

    `known_heads` gives the heads that begin with some digits, as many as it can up to MOST_HEADS + 1.
    """
    word = plain(typed)
    if not word:
        return ""
    if not word.isascii():
        return _text_query(word)
    if word[0].isdigit():
        return f"({_number_query(word, known_heads)})"
    if bare := digits_of(word):  # y4827190031: the letter of a number follows the state
        return f"({_number_query(word, known_heads)} OR {_number_query(bare, known_heads)})"
    return f'("i{word}" * OR "p{word}" *)'


def digits_of(typed: str) -> str:
    """The digits of a word that asks for a number (w0012, 1234, 37160219600101123X); "" for any other word."""
    word = plain(typed)
    bare = word.lstrip("abcdefghijklmnopqrstuvwxyz")
    is_number = word.isascii() and (
        word[:1].isdigit() or (bare.isdigit() and len(word) - len(bare) <= _LETTERS)
    )
    return bare if is_number else ""


def whole_query(number: str) -> str:
    """What only that very number answers, and nothing that begins or ends with it."""
    return f'"r{number[::-1]}"'


def _text_query(word: str) -> str:
    pairs = " AND ".join([f'"a{word[i : i + 2]}"' for i in range(min(len(word) - 1, _PAIRS))])
    return f'("n{word}" * OR ({pairs}))' if pairs else f'("n{word}" *)'


def _number_query(number: str, known_heads: KnownHeads) -> str:
    if len(number) <= _FEW:
        return f'"h{number}"'
    return " OR ".join([f'"r{number[::-1]}" *', *_front_query(number, known_heads)])


def _front_query(number: str, known_heads: KnownHeads) -> list[str]:
    if len(number) > HEAD:
        return [f'"d{number}" *']
    found = known_heads(number)
    return [f'"h{head}"' for head in found] if len(found) <= MOST_HEADS else [f'"h{number}" *']


def to_confirm(typed: str) -> str:
    """The text that candidates must hold, where their tokens cannot tell: pairs of an address may stand apart."""
    word = plain(typed)
    return word if len(word) > 2 and not word.isascii() else ""
