"""With whom this PC exchanges: the office above, and the PCs of the offices below."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from desktop.core.db import local
from desktop.core.db.unit import Reader
from desktop.core.errors import Trouble
from desktop.features.sync import certificates, vectors
from desktop.features.sync.certificates import Trust
from desktop.features.sync.model import Certificate
from desktop.features.sync.tables import PeerRow

Finding = Callable[[Connection], list[Certificate]]


@dataclass(frozen=True, slots=True)
class Below:
    """A PC of an office below. `waiting` sealed entries are not proved to be there; `heard` is when its newest bundle
    was read here (milliseconds since 1970, 0 = never); `missing` runs of its region never arrived here."""

    office: str
    code: str
    level: str
    node_id: bytes
    waiting: int
    heard: int
    missing: int


def parent(connection: Connection) -> list[Certificate]:
    """The office above. Raises Trouble when there is none."""
    node_id = local.get(connection, "parent", b"")
    found = _trust(connection).of_node(node_id) if node_id else []
    if not found:
        raise Trouble(
            "本单位还没有入网，不知道写给谁",
            "请先与上级办理入网（bundle enrol），再写数据包",
            code="bundle.no_parent",
        )
    return found[-1:]


def named(whom: str) -> Finding:
    """The PCs of the office below of that name or code; finding none raises Trouble."""

    def found(connection: Connection) -> list[Certificate]:
        peers = [c for c in children(connection) if whom in (c.office, c.prefix, _code(c))]
        if not peers:
            raise Trouble(
                f"下级单位里没有“{whom}”",
                "请核对单位名称或区划代码；它入网之后才能写给它",
                code="bundle.no_child",
            )
        return peers

    return found


def children(connection: Connection) -> list[Certificate]:
    """The PCs of the offices below, by place."""
    own = certificates.own(connection)
    trust = _trust(connection)
    found = (trust.of_node(node)[-1] for node in trust.nodes)
    lower = (c for c in found if c.prefix.startswith(own.prefix) and c.prefix != own.prefix)
    return sorted(lower, key=lambda c: (c.prefix, c.node_id))


def listed(reader: Reader) -> list[Below]:
    """The PCs below, for whoever writes them a bundle."""
    connection = reader.connection
    own = certificates.own(connection)
    newest = select(PeerRow.node_id, func.max(PeerRow.received)).group_by(PeerRow.node_id)
    heard = {node: at for node, at in connection.execute(newest)}
    return [_below(connection, own, c, heard.get(c.node_id, 0)) for c in children(connection)]


def _below(connection: Connection, own: Certificate, peer: Certificate, heard: int) -> Below:
    scope = certificates.common(own, peer)
    lacking = vectors.lacking(connection, scope, vectors.of_peer(connection, peer.node_id))
    missing = vectors.gaps(vectors.own(connection, scope))
    waiting = sum(lack.count for lack in lacking)
    return Below(peer.office, _code(peer), peer.level, peer.node_id, waiting, heard, missing)


def _code(certificate: Certificate) -> str:
    return certificate.prefix.ljust(12, "0")


def _trust(connection: Connection) -> Trust:
    return Trust(local.get(connection, "roots"), certificates.all_known(connection))
