"""Enrolment by files (sync.md 2.10): request, answer, taking the answer; each confirmed by twelve digits."""

import re
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select

from desktop.core import county_help, crypto
from desktop.core.clock import milliseconds
from desktop.core.db import database, entries, local
from desktop.core.db.database import Database
from desktop.core.errors import Trouble
from desktop.features.office import api as office
from desktop.features.sync import certificates, forks, frame, reader, sticks, writer
from desktop.features.sync.model import (
    REQUEST_CONTEXT,
    BundleRefused,
    Certificate,
    Enrolled,
    Manifest,
    Outcome,
    Piece,
    PieceKind,
    Request,
    Signed,
)
from desktop.features.sync.tables import CertificateRow

REQUEST_NAME = "enrol.hhb"
ANSWER = "enrol-answer-{}.hhb"
MAX_NAME = 120
_MAX_REQUEST = 64 * 1024
_unpack_signed = msgspec.msgpack.Decoder(Signed).decode
_unpack_request = msgspec.msgpack.Decoder(Request).decode
_unpack_list = msgspec.msgpack.Decoder(tuple[Signed, ...]).decode


def digits(typed: str) -> str:
    """The twelve digits as typed, without the spaces and dashes people put in."""
    return re.sub(r"[\s-]", "", typed)


def fingerprint_of(request: Request | Certificate) -> str:
    return crypto.fingerprint(request.sign_pk, request.enc_pk.encode())


def _confirm(typed: str, expected: str, whom: str) -> None:
    if not typed:
        raise Trouble(
            f"还没有核对{whom}的 12 位指纹",
            f"请打电话请{whom}念出其屏幕上的 12 位指纹，用 --confirm 输入后再做一次",
            code="enrol.confirm_needed",
        )
    if digits(typed) != expected:
        raise Trouble(
            f"输入的 12 位指纹与{whom}的文件不符，没有继续",
            "请再打电话核对一次；如果仍然不符，这个文件可能不是对方写的",
            code="enrol.confirm_wrong",
        )


# --- the three steps ---------------------------------------------------------------------------------------


def write_request(db: Database, own: office.Office, folder: Path) -> Enrolled:
    """Write this node's request: public keys and place, no personal data."""
    sticks.ready(folder, _MAX_REQUEST)
    with forks.as_stored(db), database.writing(db.engine) as connection:
        if local.get(connection, "barred"):
            forks.rename(connection, db, own)
        block, replaces = local.get(connection, "block"), local.get(connection, "replaces", b"")
        request = certificates.request_of(db.node, own, block, replaces)
        local.put(connection, {"enrol_pending": True})
    content = entries.pack(request)
    signed = Signed(content, crypto.sign(db.node.signing_secret, REQUEST_CONTEXT, content))
    packed = entries.pack(signed)
    body = frame.ENROL_MAGIC + packed

    def fill(file: object) -> bytes:
        whole = body + crypto.digest(body)
        file.write(whole)  # type: ignore[attr-defined]
        return crypto.digest(whole)

    path = folder / _request_name(folder, request)
    sticks.write(path, fill)
    return Enrolled("requested", db.node.fingerprint, path, own.name)


def _request_name(folder: Path, request: Request) -> str:
    """Several offices may share a stick: nobody's request goes because of another's."""
    there = folder / REQUEST_NAME
    try:
        others = there.exists() and read_request(there) not in (None, request)
    except BundleRefused:
        others = False
    return f"enrol-{request.node_id[:4].hex()}.hhb" if others else REQUEST_NAME


def read_request(path: Path) -> Request | None:
    """The request in a file; None for any other file. Raises BundleRefused for a damaged or forged one."""
    with path.open("rb") as file:
        data = file.read(_MAX_REQUEST)
    if data[:8] != frame.ENROL_MAGIC:
        return None
    if len(data) < 8 + 32 or crypto.digest(data[:-32]) != data[-32:]:
        raise BundleRefused(Outcome.DAMAGED, "入网申请文件已损坏", "请重新拷贝，或请对方重新写出")
    try:
        signed = _unpack_signed(data[8:-32])
        request = _unpack_request(signed.content)
    except entries.UNREADABLE as cause:
        raise BundleRefused(Outcome.NOT_TRUSTED, "入网申请文件读不出来") from cause
    genuine = crypto.verified(request.sign_pk, REQUEST_CONTEXT, signed.content, signed.signature)
    if (
        not genuine
        or local.node_id_of(request.sign_pk) != request.node_id
        or not crypto.is_recipient(request.enc_pk)
    ):
        raise BundleRefused(Outcome.NOT_TRUSTED, "入网申请的签名不对，没有受理")
    return request


def answer(
    db: Database,
    own: office.Office,
    request: Request,
    folder: Path,
    confirm: str,
    approve: Callable[[str], None],
) -> Enrolled:
    """Certify the node of a request, and write the certificate sealed to it. Raises Trouble, and what `approve` does
    when it is not to be given to the office of that name."""
    problem = _not_below(own, request)
    if problem:
        raise Trouble(problem, "请对方检查建立办公室时选的区划和级别", code="enrol.not_below")
    _confirm(confirm, fingerprint_of(request), "对方")
    approve(request.office)
    with database.writing(db.engine) as connection:
        chain = certificates.own_chain(connection)
        signed = _certified(connection, db, chain, request)
        manifest, source = _answer(connection, db, chain, request, signed)
    path = folder / ANSWER.format(request.node_id[:4].hex())
    writer.write(path, db.node, [request.enc_pk], manifest, [source])
    return Enrolled("answered", db.node.fingerprint, path, request.office)


