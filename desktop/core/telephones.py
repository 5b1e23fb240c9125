"""What a telephone number looks like: a mobile, or a fixed line with or without its area code."""

import re

_NUMBER = re.compile(r"1[3-9]\d{9}|(0\d{2,3}-?)?[2-8]\d{6,7}", re.ASCII)


def is_telephone(text: str) -> bool:
    """Whether somebody can be called by it; spaces between the digits do not matter."""
    return bool(_NUMBER.fullmatch(text.replace(" ", "")))
