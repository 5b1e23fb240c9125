"""How a field's value is written for people, on screen and on paper."""

from collections.abc import Mapping

from desktop.core import dates, masking, money
from desktop.core.code_edits import Lists
from desktop.features.register.fields import Field, Kind
from desktop.features.register.model import Household


def shown(field: Field, value: object, lists: Lists) -> str:
    """The value in words, as on screen: 是, 一般脱贫户, 8,000.00, 2023-04. Empty for an empty one. `lists` say what
    codes are called there and then."""
    if value is None or value == "":
        return ""
    return _plain(field, value, lists)


def printed(field: Field, value: object, lists: Lists) -> str:
    """The same as papers write it: 2023年4月."""
    text = shown(field, value, lists)
    return dates.chinese(text) if field.kind is Kind.DATE else text


def measured(field: Field, value: object, lists: Lists) -> str:
    """On screen with its unit: 8,000.00 元."""
    text = shown(field, value, lists)
    return f"{text} {field.unit}" if text and field.unit else text


def masked(field: Field, value: object, lists: Lists) -> str:
    """On screen with the middle of telephone and id numbers hidden."""
    return masked_text(field, measured(field, value, lists))


def masked_text(field: Field, text: str) -> str:
    """The same of a text that stands for such a value."""
    if field.kind is Kind.PHONE:
        return masking.telephone(text)
    return masking.id_number(text) if field.kind is Kind.IDNO else text


def called(household: Household, person: Mapping[str, object] | None = None) -> str:
    """What a household or one of its people is called in the history of actions: w0012 张*兰.

    The name is masked: it is there to tell one household from the next, not to be read over a shoulder.
    """
    head = household.head
    name = str(person.get("name", "")) if person is not None else head.name if head else ""
    return f"{household.number} {masking.name(name)}".strip()


def _plain(field: Field, value: object, lists: Lists) -> str:
    text = str(value)
    if field.kind is Kind.YESNO:
        return "是" if value == 1 else "否"
    if field.kind is Kind.CODE:
        return lists(field.codes).name(text) or text
    if field.kind is Kind.CODES:
        return "、".join(lists(field.codes).name(code) or code for code in text.split())
    if field.kind is Kind.MONEY:
        return money.yuan(int(text))
    return money.from_hundredths(int(text)) if field.kind is Kind.HUNDREDTHS else text
