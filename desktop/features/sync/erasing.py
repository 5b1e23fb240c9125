"""Erasure by order (sync.md 2.8): what a row ever said is blanked in the log, its segments and the database; hashes,
links and signatures stay valid, and the order travels to everybody who holds the row."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.core.clock import milliseconds
from desktop.core.db import entries, local, registry
from desktop.core.db.base import StreamKind
from desktop.core.db.database import Database
from desktop.core.db.entries import Kind
from desktop.core.db.journal import Pending
from desktop.core.db.log_tables import ActionRow, EntryRow, ErasureRow, SegmentRow, StreamRow
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.sync import belonging, certificates, project, rights, segments, stays
from desktop.features.sync.belonging import Rows
from desktop.features.sync.vectors import Lack
from desktop.features.sync.verify import Checked

RIGHT = "register.change"
PENDING = "erasure_to_tidy"
T = TypeVar("T")
_PART = 400
_E = EntryRow.__table__.c


@dataclass(frozen=True, slots=True)
class Order:
    """One order to erase one row, given in a region where the row was."""

    eid: bytes
    row: bytes
    table_no: int
    region: str


def erase(
    unit: Unit, row: type[Any], row_id: bytes, reason: str, about: str, second: office.Second | None = None
) -> int:
    """Order a row and all that belongs to it to be erased everywhere, and erase it here; gives how many rows.

    `about` names it in the audit log without naming a person. `desktop.features.sync.duties` must run afterwards.
    Raises Refused below the county, outside the own region, without a reason, without a second person.
    """
    info = registry.info(row)
    region = unit.connection.scalar(select(info.table.c.region).where(info.table.c.id == row_id))
    if region is None:
        raise Refused([Problem("erase.gone", "", "这一户已不在册，请刷新列表")])
    unit.require(RIGHT, region)
    if not reason.strip():
        raise Refused([Problem("erase.reason", "reason", "请写明依法删除的事由")])
    rows = belonging.of(unit.connection, info, row_id)
    regions = _regions(unit.connection, rows)
    refuse_without_right(unit.connection, {region, *(r for found in regions.values() for r in found)})
    office.confirm_by_second(unit, second, f"依法删除 {about}（{reason.strip()}）")
    unit.name = "依法删除"
    unit.explain(reason.strip())
    order(unit, rows, regions)
    return sum(len(ids) for ids in rows.values())


def may_erase(reader: Reader) -> bool:
    """Whether the office, and in it this user, may give such an order at all."""
    return RIGHT in reader.actor.rights and rights.ERASE in certificates.own(reader.connection).caps


def to_erase(reader: Reader, row: type[Any], row_id: bytes) -> dict[str, int]:
    """How many rows would go, by table."""
    known = registry.by_number()
    found = belonging.of(reader.connection, registry.info(row), row_id)
    return {known[no].name: len(ids) for no, ids in found.items() if ids}


def refuse_without_right(connection: Connection, regions: Collection[str]) -> None:
    own = certificates.own(connection)
    if rights.ERASE not in own.caps:
        raise Refused([Problem("erase.level", "", "依法删除由县级及以上单位办理，请报县级")])
    if not all(r.startswith(own.prefix) for r in regions):
        raise Refused([Problem("erase.region", "", "这一户是从外县迁来的，请由共同的上级办理依法删除")])


def _regions(connection: Connection, rows: Rows) -> dict[bytes, set[str]]:
    """The regions where something was ever said of these rows, or where they came from."""
    found: dict[bytes, set[str]] = {row: set() for ids in rows.values() for row in ids}
    for part in _parts(list(found)):
        wanted = select(_E.row, _E.kind, _E.salt, _E.body, StreamRow.region).join(
            StreamRow, StreamRow.id == _E.stream
        )
        for row, kind, salt, body, region in connection.execute(wanted.where(_of_rows(part))):
            found[row].add(region)
            if kind == Kind.MOVE_IN and salt:
                found[row].add(entries.unpack_body(body)[stays.MOVE][1])
    return found


def order(unit: Unit, rows: Rows, regions: dict[bytes, set[str]]) -> None:
    """Write the orders, one in each region that knows a row, and follow them here."""
    orders: list[Order] = []
    for no, ids in rows.items():
        for row in ids:
            for region in sorted(regions[row]):
                said = Pending(Kind.ERASE, no, row, entries.pack({}))
                (eid,) = unit.journal.write(region, StreamKind.DATA, [said])
                orders.append(Order(eid, row, no, region))
    obey(unit.connection, orders, milliseconds(unit.now))
    for name, ids in project.project(unit.connection, rows).items():
        unit.touched[name].extend(ids)


def obey(connection: Connection, orders: Sequence[Order], at: int) -> None:
    """Remember the orders and blank what is stored of their rows; the projection then takes the rows away."""
    if not orders:
        return
    lines = [
        {"eid": o.eid, "row": o.row, "table_no": o.table_no, "region": o.region, "at": at} for o in orders
    ]
    connection.execute(insert(ErasureRow).on_conflict_do_nothing(), lines)
    _blank(connection, {o.row for o in orders})
    local.put(connection, {PENDING: True})


def orders_in(checked: Checked) -> list[Order]:
    region = checked.header.stream.region
    return [Order(e.eid, e.row, e.table, region) for e in checked.entries if e.kind == Kind.ERASE]


def orders_first(connection: Connection, lacking: Sequence[Lack]) -> list[Lack]:
    """What is blanked is taken only with its order: of several files of a set the first has the orders."""
    wanted = (
        select(SegmentRow.id).join(EntryRow, segments.covers()).join(ErasureRow, ErasureRow.eid == _E.eid)
    )
    ordering = set(connection.scalars(wanted))
    return sorted(lacking, key=lambda lack: (lack.segment not in ordering, lack.segment))


def _blank(connection: Connection, rows: Collection[bytes]) -> None:
    places: set[tuple[int, int]] = set()
    actions: set[int] = set()
    for part in _parts(list(rows)):
        wanted = select(EntryRow.__table__).where(
            _of_rows(part), _E.kind != Kind.ERASE.value, func.length(_E.salt) > 0
        )
        for found in connection.execute(wanted).all():
            places.add((found.stream, found.seq))
            actions.add(found.action or 0)
            blank = entries.redacted(segments.entry_of(found))
            values = {"salt": b"", "body": blank.body, "note": b""}
            connection.execute(update(EntryRow).where(_E.eid == found.eid).values(values))
    _forget_names(connection, actions)
    for number in _sealed_in(connection, places):
        segments.blank(connection, number, rows)


def _forget_names(connection: Connection, actions: Iterable[int]) -> None:
    """The history names its steps by what they did and, after a space, to whom."""
    for part in _parts(sorted(actions)):
        found = connection.execute(select(ActionRow.id, ActionRow.name).where(ActionRow.id.in_(part))).all()
        for number, name in found:
            values = {"name": name.split(" ")[0]}
            connection.execute(update(ActionRow).where(ActionRow.id == number).values(values))


def _sealed_in(connection: Connection, places: Iterable[tuple[int, int]]) -> list[int]:
    """The segments that hold entries of these streams and places: an entry may have come in several."""
    found: dict[int, None] = {}
    for stream, seq in sorted(places):
        covers = (SegmentRow.stream == stream, SegmentRow.first_seq <= seq, SegmentRow.last_seq >= seq)
        found.update(dict.fromkeys(connection.scalars(select(SegmentRow.id).where(*covers))))
    return list(found)


def _of_rows(part: Sequence[bytes]) -> Any:
    return or_(_E.eid.in_(part), (_E.row.in_(part)) & (_E.row != _E.eid))


def as_ordered(connection: Connection, checked: Checked) -> Checked:
    """A segment as it may be stored: without what orders that are known here have erased."""
    if connection.scalar(select(ErasureRow.eid).limit(1)) is None:
        return checked
    told = {e.row for e in checked.entries if e.kind != Kind.ERASE and not entries.is_redacted(e)}
    erased = known(connection, told)
    if not erased:
        return checked
    payload, raw_len = segments.blanked(checked.payload, erased)
    said = [entries.redacted(e) if e.row in erased and e.kind != Kind.ERASE else e for e in checked.entries]
    return replace(checked, entries=said, payload=payload, raw_len=raw_len)


def known(connection: Connection, rows: Collection[bytes]) -> set[bytes]:
    """Those of these rows that were erased by order."""
    found: set[bytes] = set()
    for part in _parts(list(rows)):
        found.update(connection.scalars(select(ErasureRow.row).where(ErasureRow.row.in_(part))))
    return found


def follow(db: Database) -> int:
    """Order to be erased too, where this office may, what somebody wrote of an erased row before the order reached him:
    what waits for the row, and the row itself where it was moved to. Gives how many rows."""
    with db.engine.connect() as connection:
        wanted = [*_waiting_still(connection), *uncovered(connection)]
        if not wanted:
            return 0
        own = certificates.own(connection)
    mine = [(no, row, places) for no, row, places in wanted if all(r.startswith(own.prefix) for r in places)]
    if rights.ERASE not in own.caps or not mine:
        return 0
    rows: Rows = {}
    for no, row, _ in mine:
        rows.setdefault(no, []).append(row)
    with db.unit(office.SYSTEM, "依法删除后到的内容") as unit:
        order(unit, rows, {row: places for _, row, places in mine})
    return len(mine)


def _waiting_still(connection: Connection) -> Iterable[tuple[int, bytes, set[str]]]:
    rows = _left_over(connection)
    regions = _regions(connection, rows)
    return [(no, row, regions[row]) for no, ids in rows.items() for row in ids if regions[row]]


def uncovered(connection: Connection) -> list[tuple[int, bytes, set[str]]]:
    """The erased rows of which something was said in regions where no order to erase them was given."""
    erased, other = ErasureRow.__table__, ErasureRow.__table__.alias()
    is_of = or_(_E.eid == erased.c.row, and_(_E.row == erased.c.row, _E.row != _E.eid))
    given = select(other.c.eid).where(
        other.c.row == erased.c.row, other.c.region == StreamRow.region, other.c.eid != other.c.row
    )
    wanted = (
        select(erased.c.table_no, erased.c.row, StreamRow.region)
        .select_from(erased)
        .join(EntryRow, is_of)
        .join(StreamRow, StreamRow.id == _E.stream)
        .where(~given.exists())
        .distinct()
    )
    found: dict[tuple[int, bytes], set[str]] = {}
    for no, row, region in connection.execute(wanted):
        found.setdefault((no, row), set()).add(region)
    return [(no, row, regions) for (no, row), regions in found.items()]


def _left_over(connection: Connection) -> Rows:
    erased: dict[int, list[bytes]] = {}
    for no, row in connection.execute(select(ErasureRow.table_no, ErasureRow.row).distinct()):
        erased.setdefault(no, []).append(row)
    found: Rows = {}
    for no, ids in erased.items():
        info = registry.by_number().get(no)
        for other, rows in belonging.waiting_for(connection, info, ids).items() if info else ():
            found.setdefault(other, []).extend(rows)
    return found


def _parts(ids: Sequence[T]) -> Iterable[Sequence[T]]:
    return (ids[start : start + _PART] for start in range(0, len(ids), _PART))
