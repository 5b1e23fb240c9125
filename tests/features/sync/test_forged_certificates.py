"""Certificates that say more than their issuer may, and roots that made themselves."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.core import crypto
from desktop.core.db import entries
from desktop.features.sync import certificates, writer
from desktop.features.sync.model import (
    CERTIFICATE_CONTEXT,
    Certificate,
    PieceKind,
    Request,
    Signed,
)
from tests.core.db.log_reading import differences, dump, hash_again, log
from tests.features.sync.exchange_maker import (
    NEXT_DOOR,
    VILLAGE,
    Author,
    Office,
    bring,
    bundle,
)
from tests.features.sync.forging import World, group


def signed(certificate: Certificate, by: Office, *, bind: bool = True) -> Signed:
    """Signed by an office; `bind` gives it the id that follows from what it says."""
    if bind:
        certificate = msgspec.structs.replace(certificate, cert_id=certificates.bound_id(certificate))
    content = entries.pack(certificate)
    return Signed(content, crypto.sign(by.node.signing_secret, CERTIFICATE_CONTEXT, content))


def for_thief(world: World, issuer: Certificate, **changes: Any) -> Certificate:
    """A certificate of an office that nobody enrolled."""
    own = world.stranger.certificate()
    said = msgspec.structs.replace(
        own, issuer=issuer.cert_id, prefix="371602012", level="township", caps=("data",), cert_id=b""
    )
    return msgspec.structs.replace(said, **changes)


def speaks(world: World, chain: tuple[Signed, ...], region: str = VILLAGE) -> Path:
    """A bundle of the stranger, with that chain."""
    author = Author(world.stranger, region)
    author.group("劫")
    brought = writer.small(PieceKind.CERTIFICATES, entries.pack(chain))
    return bundle(world.stick, world.stranger, world.county, brought, author.segment(), chain=chain)


def test_an_office_below_a_township_passes(world: World) -> None:
    """The twin of all that follows: issued by an office that may, within its region and rights."""
    below = signed(for_thief(world, world.town.certificate()), world.town)
    taken = world.county.reads(speaks(world, (below, *world.town.chain())))
    assert (taken.outcome, taken.quarantined) == ("applied", 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"prefix": "371602"},
        {"prefix": "371602013"},
        {"prefix": ""},
        {"prefix": "37160201"},
        {"prefix": "371602012001"},  # a township's prefix has nine digits
        {"level": "city"},
        {"level": "county", "prefix": "371602"},
        {"level": "planet"},
        {"caps": ("data", "erase")},
        {"caps": ("data", "dictionary")},
        {"block": 2**63},
        {"block": -1},
        {"serial": 2**64 - 1},
        {"node_id": bytes(16)},
        {"sign_pk": bytes(32)},
        {"sign_pk": b""},
        {"office": "长" * 2_000},  # larger than any certificate is
        {"issued_at": 2**63},
    ],
)
def test_a_township_does_not_certify_more_than_it_has(world: World, changes: dict[str, Any]) -> None:
    below = signed(for_thief(world, world.town.certificate(), **changes), world.town)
    world.refuses(speaks(world, (below, *world.town.chain())))
    # Nor does it count when it comes along in a bundle of the township's own: it is not kept, and nothing breaks.
    taken = world.county.reads(
        bundle(world.stick, world.town, world.county, bring(world.town, below), group(world).segment())
    )
    assert (taken.outcome, taken.quarantined) == ("applied", 0)
    with world.county.db.engine.connect() as connection:
        assert below not in certificates.all_known(connection)


def test_a_village_has_no_right_to_certify(world: World) -> None:
    """Neither is it given the right, nor does it count when a village certifies without."""
    town, node = world.town.certificate(), world.sibling.node
    village = for_thief(world, town, prefix="371602012001", level="village")
    greedy = msgspec.structs.replace(village, caps=("certify", "data"))
    world.refuses(speaks(world, (signed(greedy, world.town), *world.town.chain()), "371602012001"))
    chain = (signed(village, world.town), *world.town.chain())
    keys = {"node_id": node.node_id, "sign_pk": node.signing_public, "enc_pk": node.recipient}
    below = msgspec.structs.replace(village, issuer=certificates.unpack(chain[0].content).cert_id, **keys)
    chain = (signed(below, world.stranger), *chain)
    author = Author(world.sibling, "371602012001")
    author.group("劫")
    brought = writer.small(PieceKind.CERTIFICATES, entries.pack(chain))
    world.refuses(bundle(world.stick, world.sibling, world.county, brought, author.segment(), chain=chain))
    village_itself = speaks(world, chain[1:], "371602012001")
    assert world.county.reads(village_itself).outcome == "applied"


def test_an_office_gives_no_right_that_it_does_not_have(world: World) -> None:
    """A township that was itself given fewer rights than townships have."""
    node = world.sibling.node
    poor = for_thief(world, world.town.certificate(), caps=("certify",))
    keys = {"node_id": node.node_id, "sign_pk": node.signing_public, "enc_pk": node.recipient}
    chain = (signed(poor, world.town), *world.town.chain())
    issuer = certificates.unpack(chain[0].content).cert_id
    for caps in (("data",), ("certify", "data")):
        below = msgspec.structs.replace(poor, issuer=issuer, caps=caps, **keys)
        leaf = (signed(below, world.stranger), *chain)
        world.refuses(bundle(world.stick, world.sibling, world.county, chain=leaf))


def test_a_certificate_signed_by_somebody_else(world: World) -> None:
    for signer in (world.sibling, world.stranger):
        below = signed(for_thief(world, world.town.certificate()), signer)
        world.refuses(speaks(world, (below, *world.town.chain())))


def test_a_self_made_root(world: World) -> None:
    world.refuses(speaks(world, world.stranger.chain(), "371603001600"))
    own = for_thief(world, world.county.certificate(), prefix="371602", level="county")
    root = msgspec.structs.replace(own, issuer=b"", caps=("certify", "data"))
    bound = certificates.bound_id(root)
    root = msgspec.structs.replace(root, issuer=bound, cert_id=bound)
    world.refuses(speaks(world, (signed(root, world.stranger, bind=False),)))


def test_a_root_that_calls_itself_by_the_countys_id(world: World) -> None:
    """The id is what offices keep of a root: nobody else may take it."""
    id_ = world.county.certificate().cert_id
    caps = ("certify", "data", "dictionary", "erase")
    root = for_thief(world, world.county.certificate(), prefix="371602", level="county", caps=caps)
    false = signed(msgspec.structs.replace(root, issuer=id_, cert_id=id_), world.stranger, bind=False)
    world.refuses(speaks(world, (false,)))
    leaf = signed(for_thief(world, root), world.stranger)
    world.refuses(speaks(world, (leaf, false)))


def test_a_certificate_under_a_known_id_does_not_hide_the_known_one(world: World) -> None:
    """Brought by a township: the sibling's id on other content. The sibling's own segments still count."""
    known = world.sibling.certificate()
    shadow = signed(msgspec.structs.replace(known, office="影", sign_pk=bytes(32)), world.town, bind=False)
    author = Author(world.sibling, NEXT_DOOR)
    author.group()
    path = bundle(world.stick, world.town, world.county, bring(world.town, shadow), author.segment())
    taken = world.county.reads(path)
    assert (taken.outcome, taken.quarantined) == ("applied", 0)
    with world.county.db.engine.connect() as connection:
        assert shadow not in certificates.all_known(connection)


@pytest.mark.parametrize(
    "content", [b"", b"\xc0", b"\x91\x92\xc4\x01x\xc4\x01x", b"\x91" * 60_000, b"\xdd\xff\xff\xff\xff"]
)
def test_certificates_of_nonsense(world: World, content: bytes) -> None:
    path = bundle(world.stick, world.town, world.county, writer.small(PieceKind.CERTIFICATES, content))
    before = dump(world.county.db, "bundle", "peer")
    assert world.county.reads(path).outcome in ("not_trusted", "nothing_new")
    assert differences(before, dump(world.county.db, "bundle", "peer")) == []


def test_chains_of_nonsense(world: World) -> None:
    own = world.town.chain()
    nonsense = Signed(b"\x91" * 60_000, bytes(64))
    for chain in (
        (),
        own[1:],
        own[:1],
        own[::-1],
        own * 4,
        (nonsense,),
        (*own, nonsense),
        (own[0], Signed(b"", b"")),
    ):
        world.refuses(bundle(world.stick, world.town, world.county, bring(world.town), chain=chain))


def test_an_entry_of_a_certificate_that_came_too_late_in_the_file(world: World) -> None:
    """Certificates first is the writer's habit; a file that has them last is refused, not half taken."""
    below = signed(for_thief(world, world.town.certificate(), office="晚"), world.town)
    author = Author(world.stranger, VILLAGE)
    author.group()
    brought = writer.small(PieceKind.CERTIFICATES, entries.pack((below, *world.town.chain())))
    path = bundle(world.stick, world.town, world.county, author.segment(), brought)
    assert world.county.reads(path).outcome in ("not_trusted", "applied")


def test_a_request_for_a_certificate_gets_the_id_that_follows_from_it(world: World) -> None:
    node = world.stranger.node
    request = Request(node.node_id, "x", "371602012000", "township", node.signing_public, node.recipient, 5)
    issuer = world.county.certificate()
    one, two = (certificates.issue(world.county.node, issuer, request, 5) for _ in range(2))
    assert one == two
    other = certificates.issue(world.county.node, issuer, request, 6)
    assert certificates.unpack(one.content).cert_id != certificates.unpack(other.content).cert_id


def test_the_shared_county_is_still_whole(world: World) -> None:
    """After all that: foreign keys hold, and every entry has the hash of what it says."""
    with world.county.db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    assert all(e.hash == hash_again(e) for e in log(world.county.db))
