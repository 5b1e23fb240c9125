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
from desktop.features.handbook.preview import sweep as sweep_previews

__all__ = [
    "DOCUMENT_NAMES",
    "Document",
    "Missing",
    "Printed",
    "choose",
    "missing_characters",
    "note_print",
    "print_document",
    "sweep_previews",
]
