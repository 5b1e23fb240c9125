"""Building and proving the installers of both systems (the way is described in RELEASE.md)."""
