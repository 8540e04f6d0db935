"""Rules changed from a terminal on the whole system: two people, and the plans that the new rules see again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rapport.story.client import Caller
from support.system import RunningSystem
from support.whole_story import REVIEWER, callers, eventually, run

pytestmark = [pytest.mark.platform, pytest.mark.timeout(420)]
AUTHOR, SECOND = "jonas.comms", "sam.signatory"
PACK = """about: Own policy.
rules:
  - id: HAV-01
    title: No plans with puppets
    severity: block
    scope: {subjects: [plan]}
    when: plan.purpose != null && plan.purpose.contains("puppets")
    message: Puppets explain nothing.
    clause: Company policy 7
    source: own policy, 2026-11-01
    remedy: Leave out the puppets.
    passes: [{purpose: Inform and be open for questions}]
    fails: [{purpose: Inform with puppets}]
"""
PLAN: dict[str, Any] = {
    "title": "Sleep on stage",
    "therapy_area": "Sleep medicine",
    "objective": "Teachers of nursing find plain material on sleep",
    "kpis": ["Share of questions answered within two days"],
    "tiering": {"criteria": [], "confirmed": False},
    "starts_on": "2026-12-01",
    "ends_on": "2027-06-30",
}


def approved(author: Caller, reviewer: Caller, purpose: str) -> str:
    """The path of a plan that the rules in force let pass and a second person approved."""
    place = f"/v1/plans/{author.post('planner', '/v1/plans', {**PLAN, 'purpose': purpose})['id']}"
    author.post("planner", f"{place}/submission", {})
    eventually(lambda: None if author.get("planner", place)["answer"] else "not answered yet")
    tag = {"If-Match": f'"v{author.get("planner", place)["version"]}"'}
    reviewer.ask("POST", "planner", f"{place}/approval", json={}, headers=tag)
    return place


def rules(system: RunningSystem, *words: str) -> str:
    done = run(system, "rapport", "rules", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_rule_proposed_and_activated_from_a_terminal_voids_the_approval_of_a_plan_it_blocks(
    system: RunningSystem, tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text(PACK, "utf-8")
    with callers(system) as apis:
        author, reviewer = apis.sign_in(AUTHOR), apis.sign_in(REVIEWER)
        before = reviewer.get("compliance", "/v1/rule-sets/current")["rule_set"]
        fine, played = (approved(author, reviewer, f"Inform with {what}") for what in ("leaflets", "puppets"))

        said = rules(system, "propose", str(tmp_path), "--note", "policy 7", "--as", REVIEWER)
        name = said.partition("rapport rules activate ")[2].split()[0]
        own = run(system, "rapport", "rules", "activate", name, "--reason", "agreed", "--as", REVIEWER, "--yes")
        assert (own.returncode, "let a second person activate it" in own.stderr) == (1, True), own.stderr
        rules(system, "activate", name, "--reason", "agreed", "--as", SECOND, "--yes")
        now = reviewer.get("compliance", "/v1/rule-sets/current")["rule_set"]

        def answered() -> str | None:
            told = [author.get("planner", place)["answer"]["rule_set"] for place in (fine, played)]
            return None if told == [now, now] else f"answered by {told}, not {now}"

        eventually(answered, seconds=60)
        kept, voided = author.get("planner", fine), author.get("planner", played)
        assert (kept["state"], kept["approval"]["by"]) == ("approved", REVIEWER)
        assert (voided["state"], voided["approval"]) == ("blocked", None)
        assert [each["rule_id"] for each in voided["answer"]["findings"]] == ["HAV-01"]
        rules(system, "activate", before, "--reason", "the puppets may play", "--as", SECOND, "--yes")