def concerns(own: office.Office, request: Request) -> bool:
    """Whether a request may be meant for this office. One of a neighbour that shares the stick is not."""
    neighbours = request.level == own.level and not request.key.startswith(own.prefix)
    above = own.key.startswith(request.key.rstrip("0")) and request.level != own.level
    return not neighbours and not above


def _not_below(own: office.Office, request: Request) -> str:
    levels = list(office.Level)
    if office.check_office(request.key, request.office, request.level) or len(request.office) > MAX_NAME:
        return f"申请里的单位（{request.key}）写得不对，不能受理"
    if own.level is office.Level.VILLAGE:
        return "村级不能受理入网申请"
    if request.level not in levels or levels.index(office.Level(request.level)) < levels.index(own.level):
        return f"“{request.office}”的级别不在本单位之下，不能由本单位受理"
    if not request.key.startswith(own.prefix):
        return f"“{request.office}”（{request.key}）不在本单位范围内，不能由本单位受理"
    return ""


def _certified(connection: Connection, db: Database, chain: tuple[Signed, ...], request: Request) -> Signed:
    """The certificate given before to the same node, or a new one with a block of numbers nobody has."""
    issuer = certificates.unpack(chain[0].content)
    before = connection.scalar(
        select(CertificateRow.cert_id).where(
            CertificateRow.node_id == request.node_id, CertificateRow.issuer == issuer.cert_id
        )
    )
    if before is not None and (found := certificates.known(connection, before)) is not None:
        return found
    at = milliseconds(db.clock.now())
    signed = certificates.issue(db.node, issuer, request, _free_block(connection, request.block), at)
    certificates.keep(connection, [signed])
    forks.settled(connection, request.replaces)
    return signed


def _free_block(connection: Connection, wanted: int) -> int:
    taken = set(connection.scalars(select(CertificateRow.block)))
    while wanted in taken or not 0 <= wanted < certificates.BLOCKS:
        wanted = secrets.randbelow(certificates.BLOCKS)
    return wanted


def _answer(
    connection: Connection, db: Database, chain: tuple[Signed, ...], request: Request, signed: Signed
) -> tuple[Manifest, writer.Source]:
    source = writer.small(PieceKind.ENROLMENT, entries.pack((signed, *chain)))
    return writer.manifest_for(connection, db, chain, request.node_id, [source.piece], 1, 1), source


def take_answer(db: Database, path: Path, confirm: str) -> Enrolled | None:
    """Take the certificate from an answer; None when the file is no answer for this node. Raises Trouble."""
    found: list[bytes] = []

    def on_piece(piece: Piece, stored: bytes) -> None:
        if piece.kind == PieceKind.ENROLMENT:
            found.append(stored)

    try:
        _, sender = reader.read(path, db.node, _self_consistent, on_piece)
    except BundleRefused as refused:
        if refused.outcome is Outcome.NOT_FOR_US:
            return None
        raise
    if not found:
        return None
    _confirm(confirm, fingerprint_of(sender), "上级")
    try:
        return _adopt(db, sender, _unpack_list(found[0]))
    except entries.UNREADABLE as cause:
        raise BundleRefused(Outcome.NOT_TRUSTED, "这份答复里的证书读不出来") from cause


def _self_consistent(manifest: Manifest) -> Certificate:
    """First contact: the chain must hold in itself; whether it is the right one, the twelve digits decide."""
    return certificates.checked_chain(manifest.chain, certificates.ids(manifest.chain[-1:]))[0]


def _adopt(db: Database, sender: Certificate, brought: tuple[Signed, ...]) -> Enrolled:
    chain = certificates.checked_chain(brought, certificates.ids(brought[-1:]))
    own, root = chain[0], chain[-1]
    if len(chain) < 2 or not _is_ours(db, own) or chain[1].cert_id != sender.cert_id:
        raise BundleRefused(Outcome.NOT_TRUSTED, "这份答复里的证书不是给本机的")
    with database.writing(db.engine) as connection:
        certificates.keep(connection, brought)
        roots = set(local.get(connection, "roots")) | {root.cert_id}
        values = {
            "certificate": own.cert_id,
            "roots": sorted(roots),
            "parent": sender.node_id,
            "enrol_pending": False,
        }
        if own.block != local.get(connection, "block"):
            # The county had given our block to another PC: new numbers come from the block it gave us instead.
            values |= {"block": own.block, "household_counter": 0}
        local.put(connection, values)
    if (helper := _county_in(chain)) is not None:
        county_help.give_slot(db.paths.keys, db.key, helper)
    return Enrolled("enrolled", db.node.fingerprint, None, sender.office)


def county_above(db: Database) -> county_help.Helper | None:
    """Who helps whoever forgets the password and lost the recovery code: the nearest county above, if there is one."""
    with db.engine.connect() as connection:
        return _county_in([certificates.unpack(c.content) for c in certificates.own_chain(connection)])


def _county_in(chain: Sequence[Certificate]) -> county_help.Helper | None:
    for above in chain[1:]:
        if above.level in (office.Level.COUNTY, office.Level.CITY):
            return county_help.Helper(above.enc_pk, above.office, chain[0].office)
    return None


def _is_ours(db: Database, certificate: Certificate) -> bool:
    """For the keys and the place of this node, and nothing else."""
    with db.engine.connect() as connection:
        before = certificates.unpack(certificates.own_chain(connection)[0].content)
    said = (certificate.node_id, certificate.enc_pk, certificate.prefix, certificate.level)
    return said == (db.node.node_id, db.node.recipient, before.prefix, before.level)


def is_answer(path: Path) -> bool:
    return path.name.startswith("enrol-answer")


def is_enrolment(path: Path) -> bool:
    """Whether a file belongs to enrolment and is no bundle of data."""
    if is_answer(path):
        return True
    with path.open("rb") as file:
        return file.read(8) == frame.ENROL_MAGIC
