"""The audit log: who logged in, imported, printed, looked behind a mask. Only added to, and linked by hash."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from desktop.core import masking
from desktop.core.clock import BEIJING
from desktop.core.db import entries, sight
from desktop.core.db.base import StreamKind
from desktop.core.db.entries import Entry, Stream
from desktop.core.db.log_tables import ENTRY_COLUMNS, EntryRow, StreamRow
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused
from desktop.core.excel import writer
from desktop.core.lockout import Failed
from desktop.core.problems import Problem
from desktop.core.unlogged import Unlogged
from desktop.features.office import store
from desktop.features.office.model import EVENT_NAMES, Event, Noted
from desktop.features.office.places import PlaceNames
from desktop.features.office.tables import AuditRow

_A = AuditRow.__table__.c
_NAMES = {c.info["no"]: c.name for c in AuditRow.__table__.columns if "no" in c.info}
_COUNTY = 6
_REACH = re.compile(r"范围 (\d{4,12})")  # kept as the code, which is exact; read as the place's name
_UNLOGGED = (Event.RESTORE, Event.PASSWORD)
_MOST_ABOUT, _MOST_REASON = 1_000, 200
_HEADINGS = (("时间", 20), ("用户名", 14), ("姓名", 12), ("事项", 12), ("内容", 60), ("事由", 40))


@dataclass(frozen=True, slots=True)
class Head:
    """The newest line of this PC's audit stream. Whoever knows an earlier one can prove that nothing was taken out."""

    seq: int
    hash: bytes


def note(unit: Unit, event: Event, about: str, reason: str = "") -> None:
    """Write a line in the name of the unit's user, inside its transaction."""
    _add(unit, unit.now, event, about, reason, (unit.actor.id, unit.actor.login, unit.actor.name))


def unmask(unit: Unit, about: str, reason: str) -> None:
    """Write down that somebody looks at what is masked. Raises Refused without the right or a reason."""
    unit.require("data.sensitive")
    unit.name = "查看号码"
    if not reason.strip():
        raise Refused([Problem("unmask.reason", "reason", "请写明查看的事由")])
    note(unit, Event.UNMASK, about, reason.strip())


def note_failed(unit: Unit, failed: Iterable[Failed]) -> None:
    """The wrong passwords that were counted while nobody could open the database."""
    for one in failed:
        _add(unit, _moment(one.at, unit.now), Event.FAILED, "登录时密码不对", "", (bytes(16), one.login, ""))


def note_unlogged(unit: Unit, lines: Iterable[Unlogged]) -> None:
    """What was done while nobody could open the database, in the name of who did it."""
    known = {u.login: u for u in store.users_here(unit.connection, store.office(unit).key)}
    for one in (line for line in lines if line.event in _UNLOGGED):
        user = known.get(one.login)
        who = (user.id, user.login, user.name) if user else (bytes(16), one.login, "")
        _add(unit, _moment(one.at, unit.now), Event(one.event), one.about, "", who)


