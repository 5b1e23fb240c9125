"""Search as one types: tokens give candidates, the text confirms them."""

from typing import Any

from sqlalchemy import Select, bindparam, column, func, select, table, text

from desktop.core.db.unit import Reader
from desktop.features.register import tokens
from desktop.features.register.model import Hit
from desktop.features.register.tables import SearchDoc

_SEARCH = table("search", column("rowid"))
_D = SearchDoc.__table__.c


def people(reader: Reader, typed: str, limit: int = 50) -> list[Hit]:
    """People whose name, initials, address or numbers hold every word typed, in register order."""
    wanted = _matching(typed, _D.person, _D.household, _D.name, _D.address)
    if wanted is None:
        return []
    found = reader.connection.execute(wanted.limit(limit))
    return [Hit(r.person, r.household, r.name, r.address) for r in found]


def households(typed: str) -> Any:
    """The households of those people, as a sub-query for the list's filter."""
    wanted = _matching(typed, _D.household)
    return wanted if wanted is not None else select(_D.household).where(text("0"))


def _matching(typed: str, *columns: Any) -> Select[Any] | None:
    words = typed.split()
    queries = [q for w in words if (q := tokens.word_query(w))]
    if not queries:
        return None
    matches = text("search MATCH :tokens").bindparams(bindparam("tokens", " AND ".join(queries), unique=True))
    wanted = select(*columns).join_from(_SEARCH, SearchDoc, _D.id == _SEARCH.c.rowid).where(matches)
    for word in words:
        if tokens.is_text(word):
            wanted = wanted.where(func.instr(_D.name + " " + _D.address, tokens.plain(word)) > 0)
    return wanted
