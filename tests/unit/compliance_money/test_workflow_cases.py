"""Which tests hold the workflow cases about money, over HTTP and the real database; a case without one is a gap."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PUBLIC = Path(os.environ.get("RAPPORT_PUBLIC_DATA") or ROOT / ".." / "shared")
GATE = ROOT / "tests" / "integration" / "compliance"
ABOUT_MONEY = frozenset({"contract", "tov", "disclosure-run"})
HELD_BY = {
    "T095": ("test_contracts.py", "test_t095_a_round_of_14_with_a_need_of_6_is_refused_until_it_is_changed"),
    "T096": ("test_contracts.py", "test_t096_a_rate_above_the_band_is_refused_and_so_is_one_without_a_band"),
    "T097": (
        "test_contracts.py",
        "test_t097_a_french_fee_above_the_lines_needs_an_authorisation_not_a_declaration",
    ),
    "T099": ("test_contracts.py", "test_t099_and_t138_without_the_clause_or_a_look_at_past_posts_it_is_refused"),
    "T138": ("test_contracts.py", "test_t099_and_t138_without_the_clause_or_a_look_at_past_posts_it_is_refused"),
    "T126": (
        "test_transfers_of_value.py",
        "test_t126_a_coffee_of_5_10_with_a_year_of_120_is_stored_and_marked_as_not_reportable",
    ),
    "T127": ("test_transfers_of_value.py", "test_t127_a_lunch_of_13_82_is_stored_and_marked_as_reportable"),
    "T128": (
        "test_transfers_of_value.py",
        "test_t128_the_snack_that_lifts_the_year_to_140_20_marks_everything_of_the_year",
    ),
    "T145": (
        "test_disclosure_runs.py",
        "test_t145_a_run_stops_on_a_person_record_without_lawful_basis_and_names_it",
    ),
}
ALSO_HELD = {"T125": ("test_contracts.py", "test_t125_a_change_of_the_budget_without_a_reason_is_not_written")}
"""A case of the release at large that money has a part in."""


@pytest.mark.parametrize(("file", "name"), [*HELD_BY.values(), *ALSO_HELD.values()])
def test_the_test_that_holds_a_case_exists(file: str, name: str) -> None:
    assert re.search(rf"def {name}\(", (GATE / file).read_text("utf-8"))


@pytest.mark.real_input
def test_every_workflow_case_about_money_is_held_by_a_test() -> None:
    file = PUBLIC / "cases" / "workflow.jsonl"
    if not file.is_file():
        pytest.skip(f"{file} is not there; set RAPPORT_PUBLIC_DATA")
    cases = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    about = {each["id"] for each in cases if each.get("part") == "release" and each["action"] in ABOUT_MONEY}
    assert about == set(HELD_BY)
