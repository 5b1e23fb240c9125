"""The ledger of points: transfers in, sums out. A balance is the sum of the entries and is kept nowhere."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, func, or_, select

from desktop.core.db import registry
from desktop.core.db.entries import reversal_row
from desktop.core.db.log_tables import ActionRow, EntryRow
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused
from desktop.core.jobs import Tell
from desktop.features.volunteers import rules
from desktop.features.volunteers.model import LedgerLine, Transfer
from desktop.features.volunteers.tables import PointsRow, VolunteerRow

_P = PointsRow.__table__.c
_V = VolunteerRow.__table__.c
_E = EntryRow.__table__.c
CHUNK = 500


def balances(reader: Reader, accounts: Sequence[bytes]) -> dict[bytes, int]:
    """What these accounts have, volunteers' or offices'; zero for one that nothing was booked for."""
    return _balances(reader.connection, accounts)


def _balances(connection: Connection, accounts: Sequence[bytes]) -> dict[bytes, int]:
    found = dict.fromkeys(accounts, 0)
    for start in range(0, len(accounts), CHUNK):
        part = list(accounts[start : start + CHUNK])
        for column, sign in ((_P.credit, 1), (_P.debit, -1)):
            sums = select(column, func.sum(_P.amount)).where(column.in_(part)).group_by(column)
            for account, points in connection.execute(sums):
                found[account] += sign * int(points)
    return found


def add(unit: Unit, transfer: Transfer) -> None:
    unit.add(
        PointsRow,
        transfer.region,
        id=transfer.id,
        debit=transfer.debit,
        credit=transfer.credit,
        amount=transfer.amount,
        day=transfer.day,
        kind=transfer.kind,
        reason=transfer.reason,
        source=transfer.source,
    )


def reverse(unit: Unit, original: Transfer, day: str, why: str) -> bytes:
    said = PointsRow.opposite(_values(original)) | {"day": day, "reason": why}
    return unit.reverse(PointsRow, original.id, original.region, **said)


def _values(transfer: Transfer) -> dict[str, Any]:
    names = ("debit", "credit", "amount", "day", "reason")
    return {n: getattr(transfer, n) for n in names}


def transfer(reader: Reader, transfer_id: bytes) -> Transfer | None:
    row = reader.connection.execute(select(PointsRow.__table__).where(_P.id == transfer_id)).first()
    return _transfer(row) if row else None


def _transfer(row: Any) -> Transfer:
    return Transfer(
        row.id, row.region, row.debit, row.credit, row.amount, row.day, row.kind, row.reason,
        row.source, row.reverses,
    )  # fmt: skip


def is_reversed(reader: Reader, transfer_id: bytes) -> bool:
    wanted = select(_P.id).where(_P.id == reversal_row(transfer_id))
    return reader.connection.scalar(wanted) is not None


def is_volunteer(reader: Reader, account: bytes) -> bool:
    return reader.connection.scalar(select(_V.id).where(_V.id == account)) is not None


def lines(reader: Reader, account: bytes) -> list[LedgerLine]:
    """The account's ledger, newest first. It is in the order of booking, in which no balance was ever below zero."""
    wanted = (
        select(PointsRow.__table__)
        .join(EntryRow, _E.eid == _P.version)
        .where(or_(_P.debit == account, _P.credit == account))
        .order_by(_E.hlc, _E.eid)
    )
    booked = [_transfer(row) for row in reader.connection.execute(wanted)]
    return list(_running(booked, account))[::-1]


def _running(booked: Sequence[Transfer], account: bytes) -> Iterable[LedgerLine]:
    reversals, balance = {t.reverses for t in booked}, 0
    for t in booked:
        points = t.amount if t.credit == account else -t.amount
        balance += points
        yield LedgerLine(t.id, t.day, t.kind, t.reason, points, balance, t.id in reversals, t.reverses)


def below_zero(reader: Reader, prefix: str = "") -> list[tuple[bytes, str, int]]:
    """Volunteers whose points came to be below zero by what other PCs booked: id, name, balance."""
    # Only an account that was debited can be below zero, and most never were.
    debited = select(_V.id, _V.name).where(_V.alive, _V.id.in_(select(_P.debit)))
    found = reader.connection.execute(debited.where(_V.region.startswith(prefix)).order_by(_V.name)).all()
    sums = balances(reader, [v.id for v in found])
    return [(v.id, v.name, sums[v.id]) for v in found if sums[v.id] < 0]


@registry.after_touching
def refuse_below_zero(connection: Connection, touched: registry.Touched, _tell: Tell) -> None:
    """No action on this PC leaves a volunteer below zero, whichever way it went (undo books reversals too).

    What other PCs booked is kept as it is and shown (sync.md 2.3), also where it touches what an earlier action here
    had booked: the same reversal.
    """
    accounts = _debited_here(connection, touched.get(PointsRow.__tablename__, ()))
    if any(points < 0 for points in _balances(connection, accounts).values()):
        raise Refused([rules.below_zero()])


def _debited_here(connection: Connection, rows: Sequence[bytes]) -> list[bytes]:
    """The volunteers that the open action takes from; its entries are counted when it closes, and not before."""
    found: dict[bytes, None] = {}
    newest = connection.scalar(select(ActionRow.entries).order_by(ActionRow.id.desc()).limit(1))
    for start in range(0, len(rows) if newest == 0 else 0, CHUNK):
        wanted = (
            select(_P.debit)
            .join(EntryRow, _E.eid == _P.version)
            .join(VolunteerRow, _V.id == _P.debit)
            .join(ActionRow, ActionRow.id == _E.action)
            .where(_P.id.in_(list(rows[start : start + CHUNK])), ActionRow.entries == 0)
        )
        found.update(dict.fromkeys(connection.scalars(wanted)))
    return list(found)
