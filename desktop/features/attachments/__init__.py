"""附件: scans and photos of a household, its people and events; the file list of 一户一档 (domain.md 2.14)."""
