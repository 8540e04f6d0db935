"""Engagement plans on the whole system: submitted to the planner, screened by the gate over Kafka, approved or not."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.story.client import Caller
from support.system import RunningSystem
from support.whole_story import REVIEWER, callers, eventually

pytestmark = [pytest.mark.platform, pytest.mark.timeout(420)]
AUTHOR = "jonas.comms"
PLAN: dict[str, Any] = {
    "title": "Sleep and teaching",
    "therapy_area": "Sleep medicine",
    "objective": "Teachers of nursing find plain material on sleep",
    "purpose": "Inform and be open for questions",
    "tiering": {"criteria": [], "confirmed": False},
    "starts_on": "2026-12-01",
    "ends_on": "2027-06-30",
}


def screened(author: Caller, **changes: Any) -> dict[str, Any]:
    """The plan once the gate has answered."""
    plan = author.post("planner", "/v1/plans", {**PLAN, **changes})
    place = f"/v1/plans/{plan['id']}"
    author.post("planner", f"{place}/submission", {})
    eventually(lambda: "not answered yet" if author.get("planner", place)["answer"] is None else None)
    return author.get("planner", place)


def test_a_plan_is_screened_over_the_wire_and_approved_by_a_second_person_unless_the_screen_blocks_it(
    system: RunningSystem,
) -> None:
    with callers(system) as apis:
        author, reviewer = apis.sign_in(AUTHOR), apis.sign_in(REVIEWER)
        good = screened(author, kpis=["Share of questions answered within two days"])
        bad = screened(author, kpis=["Prescriptions in the district + 5 %"])

        assert (good["state"], good["answer"]["findings"]) == ("in_review", [])
        place = f"/v1/plans/{good['id']}/approval"
        approved = reviewer.ask("POST", "planner", place, json={}, headers=tag(good)).json()
        assert (approved["state"], approved["approval"]["by"]) == ("approved", REVIEWER)
        assert bad["state"] == "blocked"
        refused = reviewer.refusal("POST", "planner", f"/v1/plans/{bad['id']}/approval", {}, **tag(bad))
        assert refused.code == "plan_blocked"
        assert "PUB-02" in str(refused)


def tag(plan: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"v{plan["version"]}"'}
