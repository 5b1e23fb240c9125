"""Enrolment by files: the three steps, every refusal, and beside each refusal the legal twin that must pass."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.core import crypto
from desktop.core.db import entries
from desktop.core.errors import Trouble
from desktop.features.office import api as offices
from desktop.features.sync import certificates, enrol, frame, writer
from desktop.features.sync.model import REQUEST_CONTEXT, PieceKind, Request, Signed
from tests.core.db.log_reading import differences, dump
from tests.features.sync.exchange_maker import Office, bundle, make
from tests.features.sync.exchange_maker import enrol as enrol_all
from tests.office_maker import PLACES


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def town(tmp_path: Path) -> Office:
    return make(tmp_path, "township")


@pytest.fixture
def county(tmp_path: Path) -> Office:
    return make(tmp_path, "county")


def refused(office: Office, path: Path, confirm: str, code: str) -> Trouble:
    """The step is refused with that code, and nothing is written down in the office."""
    before = dump(office.db)
    with pytest.raises(Trouble) as caught:
        office.enrols(path, confirm)
    assert caught.value.code == code
    assert caught.value.sentence
    assert differences(before, dump(office.db)) == []
    return caught.value


def request(stick: Path, asker: Office, **changes: Any) -> Path:
    """A request signed with the office's own key, whatever it says."""
    own, node = asker.certificate(), asker.node
    said = Request(
        node.node_id, own.office, "371602012000", own.level, node.signing_public, node.recipient, own.block
    )
    content = entries.pack(msgspec.structs.replace(said, **changes))
    signed = Signed(content, crypto.sign(node.signing_secret, REQUEST_CONTEXT, content))
    return request_file(stick, entries.pack(signed))


def request_file(stick: Path, packed: bytes) -> Path:
    body = frame.ENROL_MAGIC + packed
    path = stick / "enrol.hhb"
    path.write_bytes(body + crypto.digest(body))
    return path


# --- the journey -------------------------------------------------------------------------------------------


def test_three_steps_make_a_township_part_of_its_county(town: Office, county: Office, stick: Path) -> None:
    first = town.enrols(stick)
    assert (first.step, first.fingerprint) == ("requested", town.node.fingerprint)
    second = county.enrols(stick, spoken(town.node.fingerprint))
    assert (second.step, second.office, second.fingerprint) == (
        "answered",
        "里则街道",
        county.node.fingerprint,
    )
    third = town.enrols(stick, spoken(county.node.fingerprint))
    assert (third.step, third.office) == ("enrolled", "滨城区")
    chain = certificates.checked_chain(town.chain(), [county.certificate().cert_id])
    assert [c.node_id for c in chain] == [town.node.node_id, county.node.node_id]
    assert (chain[0].prefix, chain[0].level, chain[0].caps) == ("371602012", "township", ("certify", "data"))
    assert town.get("parent") == county.node.node_id
    assert refused(town, stick, "", "enrol.done")


def spoken(digits: str) -> str:
    """As a hand types what an ear heard."""
    return f" {digits[:4]}-{digits[4:8]} {digits[8:]}\n"


def test_a_request_says_nothing_of_persons(town: Office, stick: Path) -> None:
    content = town.enrols(stick).path.read_bytes()  # type: ignore[union-attr]
    assert b"admin" not in content
    assert len(content) < 1024
    assert "里则街道".encode() in content


def test_answering_again_gives_the_same_certificate(town: Office, county: Office, stick: Path) -> None:
    town.enrols(stick)
    for _ in range(2):
        county.enrols(stick, town.node.fingerprint)
    with county.db.engine.connect() as connection:
        known = [certificates.unpack(s.content) for s in certificates.all_known(connection)]
    assert sorted(c.office for c in known) == ["滨城区", "里则街道"]
    town.enrols(stick, county.node.fingerprint)
    assert town.certificate() in known


def test_two_offices_share_a_stick(tmp_path: Path, town: Office, county: Office, stick: Path) -> None:
    """Neither loses its request to the other, and each takes its own answer."""
    sibling = make(tmp_path, "sibling")
    assert town.enrols(stick).step == sibling.enrols(stick).step == "requested"
    for office in (sibling, town):
        assert county.enrols(stick, office.node.fingerprint).office == office.certificate().office
    for office in (town, sibling):
        assert office.enrols(stick, county.node.fingerprint).step == "enrolled"
        assert office.certificate().node_id == office.node.node_id
    assert town.certificate().block != sibling.certificate().block


