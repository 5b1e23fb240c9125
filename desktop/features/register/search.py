"""Search as one types: tokens give candidates, the text confirms them."""

from typing import Any

from sqlalchemy import Select, bindparam, column, func, select, table, text

from desktop.core.db.unit import Reader
from desktop.features.office import api as office
from desktop.features.register import tokens
from desktop.features.register.model import Hit
from desktop.features.register.tables import HouseholdIndex, HouseholdRow, PersonRow, SearchDoc

MOST_WORDS = 12  # more were pasted by mistake; FTS5 refuses deep expressions
_SEARCH = table("search", column("rowid"))
_D = SearchDoc.__table__.c
_P = PersonRow.__table__.c
_H = HouseholdRow.__table__.c
_I = HouseholdIndex.__table__.c


def people(reader: Reader, typed: str, limit: int = 50) -> list[Hit]:
    """People whose name, initials, pinyin, address or numbers hold every word typed; those indexed first come first."""
    found = _matching(typed, _D.id, _D.person, _D.household)
    if found is None:
        return []
    # Limited first: joined before that, every one of the matching people would be looked up.
    few = found.limit(limit).subquery()
    wanted = (
        select(few.c.person, few.c.household, _P.name, _I.region, _I.group_name, _H.address)
        .join_from(few, PersonRow, _P.id == few.c.person)
        .join(HouseholdIndex, _I.household == few.c.household)
        .join(HouseholdRow, _H.id == few.c.household)
        .order_by(few.c.id)
    )
    names = office.PlaceNames(reader.connection)
    return [
        Hit(r.person, r.household, r.name or "", f"{names.of(r.region)}{r.group_name}{r.address or ''}")
        for r in reader.connection.execute(wanted)
    ]


def households(typed: str) -> Any:
    """The households of those people, as a sub-query for the list's filter."""
    wanted = _matching(typed, _D.household)
    return wanted if wanted is not None else select(_D.household).where(text("0"))


def _matching(typed: str, *columns: Any) -> Select[Any] | None:
    words = typed.split()[:MOST_WORDS]
    queries = [q for w in words if (q := tokens.word_query(w))]
    if not queries:
        return None
    matches = text("search MATCH :tokens").bindparams(bindparam("tokens", " AND ".join(queries), unique=True))
    wanted = select(*columns).join_from(_SEARCH, SearchDoc, _D.id == _SEARCH.c.rowid).where(matches)
    for word in words:
        if part := tokens.to_confirm(word):
            wanted = wanted.where(func.instr(_D.text, part) > 0)
    return wanted
