"""What the command line and the shell may use of printing."""

from desktop.features.handbook.actions import (
    DOCUMENT_NAMES,
    Document,
    Missing,
    Printed,
    choose,
    missing_characters,
    note_print,
    print_document,
)

__all__ = [
    "DOCUMENT_NAMES",
    "Document",
    "Missing",
    "Printed",
    "choose",
    "missing_characters",
    "note_print",
    "print_document",
]
