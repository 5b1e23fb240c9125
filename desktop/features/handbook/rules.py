"""What may hang in public, and which characters would stay blank on paper."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from desktop.core import masking, pdf
from desktop.features.handbook.model import Book, Plaque

# Domain 2.12: illness and cause, the household's telephone and its class of risk stay indoors.
PUBLIC = frozenset(
    {
        "number", "head", "edition", "printed_on", "issuer", "village", "group", "population", "kind",
        "helper", "helper_unit", "helper_telephone", "goal", "supervision",
    }
)  # fmt: skip


def public(plaque: Plaque, *, mask_name: bool = False) -> Plaque:
    """The plaque with nothing but the whitelisted fields."""
    shown = masking.only(plaque, PUBLIC)
    return replace(shown, head=masking.name(shown.head)) if mask_name else shown


def missing_characters(books: Iterable[Book | Plaque]) -> list[tuple[str, str]]:
    """Household number and character, for each character that no font draws; asked before printing."""
    return [(book.number, char) for book in books for char in pdf.missing("".join(_texts(book)))]


def _texts(thing: object) -> Iterator[str]:
    """Every text in a dataclass, the nested ones as well."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from _texts(part)
    else:
        for field in fields(thing):  # type: ignore[arg-type]
            yield from _texts(getattr(thing, field.name))
