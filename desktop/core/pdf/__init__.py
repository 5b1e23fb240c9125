"""PDF files: pages in millimetres, Chinese text that never overflows, files that are there whole or not."""

from desktop.core.pdf.faces import drawable, missing
from desktop.core.pdf.page import A4, A5, Page, Type, landscape
from desktop.core.pdf.paper import Paper
from desktop.core.pdf.qr import draw_qr
from desktop.core.pdf.table import Column, Field, Sheet, Table
from desktop.core.pdf.writing import writing

__all__ = [
    "A4",
    "A5",
    "Column",
    "Field",
    "Page",
    "Paper",
    "Sheet",
    "Table",
    "Type",
    "draw_qr",
    "drawable",
    "landscape",
    "missing",
    "writing",
]
