"""With whom this PC exchanges: the office above, and the PCs of the offices below."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from desktop.core import crypto
from desktop.core.db import local
from desktop.core.db.unit import Reader
from desktop.core.errors import Trouble
from desktop.features.sync import certificates, trust, vectors
from desktop.features.sync.model import Certificate
from desktop.features.sync.tables import PeerRow

Finding = Callable[[Connection], list[Certificate]]


@dataclass(frozen=True, slots=True)
class Below:
    """A PC of an office below. `waiting` sealed entries are not proved to be there; `heard` is when its newest bundle
    was read here (milliseconds since 1970, 0 = never); `missing` runs of its region never arrived here. `digits` are the
    twelve that the PC shows."""

    office: str
    code: str
    level: str
    node_id: bytes
    waiting: int
    heard: int
    missing: int
    digits: str = ""


def parent(connection: Connection) -> list[Certificate]:
    """The office above. Raises Trouble when there is none."""
    believed, node = trust.load(connection), local.get(connection, "parent", b"")
    found = believed.newest(node)
    if found is None and believed.of_node(node):
        raise Trouble(
            "上级的那台电脑已经停用，写给它的数据包没有人能读",
            "请先读入上级新电脑写来的数据包，再写",
            code="bundle.parent_revoked",
        )
    if found is None:
        raise Trouble(
            "本单位还没有入网，不知道写给谁",
            "请先与上级办理入网（bundle enrol），再写数据包",
            code="bundle.no_parent",
        )
    return [found]


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


def to_revoke(connection: Connection, whom: str) -> list[Certificate]:
    """All keys that still count of the PCs below of that office (name or code), or of the one PC of that id in hex. Finding
    none raises Trouble."""
    believed = trust.load(connection)
    pcs = {
        c.node_id: c for c in children(connection) if whom in (c.office, c.prefix, _code(c), c.node_id.hex())
    }
    found = [c for node in pcs for c in believed.of_node(node) if believed.revocation(c) is None]
    if not found:
        raise Trouble(
            f"下级单位里没有“{whom}”的电脑可以停用",
            "请核对单位名称、区划代码或电脑编号；可能已经停用过",
            code="revoke.none",
        )
    return found


def children(connection: Connection) -> list[Certificate]:
    """The PCs of the offices below, by place."""
    own = certificates.own(connection)
    believed = trust.load(connection)
    found = (believed.newest(node) for node in believed.nodes)
    lower = (c for c in found if c and c.prefix.startswith(own.prefix) and c.prefix != own.prefix)
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
    return Below(peer.office, _code(peer), peer.level, peer.node_id, waiting, heard, missing, _digits(peer))


def _code(certificate: Certificate) -> str:
    return certificate.prefix.ljust(12, "0")


@dataclass(frozen=True, slots=True)
class Pc:
    """A PC that has a certificate; one that is not `counted` was barred. `digits` are the twelve that it shows."""

    node_id: bytes
    office: str
    prefix: str
    digits: str
    is_counted: bool
    is_here: bool

    @property
    def title(self) -> str:
        """How people tell it from others: the office, and the digits that stand on its screen."""
        d, here = self.digits, "，本机" if self.is_here else ""
        return f"{self.office}（{d[:4]} {d[4:8]} {d[8:]}{here}）"

    def looks_after(self, region: str) -> bool:
        return region.startswith(self.prefix)


def pcs(reader: Reader) -> list[Pc]:
    """All that are known here, this one first; barred ones too."""
    own, believed = certificates.own(reader.connection).node_id, trust.load(reader.connection)
    newest = [(believed.newest(node), believed.of_node(node)[-1]) for node in believed.nodes]
    found = [_pc(counted or last, counted is not None, own) for counted, last in newest]
    return sorted(found, key=lambda pc: (not pc.is_here, pc.prefix, pc.node_id))


def _pc(certificate: Certificate, is_counted: bool, own: bytes) -> Pc:
    c = certificate
    return Pc(c.node_id, c.office, c.prefix, _digits(c), is_counted, c.node_id == own)


def _digits(certificate: Certificate) -> str:
    return crypto.fingerprint(certificate.sign_pk, certificate.enc_pk.encode())
