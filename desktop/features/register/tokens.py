"""The tokens by which a person is found: what the index is filled with, and what a query asks for.

A token begins with a letter that says what it is. All but the address are found by their beginning:
n name and its tails (张秀兰 gives n张秀兰 n秀兰 n兰), i initials and their tails, p the whole pinyin,
a address, every two characters of it, r number from its end,
h the first eight characters of a number, d a longer number whole: half the county's numbers begin alike, and
FTS5 merges every token that begins with what was typed. An id number brings h and d from the birthday too.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from desktop.core import pinyin

HEAD = 8
_BIRTHDAY, _ID = 6, 18
_PAIRS = 20  # of a pasted text; FTS5 refuses deep expressions, and the text confirms the rest
_FEW = 2  # so few digits stand for a whole number, not for a part of one


def plain(text: str) -> str:
    """Letters, digits and ideographs of any plane, small; the dot inside a minority name is left out."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join([c for c in folded if c.isalnum() or unicodedata.category(c) == "Co"])


def name_tokens(name: str) -> str:
    bare = plain(name)
    found = ["n" + bare[i:] for i in range(len(bare))]
    for word in pinyin.initials(name).split():
        found += ["i" + word[i:] for i in range(len(word))]
    found += ["p" + word for word in pinyin.full(name).split()]
    return " ".join(found)


@lru_cache(4096)
def address_tokens(address: str) -> str:
    """Of a plain address; a whole group shares one in the national lists."""
    return " ".join(["a" + address[i : i + 2] for i in range(len(address) - 1)])


def number_tokens(numbers: Iterable[str]) -> str:
    """Of plain numbers."""
    return " ".join([token for number in numbers for token in _of_number(number)])


def _of_number(number: str) -> Iterator[str]:
    yield "r" + number[::-1]
    yield from _from_front(number)
    if len(number) >= _ID:
        yield from _from_front(number[_BIRTHDAY:])


def _from_front(number: str) -> Iterator[str]:
    yield "h" + number[:HEAD]
    if len(number) > HEAD:
        yield "d" + number


def word_query(typed: str) -> str:
    """What one typed word asks of the index, in FTS5's language; empty when it can find nothing."""
    word = plain(typed)
    if not word:
        return ""
    if not word.isascii():
        return _text_query(word)
    if word[0].isdigit():
        return f"({_number_query(word)})"
    bare = word.lstrip("abcdefghijklmnopqrstuvwxyz")
    if bare.isdigit() and len(word) - len(bare) <= 2:  # y4827190031: the letter of a number follows the state
        return f"({_number_query(word)} OR {_number_query(bare)})"
    return f'("i{word}" * OR "p{word}" *)'


def _text_query(word: str) -> str:
    pairs = " AND ".join([f'"a{word[i : i + 2]}"' for i in range(min(len(word) - 1, _PAIRS))])
    return f'("n{word}" * OR ({pairs}))' if pairs else f'("n{word}" *)'


def _number_query(number: str) -> str:
    if len(number) <= _FEW:
        return f'"h{number}"'
    front = f'"d{number}"' if len(number) > HEAD else f'"h{number}"'
    return f'"r{number[::-1]}" * OR {front} *'


def to_confirm(typed: str) -> str:
    """The text that candidates must hold, where their tokens cannot tell: pairs of an address may stand apart."""
    word = plain(typed)
    return word if len(word) > 2 and not word.isascii() else ""
