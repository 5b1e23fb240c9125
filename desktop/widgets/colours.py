"""The colours by role, for style sheet and painters alike. Contrast of text on its ground: at least 4.5."""

from enum import StrEnum

GROUND = "#F6F7F9"
SURFACE = "#FFFFFF"
LINE = "#DDE1E7"
# The edge of a field must be seen by itself (3 : 1), a hairline between rows need not.
EDGE = "#8A93A1"
TEXT = "#1E2430"
SECONDARY = "#5B6472"
PRIMARY = "#1F5C99"
PRIMARY_DARK = "#174876"
PRIMARY_PALE = "#E4EEF7"
DONE = "#2E7D4F"
DONE_PALE = "#EEF7F1"
ATTENTION = "#9A5B00"
ATTENTION_PALE = "#FBF0DF"
OVERDUE = "#B3261E"
OVERDUE_PALE = "#FBEAE8"
QUIET_PALE = "#ECEFF3"


class Tone(StrEnum):
    """What a state means to the clerk. Always shown together with a word."""

    QUIET = "quiet"
    PRIMARY = "primary"
    DONE = "done"
    ATTENTION = "attention"
    OVERDUE = "overdue"


INK = {
    Tone.QUIET: SECONDARY,
    Tone.PRIMARY: PRIMARY,
    Tone.DONE: DONE,
    Tone.ATTENTION: ATTENTION,
    Tone.OVERDUE: OVERDUE,
}
PALE = {
    Tone.QUIET: QUIET_PALE,
    Tone.PRIMARY: PRIMARY_PALE,
    Tone.DONE: DONE_PALE,
    Tone.ATTENTION: ATTENTION_PALE,
    Tone.OVERDUE: OVERDUE_PALE,
}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours after WCAG, 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
