"""Moving a row with all that belongs to it from one place to another (sync.md 2.2 MO and MI): by an office that looks
after both. The log of the place that was left keeps everything; the new one gets a full copy to go on from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from desktop.core.db import edits, registry
from desktop.core.db.base import StreamKind
from desktop.core.db.database import Database
from desktop.core.db.entries import Kind
from desktop.core.db.heads import Heads
from desktop.core.db.journal import Pending
from desktop.core.db.log_tables import ConflictRow, EntryRow, StreamRow
from desktop.core.db.registry import TableInfo
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.sync import belonging, certificates, histories, project, stays
from desktop.features.sync.belonging import Rows
from desktop.features.sync.references import Made
from desktop.features.sync.tables import WaitingRow

RIGHT = "register.change"
_PART = 400


def move(unit: Unit, row: type[Any], row_id: bytes, to: str, **values: Any) -> int:
    """Move a row and what belongs to it to the region `to`, where the row itself says `values`; gives how many rows.

    Raises Refused when this office does not look after both places, and while the row has open questions.
    """
    info = registry.info(row)
    region = _region_of(unit.connection, info, row_id)
    if region == to:
        raise Refused([Problem("move.same", "region", "这一户已经在那里了，请选另一个村")])
    for place in (region, to):
        unit.require(RIGHT, place)
    _refuse_foreign(unit, region, to)
    rows = belonging.of(unit.connection, info, row_id)
    _refuse_open(unit.connection, rows)
    return _move_all(unit, rows, region, to, {row_id: values})


def _region_of(connection: Connection, info: TableInfo, row_id: bytes) -> str:
    found = connection.scalar(select(info.table.c.region).where(info.table.c.id == row_id))
    if found is None:
        raise Refused([Problem("move.gone", "", "这一户已不在册，请刷新列表")])
    return str(found)


def _refuse_foreign(unit: Unit, region: str, to: str) -> None:
    own = certificates.own(unit.connection)
    if not (region.startswith(own.prefix) and to.startswith(own.prefix)):
        words = "只有同时管辖两个地方的单位才能办理迁移，请交给上级办理"
        raise Refused([Problem("move.ancestor", "region", words)])


def _refuse_open(connection: Connection, rows: Rows) -> None:
    """A copy has one value of each field: what people disagree on is settled before."""
    every = [row for ids in rows.values() for row in ids]
    for start in range(0, len(every), _PART):
        part = ConflictRow.row.in_(every[start : start + _PART])
        if connection.scalar(select(func.count()).select_from(ConflictRow).where(part)):
            raise Refused([Problem("move.conflict", "", "这一户还有两地填得不同的内容，请先选定再迁移")])


def _move_all(unit: Unit, rows: Rows, region: str, to: str, values: Mapping[bytes, Mapping[str, Any]]) -> int:
    """Write the two entries of each row, all of one move, and show the rows where they are now."""
    known, levels = registry.by_number(), histories.levels_of(unit.connection)
    outs: list[Pending] = []
    ins: list[Pending] = []
    move_id = unit.new_id()
    for no, ids in rows.items():
        found = project.make(unit.connection, known[no], ids, levels)
        heads = Heads.read(unit.connection, ids)
        for row in (r for r in ids if r in found and found[r].told.region == region):
            outs.append(_out(known[no], found[row], heads, move_id, to))
            ins.append(_in(known[no], found[row], (move_id, region), values.get(row, {}), unit.new_id()))
    # The first entry of a move is its name.
    unit.journal.write(region, StreamKind.DATA, [outs[0]._replace(eid=move_id), *outs[1:]] if outs else [])
    unit.journal.write(to, StreamKind.DATA, ins)
    _show(unit, rows)
    return len(ins)


def _show(unit: Unit, rows: Rows) -> None:
    for name, ids in project.project(unit.connection, rows).items():
        unit.touched[name].extend(ids)


def _out(info: TableInfo, made: Made, heads: Heads, move_id: bytes, to: str) -> Pending:
    stay, row = made.told.stay, made.state["id"]
    begun = sorted(e.eid for e in stay.begun) if stay else [row]
    body = {stays.MOVE: move_id, stays.CLOSED: begun, stays.SEEN: heads.all_of(row), stays.TARGET: to}
    return Pending(Kind.MOVE_OUT, info.no, row, edits.packed(body, body.values()))


def _in(
    info: TableInfo, made: Made, origin: tuple[bytes, str], values: Mapping[str, Any], eid: bytes
) -> Pending:
    said = {**made.state, **values}
    body = {no: said[c.name] for no, c in info.columns.items() if said[c.name] is not None}
    body[stays.MOVE] = list(origin)
    return Pending(Kind.MOVE_IN, info.no, made.state["id"], edits.packed(body, body.values()), eid)


def follow(db: Database) -> int:
    """Send after a row that this PC moved what was written of it at its old place meanwhile; gives how many rows."""
    with db.engine.connect() as connection:
        late = _stragglers(connection, db.node.node_id)
    if not late:
        return 0
    count = 0
    with db.unit(office.SYSTEM, "迁移后到的内容") as unit:
        for (region, to), rows in late.items():
            count += _move_all(unit, rows, region, to, {})
    return count


def _stragglers(connection: Connection, node: bytes) -> dict[tuple[str, str], Rows]:
    """The rows that wait at a place for a row which this PC moved to another, by the two places."""
    levels = histories.levels_of(connection)
    found: defaultdict[tuple[str, str], Rows] = defaultdict(dict)
    for info in belonging.tables_owning():
        waits = select(WaitingRow.row, WaitingRow.waits_for).where(WaitingRow.table_no == info.no)
        waiting = {row: wanted for row, wanted in connection.execute(waits)}
        moved = _moved_here(connection, list(waiting.values()), node) if waiting else {}
        rows = [row for row, wanted in waiting.items() if wanted in moved]
        for row, made in project.make(connection, info, rows, levels).items() if rows else ():
            region, to = made.told.region, moved[waiting[row]]
            if made.told.is_created and region and region != to:
                found[region, to].setdefault(info.no, []).append(row)
    return dict(found)


def _moved_here(connection: Connection, rows: Sequence[bytes], node: bytes) -> dict[bytes, str]:
    """Where those of these rows are that this PC moved, and nobody moved on since."""
    found: dict[bytes, tuple[int, str, bytes]] = {}
    for start in range(0, len(rows), _PART):
        wanted = (
            select(EntryRow.row, EntryRow.hlc, StreamRow.region, StreamRow.node)
            .join(StreamRow, StreamRow.id == EntryRow.stream)
            .where(EntryRow.row.in_(rows[start : start + _PART]), EntryRow.row != EntryRow.eid)
            .where(EntryRow.kind == Kind.MOVE_IN.value)
        )
        for row, hlc, region, author in connection.execute(wanted):
            found[row] = max(found.get(row, (0, "", b"")), (hlc, region, author))
    return {row: region for row, (_, region, author) in found.items() if author == node}


def settle_place(unit: Unit, info: TableInfo, row: bytes, chosen: bytes) -> None:
    """Several moves brought a row to several places: let it, and what belongs to it, stay where `chosen` brought it.

    What was written at the other places meanwhile stays there and becomes a question of its own.
    """
    to = next((e.region for e in _brought_by(unit.connection, row) if e.eid == chosen), "")
    if not to:
        raise Refused([Problem("conflict.gone", "", "这一处已经有人处理过了，请刷新列表")])
    rows = belonging.of(unit.connection, info, row)
    move_id = unit.new_id()
    outs = [
        (region, _close(no, one, begun, move_id, to))
        for no, ids in rows.items()
        for one in ids
        for region, begun in _elsewhere(unit.connection, one, to)
    ]
    for region in {region for region, _ in outs}:
        unit.require(RIGHT, region)
        _refuse_foreign(unit, region, to)
    for n, (region, out) in enumerate(outs):
        # The first entry of a move is its name.
        unit.journal.write(region, StreamKind.DATA, [out if n else out._replace(eid=move_id)])
    _show(unit, rows)


def _close(no: int, row: bytes, begun: list[bytes], move_id: bytes, to: str) -> Pending:
    body = {stays.MOVE: move_id, stays.CLOSED: begun, stays.SEEN: [], stays.TARGET: to}
    return Pending(Kind.MOVE_OUT, no, row, edits.packed(body, body.values()))


def _elsewhere(connection: Connection, row: bytes, to: str) -> list[tuple[str, list[bytes]]]:
    """The other places where a row is at once, each with the entries that brought it there."""
    others: dict[str, list[bytes]] = {}
    for e in _brought_by(connection, row):
        others.setdefault(e.region, []).append(e.eid)
    others.pop(to, None)
    return sorted((region, sorted(begun)) for region, begun in others.items())


def _brought_by(connection: Connection, row: bytes) -> list[Any]:
    """The entries that brought a row to the places where it is at once."""
    wanted = select(ConflictRow.heads).where(ConflictRow.row == row, ConflictRow.field == stays.MOVE)
    packed = connection.scalar(wanted)
    if packed is None:
        return []
    found = select(EntryRow.eid, StreamRow.region).join(StreamRow, StreamRow.id == EntryRow.stream)
    return list(connection.execute(found.where(EntryRow.eid.in_(histories.unpack_eids(packed)))).all())
