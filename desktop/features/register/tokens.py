"""The tokens by which a person is found: what the index is filled with, and what a query asks for.

A token begins with a letter that says what it is: n name, i initials, p pinyin, a address (two characters),
d digits from the front or from the birthday, r digits from the end. Names, initials and digits are found by
the beginning of a token, so each name brings its tails too: 张秀兰 gives n张秀兰 n秀兰 n兰.
"""

import unicodedata
from collections.abc import Iterable

from desktop.core import pinyin


def plain(text: str) -> str:
    """Letters, digits and ideographs of any plane, small; the dot inside a minority name is left out."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c) == "Co")


def tails(text: str) -> Iterable[str]:
    return (text[i:] for i in range(len(text)))


def person_tokens(name: str, initials: str, address: str, numbers: Iterable[str]) -> str:
    """All tokens of one person, for the index."""
    found: dict[str, None] = {}
    for tail in tails(plain(name)):
        found["n" + tail] = None
    for word in initials.split():
        for tail in tails(word):
            found["i" + tail] = None
    for word in pinyin.full(name).split():
        found["p" + word] = None
    place = plain(address)
    for i in range(len(place) - 1):
        found["a" + place[i : i + 2]] = None
    for number in numbers:
        found["d" + number] = None
        found["r" + number[::-1]] = None
        if len(number) >= 18:
            found["d" + number[6:]] = None
    return " ".join(found)


def word_query(word: str) -> str:
    """What one typed word asks of the index, in FTS5's language; empty when it can find nothing."""
    word = plain(word)
    if not word:
        return ""
    digits = word[1:] if word[0].isalpha() and word[1:].isdigit() else word
    if digits[0].isdigit() and digits.isascii():
        return f'("r{digits[::-1]}" * OR "d{digits}" *)'
    if word.isascii():
        return f'("i{word}" * OR "p{word}" *)'
    pairs = " AND ".join(f'"a{word[i : i + 2]}"' for i in range(len(word) - 1))
    return f'("n{word}" * OR ({pairs}))' if pairs else f'("n{word}" *)'


def is_text(word: str) -> bool:
    """Whether candidates must be confirmed by the text: address pairs may stand apart."""
    word = plain(word)
    return len(word) > 2 and not word.isascii()