def test_asking_again_does_not_double_the_own_request(town: Office, stick: Path) -> None:
    town.enrols(stick)
    town.enrols(stick)
    assert [p.name for p in stick.iterdir()] == ["enrol.hhb"]


def test_an_answer_for_another_office_is_passed_over(
    tmp_path: Path, town: Office, county: Office, stick: Path
) -> None:
    """Both wait; on the stick lies the other's answer only."""
    sibling = make(tmp_path, "sibling")
    sibling.enrols(stick)
    county.enrols(stick, sibling.node.fingerprint)
    (stick / "enrol.hhb").unlink()
    assert town.enrols(stick).step == "requested"
    assert town.enrols(stick, county.node.fingerprint).step == "requested"
    assert town.get("parent") == b""


def test_a_damaged_answer_for_another_does_not_hide_the_own(
    tmp_path: Path, town: Office, county: Office, stick: Path
) -> None:
    town.enrols(stick)
    county.enrols(stick, town.node.fingerprint)
    (stick / "enrol-answer-00000000.hhb").write_bytes(b"half a file")
    assert town.enrols(stick, county.node.fingerprint).step == "enrolled"


def test_a_second_county_that_answers_is_not_taken_for_the_first(
    tmp_path: Path, town: Office, county: Office, stick: Path
) -> None:
    """Somebody else's answer lies on the stick too; the digits read over the telephone choose."""
    false = make(tmp_path / "false", "county")
    town.enrols(stick)
    false.enrols(stick, town.node.fingerprint)
    (answer,) = stick.glob("enrol-answer*")
    answer.rename(stick / "enrol-answer-0.hhb")
    county.enrols(stick, town.node.fingerprint)
    assert town.enrols(stick, county.node.fingerprint).step == "enrolled"
    assert town.get("parent") == county.node.node_id


def test_blocks_that_collide_are_parted(town: Office, county: Office, stick: Path) -> None:
    block = county.certificate().block
    town.put(block=block, household_counter=7)
    town.enrols(stick)
    county.enrols(stick, town.node.fingerprint)
    town.enrols(stick, county.node.fingerprint)
    assert town.certificate().block == town.get("block") != block
    assert town.get("household_counter") == 0


def test_without_a_collision_block_and_counter_stay(town: Office, county: Office, stick: Path) -> None:
    town.put(household_counter=7)
    before = town.get("block")
    enrol_all(town, county, stick)
    assert (town.get("block"), town.get("household_counter")) == (before, 7)


def test_three_levels(tmp_path: Path, town: Office, county: Office, stick: Path) -> None:
    city = make(tmp_path, "city")
    enrol_all(county, city, stick)
    enrol_all(town, county, stick)
    chain = certificates.checked_chain(town.chain(), [city.certificate().cert_id])
    assert [c.level for c in chain] == ["township", "county", "city"]


# --- digits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confirm", "code"), [("", "enrol.confirm_needed"), ("123456789012", "enrol.confirm_wrong")]
)
def test_both_sides_must_confirm(town: Office, county: Office, stick: Path, confirm: str, code: str) -> None:
    town.enrols(stick)
    refused(county, stick, confirm, code)
    refused(county, stick, county.node.fingerprint, "enrol.confirm_wrong")
    county.enrols(stick, town.node.fingerprint)
    refused(town, stick, confirm, code)
    refused(town, stick, town.node.fingerprint, "enrol.confirm_wrong")
    assert town.enrols(stick, county.node.fingerprint).step == "enrolled"


# --- requests that are refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "371602"},  # too short: the prefix would be the whole county
        {"key": "371602000000"},  # a township without a number: its prefix would hold the county's own region
        {"key": "371602012000", "level": "village"},
        {"key": "371602012001", "level": "township"},
        {"key": "371602O12000"},
        {"level": "planet"},
        {"level": "city", "key": "371600000000"},
        {"key": "371603001000"},  # of another county
        {"office": ""},
        {"office": "长" * 121},
    ],
)
def test_a_place_that_is_not_below_is_not_certified(
    town: Office, county: Office, stick: Path, changes: dict[str, Any]
) -> None:
    request(stick, town, **changes)
    before = dump(county.db)
    with suppress(
        Trouble
    ):  # or the county writes its own request, when this one is meant for an office above
        assert county.enrols(stick, town.node.fingerprint).step == "requested"
    assert set(differences(before, dump(county.db))) <= {"local"}
    assert not list(stick.glob("enrol-answer*"))


