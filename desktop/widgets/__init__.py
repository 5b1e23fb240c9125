"""Reusable Qt parts: they know no feature and no database."""
