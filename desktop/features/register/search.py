"""Search as one types: tokens give candidates, the text confirms them."""

from typing import Any

from sqlalchemy import TextualSelect, bindparam, column, text

from desktop.core.db.unit import Reader
from desktop.features.register import tokens
from desktop.features.register.model import Hit

MOST_WORDS = 12  # more were pasted by mistake; FTS5 refuses deep expressions
_CONFIRMED = " AND instr(coalesce(d.text, d.name || ' ' || d.address), :part{}) > 0"
# A reader who is shown no whole number shall not find one out digit by digit: such a word finds the number of a
# household by its ends, a telephone by the four digits that its mask shows, and else only what is that very number.
_OPEN = (
    " AND (d.id IN (SELECT rowid FROM search WHERE search MATCH :whole{0})"
    " OR EXISTS (SELECT 1 FROM main.household AS h WHERE h.id = d.household"
    " AND (substr(h.number, 1, length(:digits{0})) = :digits{0} OR substr(h.number, -length(:digits{0})) = :digits{0}"
    " OR length(:digits{0}) = 4 AND substr(h.phone, -4) = :digits{0}))"
    " OR length(:digits{0}) = 4 AND EXISTS"
    " (SELECT 1 FROM main.person AS p WHERE p.id = d.person AND substr(p.phone, -4) = :digits{0}))"
)
_FOUND = "FROM search JOIN search_doc AS d ON d.id = search.rowid WHERE search MATCH :tokens"
_HEADS = text("SELECT head FROM search_head WHERE head >= :first AND head < :last LIMIT :most")


def people(reader: Reader, typed: str, limit: int = 50) -> list[Hit]:
    """People whose name, initials, pinyin, address or numbers hold every word typed; those indexed first come first."""
    found = _matching(reader, typed)
    if found is None:
        return []
    sql, values = found
    wanted = text(f"SELECT d.person, d.household, d.name, d.address {sql} LIMIT :most")
    return [Hit(*row) for row in reader.connection.execute(wanted, {**values, "most": limit})]


def households(reader: Reader, typed: str) -> TextualSelect:
    """The households of those people, as a sub-query for the list's filter."""
    return _sub_query(reader, typed, "household")


def person_ids(reader: Reader, typed: str) -> TextualSelect:
    """Those people themselves, for a list of people."""
    return _sub_query(reader, typed, "person")


def _sub_query(reader: Reader, typed: str, what: str) -> TextualSelect:
    sql, values = _matching(reader, typed) or ("", {})
    wanted = text(f"SELECT d.{what} {sql}" if sql else f"SELECT {what} FROM search_doc WHERE 0")
    # Unique: two searches may stand in one statement.
    given: list[Any] = [bindparam(name, value, unique=True) for name, value in values.items()]
    return wanted.bindparams(*given).columns(column(what))


def _matching(reader: Reader, typed: str) -> tuple[str, dict[str, Any]] | None:
    """The end of a statement and its values; None when nothing was typed that anybody could have."""
    words = typed.split()[:MOST_WORDS]
    queries = [q for w in words if (q := tokens.word_query(w, lambda digits: _heads(reader, digits)))]
    if not queries:
        return None
    parts = [part for w in words if (part := tokens.to_confirm(w))]
    confirmed = [_CONFIRMED.format(n) for n in range(len(parts))]
    values = {"tokens": " AND ".join(queries), **{f"part{n}": part for n, part in enumerate(parts)}}
    if reader.actor.is_masked:
        numbers = [digits for w in words if (digits := tokens.digits_of(w))]
        confirmed += [_OPEN.format(n) for n in range(len(numbers))]
        values |= {f"digits{n}": digits for n, digits in enumerate(numbers)}
        values |= {f"whole{n}": tokens.whole_query(digits) for n, digits in enumerate(numbers)}
    return _FOUND + "".join(confirmed), values


def _heads(reader: Reader, digits: str) -> list[str]:
    # "{" follows every digit and small letter, so that this ends everything that begins so.
    bounds = {"first": digits, "last": digits + "{", "most": tokens.MOST_HEADS + 1}
    return list(reader.connection.scalars(_HEADS, bounds))
