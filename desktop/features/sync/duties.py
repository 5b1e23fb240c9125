"""What a PC owes after a bundle was read, an order given, or a backup restored: it sends after what was moved, erases
what came too late, answers orders, and leaves no page behind that still holds what was erased."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection, func, select

from desktop.core.clock import milliseconds
from desktop.core.db import database, erased_list, local, scrub
from desktop.core.db.database import Database
from desktop.core.db.entries import Kind
from desktop.core.db.erased_list import Listed
from desktop.core.db.log_tables import EntryRow, ErasureRow, StreamRow
from desktop.core.errors import Trouble
from desktop.features.office import api as office
from desktop.features.sync import aside, blobs, certificates, erasing, moving, project, rights
from desktop.features.sync.erasing import Order
from desktop.features.sync.tables import ReceiptRow

_E = EntryRow.__table__.c
# A visit follows its household, a correction the visit, a correction of that one the correction.
_MOST_IN_A_ROW = 8


def do(db: Database) -> None:
    """All that is due now. Doing it again changes nothing; what a full disk prevents is done at the next start."""
    with suppress(Trouble):
        for _ in range(_MOST_IN_A_ROW):
            if not moving.follow(db):
                break
        erasing.follow(db)
        answer(db)
        tidy(db)


def catch_up(db: Database) -> None:
    """At the start: a backup that is older than an order was perhaps restored, or a power cut left something to do."""
    with db.engine.connect() as connection:
        listed = erased_list.read(db.paths.erased)
        known = erasing.known(connection, [bytes.fromhex(one.row) for one in listed])
    again = [one for one in listed if bytes.fromhex(one.row) not in known]
    if again:
        with suppress(Trouble):
            _erase_again(db, again)
    do(db)


def _erase_again(db: Database, listed: Sequence[Listed]) -> None:
    """Erase what an older backup brought back, without waiting for the order to come once more."""
    orders = [Order(bytes.fromhex(o.row), bytes.fromhex(o.row), o.table, o.region) for o in listed]
    with db.unit(office.SYSTEM, "依法删除") as unit:
        own = certificates.own(unit.connection)
        mine = [o for o in orders if rights.ERASE in own.caps and o.region.startswith(own.prefix)]
        if mine:
            # The backup of the office that gave the order does not have it: whoever has not heard of it must.
            rows: dict[int, list[bytes]] = {}
            for o in mine:
                rows.setdefault(o.table_no, []).append(o.row)
            regions: dict[bytes, set[str]] = {}
            for o in mine:
                regions.setdefault(o.row, set()).add(o.region)
            erasing.order(unit, {no: list(dict.fromkeys(ids)) for no, ids in rows.items()}, regions)
        others = [o for o in orders if o not in mine]
        erasing.obey(unit.connection, others, milliseconds(unit.now))
        for o in others:
            for name, ids in project.project(unit.connection, {o.table_no: [o.row]}).items():
                unit.touched[name].extend(ids)


def answer(db: Database) -> None:
    """Write a receipt for each order of another office that was followed here (sync.md 2.8)."""
    with db.engine.connect() as connection:
        rows = _unanswered(connection, db.node.node_id)
    if not rows:
        return
    with db.unit(office.SYSTEM, "依法删除回执") as unit:
        region = office.office(unit).key
        for row in rows:
            unit.add(
                ReceiptRow,
                region,
                erased=row,
                day=unit.today.isoformat(),
                entries=_blanked(unit.connection, row),
            )


def _unanswered(connection: Connection, node: bytes) -> list[bytes]:
    made_here = (
        select(ReceiptRow.erased)
        .join(EntryRow, EntryRow.eid == ReceiptRow.id)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(StreamRow.node == node)
    )
    ordered = (
        select(ErasureRow.row)
        .join(EntryRow, EntryRow.eid == ErasureRow.eid)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(EntryRow.kind == Kind.ERASE.value, StreamRow.node != node)
    )
    return list(connection.scalars(ordered.where(ErasureRow.row.not_in(made_here)).distinct()))


def _blanked(connection: Connection, row: bytes) -> int:
    wanted = select(func.count()).where(_E.row == row, func.length(_E.salt) == 0)
    return connection.scalar(wanted.where((_E.eid == row) | (_E.row != _E.eid))) or 0


def tidy(db: Database) -> None:
    """Leave nothing of what was erased: not in drafts, free pages or the write-ahead log; and list it beside, so that
    an older backup does not bring it back. What cannot be done now is done at the next start."""
    with db.engine.connect() as connection:
        if not local.get(connection, erasing.PENDING, False):
            return
        found = connection.execute(select(ErasureRow.__table__)).all()
    with suppress(Trouble, OSError):
        erased_list.add(db.paths.erased, [Listed(r.row.hex(), r.table_no, r.region, r.at) for r in found])
        scrub.forget_drafts(db.paths.drafts, db.key, {r.row.hex() for r in found})
        blobs.sweep(db)
        aside.sweep(db, {r.row for r in found})
        scrub.scrub(db.engine)
        with database.writing(db.engine) as connection:
            local.put(connection, {erasing.PENDING: False})