@pytest.mark.parametrize(
    "changes", [{}, {"key": "371602012001", "level": "village"}, {"key": "371602000000", "level": "county"}]
)
def test_a_place_that_is_below_or_beside_is_certified(
    town: Office, county: Office, stick: Path, changes: dict[str, Any]
) -> None:
    request(stick, town, **changes)
    assert county.enrols(stick, town.node.fingerprint).step == "answered"


def test_a_village_certifies_nobody(
    tmp_path: Path, town: Office, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLACES, "village", offices.Office("371602012001", "里则村", offices.Level.VILLAGE))
    village = make(tmp_path, "village")
    request(stick, town, key="371602012001", level="village")
    refused(village, stick, town.node.fingerprint, "enrol.not_below")


def test_a_request_with_anothers_key_is_refused(
    tmp_path: Path, town: Office, county: Office, stick: Path
) -> None:
    sibling = make(tmp_path, "sibling")
    request(stick, town, sign_pk=sibling.node.signing_public)
    refused(county, stick, town.node.fingerprint, "enrol.not_trusted")
    request(stick, town, node_id=sibling.node.node_id)
    refused(county, stick, town.node.fingerprint, "enrol.not_trusted")
    request(stick, town, enc_pk="age1nobody")
    refused(county, stick, town.node.fingerprint, "enrol.not_trusted")


def test_a_request_changed_on_the_way_is_refused(town: Office, county: Office, stick: Path) -> None:
    path = request(stick, town)
    whole = path.read_bytes()
    for at in range(8, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        refused(county, stick, town.node.fingerprint, "enrol.damaged")
    for length in range(8, len(whole), 11):
        path.write_bytes(whole[:length])
        refused(county, stick, town.node.fingerprint, "enrol.damaged")
    path.write_bytes(whole)
    assert county.enrols(stick, town.node.fingerprint).step == "answered"


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\xc0",
        b"\x92\xc4\x00\xc4\x00",
        b"\x93\xc4\x00\xc4\x00" + b"\x91" * 60_000,
        b"\xdd\xff\xff\xff\xff",
    ],
)
def test_a_request_of_nonsense_is_refused(county: Office, stick: Path, packed: bytes) -> None:
    request_file(stick, packed)
    refused(county, stick, "", "enrol.not_trusted")


def test_the_own_request_is_not_answered(county: Office, stick: Path) -> None:
    county.enrols(stick)
    assert county.enrols(stick, county.node.fingerprint).step == "requested"
    assert not list(stick.glob("enrol-answer*"))


# --- answers that are refused ------------------------------------------------------------------------------


def answer(stick: Path, county: Office, town: Office, content: bytes, **changes: Any) -> Path:
    path = bundle(stick, county, town, writer.small(PieceKind.ENROLMENT, content), **changes)
    return path.rename(stick / "enrol-answer-00000000.hhb")


@pytest.fixture
def given(town: Office, county: Office, stick: Path) -> tuple[Signed, ...]:
    """The certificates of the true answer; the township waits for it, and its file is gone."""
    town.enrols(stick)
    county.enrols(stick, town.node.fingerprint)
    with county.db.engine.connect() as connection:
        known = {certificates.unpack(s.content).node_id: s for s in certificates.all_known(connection)}
    for file in stick.glob("*.hhb"):
        file.unlink()
    return (known[town.node.node_id], *county.chain())


def test_the_true_answer_passes_when_written_by_hand(
    town: Office, county: Office, stick: Path, given: tuple[Signed, ...]
) -> None:
    answer(stick, county, town, entries.pack(given))
    assert town.enrols(stick, county.node.fingerprint).step == "enrolled"