def _moment(text: str, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return otherwise


def _add(
    unit: Unit, at: datetime, event: Event, about: str, reason: str, who: tuple[bytes, str, str]
) -> None:
    unit.add(
        AuditRow,
        store.office(unit).key,
        at=at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        user=who[0],
        login=who[1],
        name=who[2],
        event=event.value,
        about=about[:_MOST_ABOUT],
        reason=reason[:_MOST_REASON],
    )


def ids(reader: Reader, typed: str = "", event: str = "", since: str = "", until: str = "") -> list[bytes]:
    """Lines newest first that hold every word typed. `since` and `until` are days. Raises Refused without the right."""
    reader.require("audit.read")
    wanted = select(_A.id).order_by(_A.at.desc(), _A.version.desc())
    wanted = wanted.where(*_conditions(typed, event, since, until, is_masked=reader.actor.is_masked))
    return list(reader.connection.scalars(wanted))


def _conditions(
    typed: str, event: str, since: str, until: str, *, is_masked: bool
) -> Iterator[ColumnElement[bool]]:
    written = _A.about + " " + _A.reason
    if is_masked:  # else a number would be found out digit by digit
        written = sight.hidden(written)
    for word in typed.split():
        yield (_A.login + " " + _A.name + " " + written).contains(word, autoescape=True)
    if event:
        yield _A.event == event
    if since:
        yield _A.at >= since
    if until:
        yield _A.at < until + "~"


def lines(reader: Reader, wanted: Sequence[bytes]) -> dict[bytes, Noted]:
    """These lines, by id. Raises Refused without the right."""
    reader.require("audit.read")
    found = reader.connection.execute(select(AuditRow.__table__).where(_A.id.in_(list(wanted))))
    own, names = store.office(reader).prefix[:_COUNTY], PlaceNames(reader.connection)

    def shown(text: str) -> str:
        text = _REACH.sub(lambda code: f"范围 {names.of(code[1].ljust(12, '0'))}", text)
        return masking.digits(text, own) if reader.actor.is_masked else text

    return {r.id: Noted(r.id, r.at, r.login, r.name, r.event, shown(r.about), shown(r.reason)) for r in found}


def export(reader: Reader, wanted: Sequence[bytes], target: Path) -> int:
    """Write these lines into a workbook; gives how many. Raises Refused without the right."""
    known = lines(reader, wanted)
    rows = (_row(known[i]) for i in wanted if i in known)
    columns = [writer.Column(title, width) for title, width in _HEADINGS]
    return writer.write_table(target, columns, rows, sheet="操作日志")


def _row(line: Noted) -> tuple[str, ...]:
    return (
        line.at,
        line.login,
        line.name,
        EVENT_NAMES.get(Event(line.event), line.event),
        line.about,
        line.reason,
    )


def head(connection: Connection, node_id: bytes) -> Head:
    """The head of this node's audit log. It travels in the vector of every bundle, so that the parent holds it."""
    newest = (
        select(EntryRow.seq, EntryRow.hash)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(StreamRow.node == node_id, StreamRow.kind == StreamKind.AUDIT.value)
        .order_by(EntryRow.hlc.desc())
        .limit(1)
    )
    found = connection.execute(newest).first()
    return Head(found.seq, found.hash) if found else Head(0, entries.NO_PREV)


def broken(connection: Connection) -> int:
    """How many lines do not fit the chain: changed, taken out, put in or put elsewhere.

    Triggers refuse all that; whoever goes past them (with the key and another program) is found here.
    """
    rows = {r.id: r for r in connection.execute(select(AuditRow.__table__))}
    streams = select(StreamRow.__table__).where(StreamRow.kind == StreamKind.AUDIT.value)
    wrong = 0
    for stream in connection.execute(streams).all():
        packed = entries.pack(Stream(stream.node, stream.incarnation, stream.region, stream.kind))
        wrong += _broken_in(connection, stream.id, packed, rows)
    return wrong + len(rows)  # what is left has no entry


def _broken_in(connection: Connection, stream: int, packed: bytes, rows: dict[bytes, Any]) -> int:
    """Walks one stream and takes out of `rows` what it met."""
    before, at, wrong = entries.NO_PREV, 0, 0
    wanted = select(EntryRow.__table__).where(EntryRow.stream == stream).order_by(EntryRow.seq)
    for found in connection.execute(wanted):
        entry = Entry(*(getattr(found, f) for f in ENTRY_COLUMNS))
        is_linked = found.prev == before and found.seq == at + 1
        is_itself = entries.entry_hash(packed, entry) == found.hash
        line = rows.pop(found.row, None)
        wrong += not (is_linked and is_itself and _says(line, found.body))
        before, at = found.hash, found.seq
    return wrong


def _says(line: Any, body: bytes) -> bool:
    """Whether a line says what its entry says."""
    said = entries.unpack_body(body)
    return line is not None and all(getattr(line, name) == said.get(no) for no, name in _NAMES.items())
