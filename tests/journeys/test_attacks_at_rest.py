"""The list of attacks at rest (sync.md 6.5), item by item, and the tests that stand for each. A test that is renamed or
removed is missed here."""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

# Each test is named `file: the beginning of its name`.
ITEMS: dict[str, tuple[str, ...]] = {
    "canary persons in every file the program wrote": (
        "journeys/test_canaries.py: no_file_that_the_program_wrote_names_a_canary",
        "journeys/test_canaries.py: the_search_finds_what_is_there",
        "journeys/test_canaries.py: the_search_finds_packed",
    ),
    "wrong passwords at the real cost and ten thousand of them": (
        "core/test_lockout.py: twenty_wrong_ones_at_the_real_cost",
        "core/test_lockout.py: ten_thousand_tries_while_the_clock_is_moved",
        "core/test_lockout.py: a_restart_of_the_program",
    ),
    "slot tampering": (
        "core/test_machine.py: every_field_of_a_slot_changed",
        "core/test_machine.py: every_field_of_the_recovery_slot_changed",
        "core/test_keys.py: a_slot_opens_nothing_under_another_name",
    ),
    "database swapped with an older one": (
        "core/db/test_witness.py: an_older_file_is_found_out",
        "core/db/test_witness.py: a_copied_folder_is_found_out",
        "core/db/test_witness.py: the_same_file_goes_on",
    ),
    "audit record deleted, edited, reordered": (
        "features/office/test_audit.py: the_database_refuses_every_change",
        "features/office/test_audit.py: whoever_goes_past_the_triggers_is_found",
        "features/sync/test_audit_anchor.py: a_record_taken_out_or_moved_is_found_out_by_the_county",
        "features/sync/test_audit_anchor.py: a_log_that_only_grew_is_believed",
    ),
    "backup restored on another PC with the recovery key": (
        "core/db/test_restore.py: a_copy_opens_on_another_pc_with_the_paper",
        "journeys/test_restore_cli.py: the_stick_and_the_paper_bring_a_dead_pc_back",
        "shell/test_first_restore.py: the_office_comes_back",
    ),
    "backup restored on another PC without it": (
        "core/test_machine.py: without_the_recovery_code_a_copied_folder_stays_closed",
        "features/office/test_moved.py: without_the_paper_it_stays_closed",
        "shell/test_first_restore.py: a_wrong_code_leaves_nothing",
    ),
    "rekey interrupted at every page": (
        "features/office/test_rekeying.py: killed_while_any_page_is_written",
        "features/office/test_rekeying.py: killed_before_every_step",
    ),
    "masked roles crawl every screen and export": (
        "journeys/test_roles_crawl.py: a_village_clerk_meets_nobody",
        "journeys/test_roles_crawl.py: an_administrator_without_a_work_role",
        "journeys/test_roles_crawl.py: a_masked_role_prints_and_exports_masked",
        "journeys/test_roles_crawl.py: who_may_see_all_of_it_does",
    ),
}


@cache
def _found_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_has_its_tests(item: str) -> None:
    for named in ITEMS[item]:
        file, beginning = named.split(": ")
        assert any(name.startswith(f"test_{beginning}") for name in _found_in(file)), named
