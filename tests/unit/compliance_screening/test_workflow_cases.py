"""Which tests hold the workflow cases of the screen; a case without one is a gap."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PUBLIC = Path(os.environ.get("RAPPORT_PUBLIC_DATA") or ROOT / ".." / "shared")
HELD_BY = {
    "T034": (
        "tests/unit/compliance_screening/test_plans.py",
        "test_t034_a_plan_that_tiers_by_use_and_pays_users_to_advocate_is_blocked_by_con_03_and_pub_02",
    ),
    "T140": (
        "tests/unit/compliance_case/test_hand_over.py",
        "test_t140_a_report_seen_on_friday_at_17_40_is_due_on_saturday_with_escalations_at_12_and_about_19_hours",
    ),
    "T141": (
        "tests/integration/compliance/test_channels.py",
        "test_a_paid_channel_without_a_screening_owner_is_not_activated_and_nothing_is_planned_on_it",
    ),
    "T143": (
        "tests/integration/planner/test_plans_are_screened.py",
        "test_t143_a_plan_with_a_prescription_kpi_is_refused_with_rule_and_remedy",
    ),
    "T144": (
        "tests/integration/planner/test_plans_are_screened.py",
        "test_t144_a_plan_with_an_activity_kpi_and_no_product_measure_is_approved_by_a_second_person",
    ),
}


@pytest.mark.parametrize("case", sorted(HELD_BY))
def test_the_test_that_holds_a_case_exists(case: str) -> None:
    file, name = HELD_BY[case]
    assert re.search(rf"def {name}\(", (ROOT / file).read_text("utf-8"))


@pytest.mark.real_input
def test_every_workflow_case_of_the_screen_is_held_by_a_test() -> None:
    file = PUBLIC / "cases" / "workflow.jsonl"
    if not file.is_file():
        pytest.skip(f"{file} is not there; set RAPPORT_PUBLIC_DATA")
    cases = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {each["id"] for each in cases if each.get("part") == "screen"} == set(HELD_BY)
