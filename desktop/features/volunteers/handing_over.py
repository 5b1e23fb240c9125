"""Which PC spends a volunteer's points (sync.md 2.3): handed over by the PC that does, or taken from one that was barred.

Two PCs that both spend from one account would spend the same points twice. So whoever takes without being given asks
for proof that the other one is gone: the office above barred it, and the list of barred PCs has come here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from desktop.core.db import entries, registry
from desktop.core.db.entries import Kind
from desktop.core.db.log_tables import ActionRow, EntryRow
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.jobs import Tell
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.sync import api as sync
from desktop.features.volunteers import rules, store
from desktop.features.volunteers.tables import VolunteerRow


@dataclass(frozen=True, slots=True)
class Handed:
    """How many accounts, and the office whose PC spends them from now on."""

    count: int
    office: str


def hand_over(unit: Unit, volunteers: Sequence[bytes], to: bytes, reason: str) -> Handed:
    """Let the PC `to` spend the points of these volunteers from now on. Raises Refused."""
    found = store.spenders(unit, volunteers)
    if not found:
        raise Refused([Problem("volunteer.gone", "", "这位志愿者已不在册，请刷新列表")])
    known = {pc.node_id: pc for pc in sync.pcs(unit)}
    regions, before = {region for region, _ in found.values()}, {node for _, node in found.values()}
    for region in sorted(regions):
        unit.require("points.book", region)
    others, next_one = before - {to, unit.node_id}, known.get(to)
    refuse_if(
        rules.check_handover(
            reason,
            is_working=any(known[node].is_counted for node in others if node in known),
            is_known=others <= set(known),
            is_there=next_one is not None and next_one.is_counted and all(map(next_one.looks_after, regions)),
        )
    )
    changed = [i for i, (_, node) in found.items() if node != to]
    return _write(unit, changed, to, next_one.office if next_one else "", reason.strip())


def hand_over_all(unit: Unit, before: bytes, to: bytes, reason: str) -> Handed:
    """The same for all volunteers whose points the PC `before` spends."""
    return hand_over(unit, store.spent_by(unit, before), to, reason)


@registry.after_touching
def refuse_taking_back(connection: Connection, touched: registry.Touched, _tell: Tell) -> None:
    """Undo would take an account back without asking whether the other PC spends from it already."""
    if not touched.get(VolunteerRow.__tablename__):
        return
    info = registry.info(VolunteerRow)
    wanted = (
        select(EntryRow.body)
        .join(ActionRow, ActionRow.id == EntryRow.action)
        # Its entries are counted when the open action closes, and not before.
        .where(ActionRow.entries == 0, ActionRow.undoes.is_not(None))
        .where(EntryRow.table_no == info.no, EntryRow.kind == Kind.SET.value)
    )
    number = info.numbers["spending_node"]
    if any(number in entries.unpack_body(body) for body in connection.scalars(wanted)):
        words = "积分由哪台电脑管理，不能用撤销改回去；请在“志愿积分”里再移交"
        raise Refused([Problem("points.handover_undone", "", words)])


def _write(unit: Unit, volunteers: Sequence[bytes], to: bytes, whose: str, reason: str) -> Handed:
    unit.name = (
        f"积分改由{'本机' if to == unit.node_id else f'“{whose}”的电脑'}管理（{len(volunteers):,} 位志愿者）"
    )
    unit.explain(reason)
    store.set_spender(unit, volunteers, to)
    office.note(unit, office.Event.HANDOVER, unit.name, reason)
    return Handed(len(volunteers), whose)
