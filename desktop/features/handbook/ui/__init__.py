"""The printing screen: choose what and for whom, see what has no glyph, look at the very file, print it."""
