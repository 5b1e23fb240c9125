"""New keys: the old one vouches for them, the office above certifies them anew, and nothing that is under way is lost."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from desktop.core import county_help, crypto
from desktop.core.clock import FixedClock, milliseconds
from desktop.core.db import database, entries, local
from desktop.core.errors import Refused, Trouble
from desktop.features.office import helping
from desktop.features.sync import api as sync
from desktop.features.sync import certificates, rebuild, revoking, rotating, trust, writer
from desktop.features.sync.model import ROTATE_CONTEXT, Certificate, NewKeys, PieceKind
from tests.features.sync.exchange_maker import (
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
    sends_down,
)
from tests.office_maker import NOON, add_household


def count(office: Office) -> int:
    with office.db.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM household").scalar_one())


def newest(office: Office, node: bytes) -> Certificate:
    with office.db.engine.connect() as connection:
        found = trust.load(connection).newest(node)
    assert found is not None
    return found


def revoked(office: Office) -> set[bytes]:
    with office.db.engine.connect() as connection:
        return {key for _, key in trust.load(connection).revoked}


def rotate(town: Office, county: Office, stick: Path) -> None:
    """The whole way: the wish up, the certificate down, the end of the old key up."""
    assert sync.rotate(town.db, town.actor) is False
    assert county.reads(town.writes(stick)).outcome in ("applied", "nothing_new")
    sends_down(county, town, stick)
    county.reads(town.writes(stick))


def test_the_whole_way(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    before = town.node
    rotate(town, county, stick)
    after = town.node
    assert (after.node_id, after.incarnation) == (before.node_id, before.incarnation)
    assert (after.signing_public, after.recipient) != (before.signing_public, before.recipient)
    assert newest(county, before.node_id).sign_pk == after.signing_public
    assert revoked(county) == {before.signing_public}
    add_household(town.db, town.actor, "岳兰")
    taken = county.reads(town.writes(stick))
    assert (taken.outcome, taken.quarantined, count(county)) == ("applied", 0, 2)
    sends_down(county, town, stick)
    assert revoked(town) == {before.signing_public}
    assert not rebuild.rebuild(county.db).differences
    assert town.get("retired") == b""


def test_nothing_written_between_is_lost(offices: tuple[Office, Office], stick: Path) -> None:
    """Sticks that are late or lost, and work at every moment of the change."""
    town, county = offices
    names = iter(("何小满", "岳兰", "石桥", "杨柳", "白露"))
    add_household(town.db, town.actor, next(names))
    early = town.writes(stick)
    sync.rotate(town.db, town.actor)
    add_household(town.db, town.actor, next(names))
    town.writes(stick)  # lost
    add_household(town.db, town.actor, next(names))
    wish = town.writes(stick)
    county.reads(wish)
    add_household(town.db, town.actor, next(names))
    sends_down(county, town, stick)
    add_household(town.db, town.actor, next(names))
    county.reads(early)
    county.reads(wish)
    county.reads(town.writes(stick))
    assert count(county) == count(town) == 5
    assert revoked(county)
    late = county.reads(early)
    assert late.outcome == "not_trusted"  # the old key may write no bundle any more
    assert count(county) == 5


def test_a_bundle_goes_to_both_keys_for_ninety_days(tmp_path: Path, stick: Path) -> None:
    clock = FixedClock(NOON)
    town, county = make(tmp_path, "township", clock), make(tmp_path, "county", clock)
    enrol(town, county, stick)
    before = town.node
    rotate(town, county, stick)
    peer = newest(county, before.node_id)
    with county.db.engine.connect() as connection:
        believed = trust.load(connection)
    now = milliseconds(NOON)
    assert rotating.addresses(believed, peer, now) == [town.node.recipient, before.recipient]
    assert rotating.addresses(believed, peer, now + 91 * 86_400_000) == [town.node.recipient]
    clock.moment = NOON + timedelta(days=91)
    (written,) = sync.write_bundle(county.db, county.actor, stick, whom="里则街道")
    alone = replace(before, others=())
    town.db.node, mine = alone, town.db.node
    assert town.reads(written.path).outcome == "not_for_us"
    town.db.node = mine
    assert town.reads(written.path).outcome != "not_for_us"
    town.db.close()
    county.db.close()


def test_a_late_stick_that_was_sealed_to_the_old_key_is_read(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    (late,) = sync.write_bundle(county.db, county.actor, stick, whom="里则街道")
    kept = late.path.rename(stick / "late.hhb")
    rotate(town, county, stick)
    assert town.reads(kept).outcome in ("applied", "nothing_new")


def test_the_county_changes_its_keys_and_its_township_goes_on(tmp_path: Path, stick: Path) -> None:
    """Three levels; the certificates that the old key issued stay good."""
    city, county, town = (make(tmp_path, level) for level in ("city", "county", "township"))
    enrol(county, city, stick)
    enrol(town, county, stick)
    add_household(town.db, town.actor, "何小满")
    county.reads(town.writes(stick))
    rotate(county, city, stick)
    assert sends_down(county, town, stick).outcome in ("applied", "nothing_new")
    add_household(town.db, town.actor, "岳兰")
    assert county.reads(town.writes(stick)).quarantined == 0
    taken = city.reads(county.writes(stick))
    assert (taken.quarantined, count(city)) == (0, 2)
    rotate(town, county, stick)
    add_household(town.db, town.actor, "石桥")
    county.reads(town.writes(stick))
    city.reads(county.writes(stick))
    assert count(city) == 3
    for office in (city, county, town):
        office.db.close()


def test_a_root_certifies_its_new_keys_itself(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    before = county.node
    assert sync.rotate(county.db, county.actor) is True
    assert county.node.signing_public != before.signing_public
    assert sends_down(county, town, stick).outcome != "not_trusted"
    add_household(town.db, town.actor, "何小满")
    assert county.reads(town.writes(stick)).entries > 0


def test_a_forgotten_password_is_answered_after_the_county_changed_its_keys(
    offices: tuple[Office, Office], stick: Path
) -> None:
    """The township's key was sealed to the county's old one; the county keeps that to open what comes late."""
    town, county = offices
    sync.rotate(county.db, county.actor)
    digits = county_help.write_request(town.db.paths.keys, "admin", stick)
    with county.db.unit(county.actor, "x") as unit:
        helping.answer(unit, stick / county_help.REQUEST_NAME, digits, None)
    _, key = county_help.take_answer(town.db.paths.keys, stick / county_help.ANSWER_NAME)
    assert key == town.db.key


def test_who_changes_keys_needs_the_right(tmp_path: Path) -> None:
    """And a village that is nobody's may not certify anybody, itself neither."""
    village = make(tmp_path, "hamlet")
    with pytest.raises(Refused):
        sync.rotate(village.db, replace(village.actor, rights=frozenset()))
    with pytest.raises(Trouble, match="入网"):
        sync.rotate(village.db, village.actor)
    village.db.close()