@pytest.mark.parametrize("content", [b"", b"\xc0", b"\x90", b"\x91\x92\xc4\x01x\xc4\x01x", b"\x91" * 60_000])
def test_an_answer_of_nonsense_is_refused(
    town: Office, county: Office, stick: Path, given: tuple[Signed, ...], content: bytes
) -> None:
    answer(stick, county, town, content)
    refused(town, stick, county.node.fingerprint, "enrol.not_trusted")


def test_an_answer_with_too_short_a_chain_is_refused(
    town: Office, county: Office, stick: Path, given: tuple[Signed, ...]
) -> None:
    for chain in (given[1:], given[:1], town.chain(), (*town.chain(), *county.chain())):
        answer(stick, county, town, entries.pack(chain))
        refused(town, stick, county.node.fingerprint, "enrol.not_trusted")


def test_a_certificate_for_another_place_or_key_is_refused(
    town: Office, county: Office, stick: Path, given: tuple[Signed, ...]
) -> None:
    true = certificates.unpack(given[0].content)
    issuer = county.certificate()
    said = Request(
        true.node_id, true.office, "371602012000", "township", true.sign_pk, true.enc_pk, true.block
    )
    for changes in (
        {"key": "371602013000"},
        {"key": "371602012001", "level": "village"},
        {"enc_pk": county.node.recipient},
        {"sign_pk": county.node.signing_public, "node_id": county.node.node_id},
    ):
        wrong = msgspec.structs.replace(said, **changes)
        signed = certificates.issue(county.node, issuer, wrong, true.block)
        answer(stick, county, town, entries.pack((signed, *county.chain())))
        refused(town, stick, county.node.fingerprint, "enrol.not_trusted")
    answer(
        stick, county, town, entries.pack((certificates.issue(county.node, issuer, said, 5), *county.chain()))
    )
    assert town.enrols(stick, county.node.fingerprint).step == "enrolled"


def test_a_certificate_that_another_than_the_confirmed_office_issued_is_refused(
    tmp_path: Path, town: Office, county: Office, stick: Path, given: tuple[Signed, ...]
) -> None:
    """The county writes the file, and its digits fit; the certificate would make another office the root."""
    false = make(tmp_path / "false", "county")
    own = town.certificate()
    said = Request(own.node_id, own.office, "371602012000", "township", own.sign_pk, own.enc_pk, own.block)
    theirs = certificates.issue(false.node, false.certificate(), said, own.block)
    answer(stick, county, town, entries.pack((theirs, *false.chain())))
    refused(town, stick, county.node.fingerprint, "enrol.not_trusted")


def test_an_answer_signed_by_somebody_else_is_refused(
    tmp_path: Path, town: Office, county: Office, stick: Path, given: tuple[Signed, ...]
) -> None:
    """The chain is the county's, so its digits fit; the signature is not."""
    false = make(tmp_path / "false", "county")
    answer(stick, county, town, entries.pack(given), signer=false.node)
    refused(town, stick, county.node.fingerprint, "enrol.not_trusted")


def test_an_answer_without_a_request_is_not_looked_at(
    town: Office, county: Office, stick: Path, given: tuple[Signed, ...]
) -> None:
    answer(stick, county, town, entries.pack(given))
    town.put(enrol_pending=False)
    assert town.enrols(stick, county.node.fingerprint).step == "requested"
    assert town.get("parent") == b""


# --- the stick ---------------------------------------------------------------------------------------------


def test_no_such_folder(county: Office, stick: Path) -> None:
    refused(county, stick / "a" / "b", "", "stick.unwritable")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(county: Office, stick: Path) -> None:
    (stick / "x.hhb").write_bytes(b"x")
    (stick / "x.hhb").chmod(0)
    refused(county, stick, "", "stick.error")
    (stick / "x.hhb").chmod(stat.S_IRUSR)


def test_other_files_on_the_stick_are_nobodys_business(county: Office, stick: Path) -> None:
    for name in ("letter.docx", "~half.hhb", "x.hhb", ".hhb"):
        (stick / name).write_bytes(b"anything")
    (stick / "folder.hhb").mkdir()
    assert county.enrols(stick).step == "requested"


def test_the_digits_are_those_of_both_keys(town: Office) -> None:
    node = town.node
    assert node.fingerprint == crypto.fingerprint(node.signing_public, node.recipient.encode())
    assert enrol.fingerprint_of(town.certificate()) == node.fingerprint
