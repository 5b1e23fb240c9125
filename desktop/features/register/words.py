"""How a field's value is written for people, on screen and on paper."""

from desktop.core import dates, idcard, masking, money
from desktop.core.codes import codes
from desktop.features.register.fields import Field, Kind


def shown(field: Field, value: object) -> str:
    """The value in words: 是, 一般脱贫户, 8,000.00, 2023年4月. Empty for an empty one."""
    if value is None or value == "":
        return ""
    return _plain(field, value)


def masked(field: Field, value: object) -> str:
    """The same with the middle of telephone and id numbers hidden."""
    text = shown(field, value)
    if field.kind is Kind.PHONE:
        return masking.telephone(text)
    return idcard.masked(text) if field.kind is Kind.IDNO else text


def _plain(field: Field, value: object) -> str:
    text = str(value)
    if field.kind is Kind.YESNO:
        return "是" if value == 1 else "否"
    if field.kind is Kind.CODE:
        return codes(field.codes).name(text) or text
    if field.kind is Kind.CODES:
        return "、".join(codes(field.codes).name(code) or code for code in text.split())
    if field.kind is Kind.DATE:
        return dates.chinese(text)
    if field.kind is Kind.MONEY:
        return money.yuan(int(text))
    return money.from_hundredths(int(text)) if field.kind is Kind.HUNDREDTHS else text
