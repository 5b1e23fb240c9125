"""Keys that were stolen and lists that are forged; each beside one that counts."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.core import crypto
from desktop.core.db import entries
from desktop.features.sync import api as sync
from desktop.features.sync import trust, writer
from desktop.features.sync.model import TRUST_CONTEXT, PieceKind, Revocation, Signed, TrustList
from desktop.features.sync.trust import Trust
from tests.features.sync.exchange_maker import (
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
)
from tests.features.sync.forging import World, group


def signed_list(signer: Office, owner: Office, version: int, *victims: Office, **changes: Any) -> Signed:
    """A trust list in somebody's name, signed by somebody."""
    revoked = tuple(
        msgspec.structs.replace(Revocation(v.certificate().cert_id, (), (), 0, "x", 0), **changes)
        for v in victims
    )
    content = entries.pack(TrustList(owner.node.node_id, version, 0, revoked))
    return Signed(content, crypto.sign(signer.node.signing_secret, TRUST_CONTEXT, content))


def believed(world: World, *lists: Signed) -> Trust:
    with world.county.db.engine.connect() as connection:
        return trust.load(connection).extended(lists=lists)


def test_a_list_counts_only_with_the_signature_of_whose_it_is(world: World) -> None:
    for signer in (world.town, world.sibling, world.stranger):
        forged = signed_list(signer, world.county, 5, world.town)
        assert believed(world, forged).revoked == {}
    torn = signed_list(world.county, world.county, 5, world.town)
    assert believed(world, Signed(torn.content + b"\0", torn.signature)).revoked == {}
    assert believed(world, Signed(torn.content, bytes(64))).revoked == {}
    assert len(believed(world, torn).revoked) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\xc1", b"\x94\xc4\x10" + bytes(16) + b"\x00\x00\x90", b"\x91" * 60_000, b"\xdd\xff\xff\xff\xff"],
)
def test_a_list_of_nonsense(world: World, content: bytes) -> None:
    """Well signed by the county itself, and no list; it hides the good one that comes with it as little."""
    nonsense = Signed(content, crypto.sign(world.county.node.signing_secret, TRUST_CONTEXT, content))
    good = signed_list(world.county, world.county, 1, world.town)
    assert believed(world, nonsense).revoked == {}
    assert len(believed(world, nonsense, good).revoked) == 1


@pytest.mark.parametrize("version", [0, -1, 2**53, 2**63])
def test_fast_forward_to_a_version_that_cannot_be(world: World, version: int) -> None:
    """Nobody can make a list to which there is no next one."""
    far = signed_list(world.county, world.county, version)
    near = signed_list(world.county, world.county, 7, world.town)
    assert len(believed(world, far, near).revoked) == 1
    assert len(believed(world, near, far).revoked) == 1


def test_fast_forward_with_a_stolen_key_ends_with_its_revocation(tmp_path: Path, stick: Path) -> None:
    """The thief of a county's key signs a list of a very high version. The city revokes the key: the county's list
    counts as far as the city knew it, and the one signed with new keys after that."""
    city, county, town, fresh = (make(tmp_path / n, n) for n in ("city", "county", "township", "sibling"))
    enrol(county, city, stick)
    enrol(town, county, stick)
    enrol(fresh, county, stick)
    honest = signed_list(county, county, 3, town)
    stolen = signed_list(county, county, 2**40, fresh)
    with city.db.engine.connect() as connection:
        start = trust.load(connection).extended([*town.chain(), *fresh.chain()])
    assert set(start.extended(lists=[honest, stolen]).revoked) == {trust.key_of(fresh.certificate())}
    issued = (town.certificate().cert_id, fresh.certificate().cert_id)
    given_up = signed_list(city, city, 1, county, issued=issued, lists=3)
    after = start.extended(lists=[stolen, given_up, honest])
    assert set(after.revoked) == {trust.key_of(county.certificate()), trust.key_of(town.certificate())}
    for office in (city, county, town, fresh):
        office.db.close()


def test_key_compromise_of_a_revoked_issuer_is_no_door(tmp_path: Path, stick: Path) -> None:
    """Whom the stolen key certified after the theft is not believed, and whom that one certified neither."""
    city, county, town = (make(tmp_path / n, n) for n in ("city", "county", "township"))
    enrol(county, city, stick)
    enrol(town, county, stick)
    with city.db.engine.connect() as connection:
        start = trust.load(connection).extended(town.chain())
    assert start.newest(town.node.node_id) is not None
    for issued, passes in (((), False), ((town.certificate().cert_id,), True)):
        found = start.extended(lists=[signed_list(city, city, 1, county, issued=issued)])
        assert (found.newest(town.node.node_id) is not None) == passes
    for office in (city, county, town):
        office.db.close()


def test_a_list_brought_by_a_courier_counts_like_any_other(world: World, tmp_path: Path, stick: Path) -> None:
    """Signatures count, not who carries them; but a list of another world counts nowhere."""
    liar = make(tmp_path / "liar", "liar")
    lists = writer.small(PieceKind.TRUST, entries.pack((signed_list(liar, liar, 9, world.town),)))
    path = bundle(world.stick, world.town, world.county, bring(world.town), lists, group(world).segment())
    assert world.county.reads(path).outcome == "applied"
    assert believed(world).revoked == {}
    with world.county.db.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT node_id FROM trust_list").scalars().all()
    assert liar.node.node_id not in kept
    liar.db.close()


def test_an_expired_chain_is_one_whose_key_was_taken_back(tmp_path: Path, stick: Path) -> None:
    """Certificates carry no day on which they end: office PCs have wrong clocks, and a chain that ended by itself would
    stop honest offices. They end by revocation, and then for everything that is signed later."""
    county, town = make(tmp_path, "county"), make(tmp_path, "township")
    enrol(town, county, stick)
    author = Author(town)
    author.group()
    assert county.reads(bundle(stick, town, county, bring(town), author.segment())).outcome == "applied"
    sync.revoke(county.db, county.actor, town.node.node_id.hex(), "到期")
    author.group()
    assert county.reads(bundle(stick, town, county, bring(town), author.segment())).outcome == "not_trusted"
    county.db.close()
    town.db.close()