def wish(town: Office, **changes: object) -> NewKeys:
    """The new keys as the township would ask for them."""
    secret, public = crypto.new_signing_key()
    _, recipient = crypto.new_sealing_key()
    link = certificates.link(town.node, public)
    proof = crypto.sign(secret, ROTATE_CONTEXT, recipient.encode())
    return msgspec.structs.replace(NewKeys(public, recipient, link, proof), **changes)


def asks(town: Office, county: Office, stick: Path, said: NewKeys | bytes) -> bytes:
    """The signing key that counts at the county afterwards."""
    packed = said if isinstance(said, bytes) else entries.pack(said)
    piece = writer.small(PieceKind.NEW_KEYS, packed)
    county.reads(bundle(stick, town, county, bring(town), piece))
    return newest(county, town.node.node_id).sign_pk


def test_a_wish_that_nobody_vouched_for_changes_nothing(
    offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    """With its twin at the end, which passes."""
    town, county = offices
    stranger = make(tmp_path, "stranger")
    good, other = wish(town), wish(town)
    foreign = certificates.link(stranger.node, good.sign_pk)
    for said in (
        b"",
        b"\xc1",
        msgspec.structs.replace(good, proof=b""),
        msgspec.structs.replace(good, proof=other.proof),
        msgspec.structs.replace(good, link=other.link),
        msgspec.structs.replace(good, link=foreign),
        msgspec.structs.replace(good, enc_pk="age1nonsense"),
        msgspec.structs.replace(good, sign_pk=b"short"),
    ):
        assert asks(town, county, stick, said) == town.node.signing_public
    assert asks(town, county, stick, good) == good.sign_pk
    stranger.db.close()


def test_a_pc_retires_no_key_but_its_own_older_one(
    offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    sibling = make(tmp_path, "sibling")
    enrol(sibling, county, stick)
    with county.db.engine.connect() as connection:
        believed = trust.load(connection)
        for victim in (sibling.certificate(), county.certificate(), town.certificate()):
            ended = revoking.revocation(connection, county.db, believed, victim, "劫")
            asks(town, county, stick, wish(town, retired=ended))
            assert revoked(county) == set()
    sibling.db.close()


def test_keys_of_another_lineage_are_no_certificate_of_the_node(offices: tuple[Office, Office]) -> None:
    """Issued by the county, for the township's name, with keys that the township never vouched for."""
    town, county = offices
    own, stolen = town.certificate(), crypto.new_signing_key()[1]
    with database.writing(county.db.engine) as connection:
        for said in (
            {"sign_pk": stolen},
            {"sign_pk": stolen, "lineage": (certificates.link(county.node, stolen),)},
            {"sign_pk": stolen, "lineage": (certificates.link(town.node, own.sign_pk),)},
            {"sign_pk": stolen, "lineage": (certificates.link(town.node, stolen),) * 17},
        ):
            forged = msgspec.structs.replace(own, cert_id=b"", serial=2, **said)  # type: ignore[arg-type]
            signed = certificates.sign(county.node, forged)
            assert len(trust.load(connection).extended([signed]).of_node(own.node_id)) == 1
        said = {"sign_pk": stolen, "lineage": (certificates.link(town.node, stolen),)}
        twin = certificates.sign(county.node, msgspec.structs.replace(own, cert_id=b"", serial=2, **said))  # type: ignore[arg-type]
        assert len(trust.load(connection).extended([twin]).of_node(own.node_id)) == 2


def test_a_pc_restored_from_before_the_change_enrols_anew(
    offices: tuple[Office, Office], stick: Path
) -> None:
    """The keys in the backup were retired; it hears so from the county, which still writes to both."""
    town, county = offices
    names = ("signing_secret", "signing_public", "identity", "recipient", "certificate")
    old = {name: town.get(name) for name in names}
    rotate(town, county, stick)
    town.put(**old, identities=[], retired=b"")
    with town.db.engine.connect() as connection:
        town.db.node = local.load_node(connection)
    sends_down(county, town, stick)
    assert town.get("barred") == "lost keys"
    with pytest.raises(Trouble, match="更换之前的密钥.*重新办理入网"):
        town.writes(stick)
    for file in stick.glob("*.hhb"):
        file.unlink()
    enrol(town, county, stick)
    author = Author(town)
    author.group("甲组")
    assert county.reads(bundle(stick, town, county, bring(town), author.segment())).outcome == "applied"
