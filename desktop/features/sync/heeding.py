"""What a bundle asks of this PC besides its entries: certificates and lists to keep, keys to renew, orders to follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.core.db import local
from desktop.core.db.database import Database
from desktop.features.sync import forks, revoking, rotating, trust
from desktop.features.sync.model import Certificate, PieceKind, Signed
from desktop.features.sync.trust import Trust


@dataclass(frozen=True, slots=True)
class Said:
    """What a bundle brought besides entries, and what was believed before it."""

    sender: Certificate
    before: Trust
    trust: Trust
    lists: Sequence[Signed]
    asked: Mapping[str, bytes]


def before_entries(connection: Connection, db: Database, said: Said) -> list[str]:
    """A revocation that is new here takes back what was read too early; only then come the entries, and of those that
    went too many may come again. Gives what to tell."""
    if said.trust.revoked == said.before.revoked:
        return []
    _keep(connection, db, said)
    count = revoking.withdraw(connection, db, said.trust)
    return [f"按上级的停用名单，撤下了先前读入的 {count} 段内容"] if count else []


def heed(connection: Connection, db: Database, said: Said) -> list[str]:
    """Follow what the sender may ask for. What it may not is passed by. Gives what to tell."""
    _keep(connection, db, said)
    rotating.answered(connection, said.trust)
    _follow_parent(connection, said)
    if packed := said.asked.get(PieceKind.NEW_KEYS):
        rotating.heed(connection, db, said.trust, said.sender, packed)
    if packed := said.asked.get(PieceKind.ORDERS):
        forks.heed(connection, db, said.trust, said.sender, packed)
    done = ["本机已换用新的密钥"] if rotating.adopt(connection, db, said.trust) else []
    forks.look_at_own(connection, db, said.trust)
    return [*done, *forks.sentences(connection, said.sender)]


def _keep(connection: Connection, db: Database, said: Said) -> None:
    trust.keep(connection, said.trust)
    if said.trust.roots != said.before.roots:
        local.put(connection, {"roots": sorted(said.trust.roots)})
    revoking.unite(connection, db, said.before.list_of(db.node.node_id), said.lists)


def _follow_parent(connection: Connection, said: Said) -> None:
    """The PC of the office above was given up: another one of that office that writes to us takes its place."""
    parent = local.get(connection, "parent", b"")
    known = said.trust.of_node(parent)
    if known and said.trust.newest(parent) is None:
        place = (known[-1].prefix, known[-1].level)
        if place == (said.sender.prefix, said.sender.level):
            local.put(connection, {"parent": said.sender.node_id})
