"""一牌一册: the desktop program of a township's poverty-relief and social-assistance office."""

__version__ = "0.1.0"
# The day this version was made. A PC whose clock says less is wrong (sync.md 2.4).
BUILT = "2026-11-22"
