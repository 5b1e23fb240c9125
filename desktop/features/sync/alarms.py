"""When another office holds the same entries and made other rows of them: a fault of a program, said and mended."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from desktop.core.clock import milliseconds
from desktop.core.db import database
from desktop.core.db.database import Database
from desktop.core.db.unit import Reader
from desktop.features.sync import certificates, digests, rebuild
from desktop.features.sync.model import Certificate, Vector
from desktop.features.sync.tables import DigestAlarmRow
from desktop.features.sync.vectors import Scope

_MENDED = "与对方核对时发现本机有 {rows} 行算错，已按原始记录重新计算，现在一致"
_OTHERS = "本机与对方的记录相同，显示的内容却不同（{regions} 处）；本机已重新计算过，请告诉技术人员"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A region that came out different here and there; `repaired` rows were wrong here, and `agrees` since then."""

    region: str
    office: str
    at: int  # milliseconds since 1970
    repaired: int
    agrees: bool


def compare(db: Database, own: Certificate, sender: Certificate, theirs: Vector) -> str:
    """Compare the digests of a bundle with ours; make everything again where they differ. Gives what to tell, or "".

    What a rebuild did not bring together is not tried again for the same office: it is not this program's fault.
    """
    scope = certificates.common(own, sender)
    wrong = _differing(db, scope, theirs)
    if not wrong or set(wrong) <= _known(db, sender.node_id):
        return _OTHERS.format(regions=len(wrong)) if wrong else ""
    repaired = sum(rebuild.rebuild(db).differences.values())
    still = _differing(db, scope, theirs) if repaired else wrong
    _note(db, sender.node_id, wrong, still, repaired)
    return _OTHERS.format(regions=len(still)) if still else _MENDED.format(rows=repaired)


def _differing(db: Database, scope: Scope, theirs: Vector) -> list[str]:
    with database.writing(db.engine) as connection:
        return digests.differing(connection, scope, theirs)


def _known(db: Database, peer: bytes) -> set[str]:
    wanted = select(DigestAlarmRow.region).where(
        DigestAlarmRow.peer == peer, DigestAlarmRow.agrees.is_(False)
    )
    with db.engine.connect() as connection:
        return set(connection.scalars(wanted))


def _note(db: Database, peer: bytes, wrong: list[str], still: list[str], repaired: int) -> None:
    at = milliseconds(db.clock.now())
    rows = [
        {"region": region, "peer": peer, "at": at, "repaired": repaired, "agrees": region not in still}
        for region in wrong
    ]
    with database.writing(db.engine) as connection:
        connection.execute(insert(DigestAlarmRow), rows)


def alarms(reader: Reader) -> list[Alarm]:
    """The newest first."""
    wanted = select(DigestAlarmRow.__table__, certificates.office_of(DigestAlarmRow.peer))
    return [
        Alarm(r.region, r.office or "", r.at, r.repaired, r.agrees)
        for r in reader.connection.execute(wanted.order_by(DigestAlarmRow.id.desc()))
    ]
