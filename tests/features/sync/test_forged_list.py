"""The list of sync.md 6.3, item by item, and the tests that stand for each; and the attacks that TUF's specification
names. A test that is renamed or removed is missed here."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ELSEWHERE = {
    "workbook_writer": HERE.parents[1] / "core" / "excel",
    "travel": HERE.parent / "attachments",
    "pictures": HERE.parent / "attachments",
}

# Each test is named `module:the beginning of its name`.
ITEMS: dict[str, tuple[str, ...]] = {
    "wrong recipient": ("forged_files:a_bundle_for_somebody_else", "forged_sticks:wrong_recipient"),
    "unknown signer": (
        "forged_sticks:arbitrary_software_of_a_wrong_signer",
        "forged_segments:a_segment_of_an_office",
    ),
    "signer from another county": (
        "forged_certificates:a_self_made_root",
        "forged_segments:a_segment_of_an_office",
    ),
    "revoked before/after cut-off": ("revoking:key_compromise_what_came_before_stays",),
    "expired chain": ("forged_trust:an_expired_chain",),
    "issuer without right to issue": ("forged_certificates:a_village_has_no_right_to_certify",),
    "caps larger than issuer's": (
        "forged_certificates:a_township_does_not_certify_more",
        "forged_certificates:an_office_gives_no_right",
    ),
    "self-made root": (
        "forged_certificates:a_self_made_root",
        "forged_certificates:a_root_that_calls_itself",
    ),
    "certificate of a sibling": ("forged_certificates:a_certificate_signed_by_somebody_else",),
    "manifest replayed under another bundle id": ("forged_files:a_bundle_under_another_bundles_id",),
    "bundle re-encrypted to others by a legitimate recipient": (
        "forged_files:a_bundle_that_a_recipient_sealed",
    ),
    "stripped or swapped signature": (
        "forged_files:a_payload_with_the_signature_taken_out",
        "forged_files:a_manifest_signed_by_somebody_else",
    ),
    "segment of another bundle spliced in": (
        "forged_bodies:a_piece_exchanged_for_another",
        "forged_sticks:mix_and_match_of_a_manifest",
    ),
    "old bundle re-delivered": ("forged_sticks:rollback_to_an_old_bundle",),
    "old trust list": ("revoking:rollback_of_a_trust_list",),
    "frozen parent": ("revoking:indefinite_freeze",),
    "mix of parts from two sets": ("forged_sticks:mix_and_match_of_the_parts",),
    "stream region outside prefix": ("forged_segments:a_stream_of_a_region_that_is_not",),
    "entry for a foreign row inside an allowed stream": (
        "forged_values:an_entry_for_a_neighbours_row",
        "forged_segments:a_row_of_another_region",
        "forged_segments:no_kind_of_entry_takes",
    ),
    "squatted row id": ("forged_segments:a_row_id_that_is_not", "forged_segments:an_id_that_another_office"),
    "forged eid": ("forged_segments:a_forged_id",),
    "MO/MI by a non-ancestor": (
        "forged_moves:a_township_sends_nobody",
        "forged_moves:a_township_fetches_nobody",
        "forged_moves:a_sibling_moves_nothing",
        "forged_moves:a_county_moves_between",
    ),
    "points spending by another node than the spending one": (
        "rights_by_region:points_are_not_spent_by_another",
    ),
    "E from a township": (
        "forged_moves:an_order_comes_from_the_county",
        "forged_segments:a_kind_that_does_not_fit",
    ),
    "second C with the same id": ("forged_segments:two_things_under_one_id",),
    "reversal of a foreign entry": (
        "forged_segments:a_reversal_of_the_own",
        "forged_segments:a_reversal_that_comes_before",
    ),
    "negative/huge/float amounts, NaN, 2^63": (
        "forged_values:an_amount_that_is_no_whole",
        "forged_values:an_amount_that_is_one_passes",
        "forged_bodies:a_body_that_the_table_cannot_hold",
    ),
    "bases naming unknown or own future versions, cycles": (
        "forged_bodies:an_edit_may_name_versions",
        "forged_bodies:an_edit_that_names_itself",
        "forged_bodies:edits_that_name_each_other",
    ),
    "10^6 heads in a vector; wants flooding": ("forged_values:endless_data_in_a_vector",),
    "deep nesting": ("forged_values:nesting_that_is_deep", "forged_values:nesting_that_is_not"),
    "duplicate keys": ("forged_values:keys_said_twice",),
    "invalid UTF-8": ("forged_values:a_text_that_is_no_utf8",),
    "bidi and zero-width characters in names, lookalike characters": (
        "forged_values:a_name_that_only_looks_strange",
    ),
    "NUL": ("forged_values:a_text_that_is_none",),
    "formula injection in exports": ("workbook_writer:ids_stay_text_and_nothing_becomes_a_formula",),
    "strings of 64 KiB+1": ("forged_values:a_text_that_is_none", "forged_values:a_body_as_large"),
    "photo that is HTML/EXE/SVG/polyglot": (
        "travel:a_file_that_is_none_of_ours",
        "pictures:what_is_no_picture",
        "pictures:what_travels_is_bare",
    ),
    "30,000×30,000-pixel image": ("pictures:a_picture_that_would_fill_the_memory",),
    "EXIF location": ("travel:a_file_that_is_none_of_ours", "pictures:what_travels_is_bare"),
    "zstd bomb": ("forged_sticks:endless_data_in_one_frame", "forged_bodies:a_piece_that_is_larger"),
    "huge window": ("forged_sticks:a_window_larger_than_ours",),
    "skippable frames, concatenated frames": ("forged_sticks:a_frame_of_zstd_that_hides",),
    "wrong/absent content size": (
        "forged_sticks:an_honest_frame_of_any_make",
        "forged_bodies:a_good_segment_that_says_a_wrong_length",
    ),
    "dictionary id": ("forged_bodies:a_piece_that_is_no_zstd",),
    "armored/scrypt/ssh age input, 10,000 stanzas": ("forged_files:other_kinds_of_age_file",),
    "file name tricks on the stick": (
        "forged_sticks:a_file_of_a_name_that_tricks",
        "forged_sticks:links_and_folders",
        "forged_sticks:names_that_differ_only_in_capitals",
    ),
    "unknown version, suite": ("forged_files:a_container_of_a_newer_program",),
    "unknown kind": ("forged_bodies:a_piece_of_a_newer_program", "forged_segments:a_stream_of_a_wrong_kind"),
    "critical item": ("forged_files:what_only_a_newer_program",),
    "trailing bytes": ("torn_files:bytes_behind_the_end", "forged_sticks:a_frame_of_zstd_that_hides"),
    "accepted-by-rule controls": (
        "forged_segments:what_a_township_says_of_its_own_passes",
        "forged_certificates:an_office_below_a_township_passes",
        "torn_files:the_files_that_all_these",
    ),
}

# Attacks of the TUF specification (1.0.34, 1.5.2), by the names that stand in the names of the tests.
TUF = (
    "arbitrary_software", "endless_data", "extraneous_dependencies", "fast_forward", "indefinite_freeze",
    "malicious_mirror", "mix_and_match", "rollback", "slow_retrieval", "key_compromise", "wrong_software",
)  # fmt: skip


@cache
def _found_in(module: str) -> frozenset[str]:
    path = ELSEWHERE.get(module, HERE) / f"test_{module}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")
    )


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_has_its_tests(item: str) -> None:
    for named in ITEMS[item]:
        module, beginning = named.split(":")
        assert any(name.startswith(f"test_{beginning}") for name in _found_in(module)), named


@pytest.mark.parametrize("attack", TUF)
def test_every_attack_of_tuf_stands_in_the_name_of_a_test(attack: str) -> None:
    modules = {named.split(":")[0] for found in ITEMS.values() for named in found}
    assert any(attack in name for module in modules for name in _found_in(module)), attack


def test_there_are_at_least_a_hundred_and_twenty_cases() -> None:
    files = sorted(str(p) for p in HERE.glob("test_forged_*.py") if p.name != Path(__file__).name)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=HERE.parents[2])
    assert sum("::" in line for line in told.stdout.splitlines()) >= 120, told.stdout[-500:]
