"""What was printed, when, by whom."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.core.db.base import Base, Id


class PrintRow(Base):
    """One print run. Local: paper lies where it was printed."""

    __tablename__ = "print_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[bytes] = mapped_column(Id)
    at: Mapped[int]
    document: Mapped[str] = mapped_column(String(20))
    households: Mapped[int]
    pages: Mapped[int]
