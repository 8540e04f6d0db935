"""What is to be recorded for an unknown fact is told by the fields that can be set, not by what follows from them."""

from __future__ import annotations

import re
from typing import Any

from compliance.application.rules.rule_examples import changed
from compliance.application.screening import screen_plan
from compliance.domain.screening.facts.recorded import recorded_as
from compliance.domain.screening.rules import PLAN
from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.plan_snapshot import PlanSnapshot
from support.screening_builders import AS_OF, judged, planned, rules


def planned_with(**changes: Any) -> set[str | None]:
    """The remedies for a harmless plan with changes."""
    plan = changed(rules().plan_example_base, changes)
    return {finding.remedy for finding in screen_plan(plan, rules(), AS_OF).findings}


def test_whether_people_are_ranked_is_recorded_as_the_criteria_of_the_plan() -> None:
    assert planned_with(tiering=None) == {
        "Record tiering.criteria of the plan (an empty list says that nobody is ranked)."
    }


def test_who_confirmed_a_ranking_is_recorded_in_its_tiering() -> None:
    assert planned_with(tiering={"confirmed_by": None}) == {"Record tiering.confirmed_by of the plan."}


def test_what_a_plan_is_measured_by_is_recorded_in_the_plan() -> None:
    assert "Record kpis of the plan." in planned_with(kpis=None)


def test_the_medicines_of_the_company_are_asked_of_its_file_and_not_of_an_author() -> None:
    remedies = {finding.remedy for finding in judged(planned(company={"products": None})).findings}

    assert "Record company.products, which is kept in the company file of the gate." in remedies


def test_that_there_is_no_contract_is_recorded_as_null() -> None:
    assert recorded_as("contract_stated") == "contract (null says that there is none)"


def test_every_fact_a_rule_reads_is_recorded_in_a_field_that_there_is() -> None:
    read = {(path, PLAN in rule.scope.subjects) for rule in rules().rules for path in rule.reads}

    assert [path for path, of_plan in sorted(read) if not _can_be_set(recorded_as(path), of_plan=of_plan)] == []
    assert [path for path, _ in sorted(read) if re.search("_stated|complete", recorded_as(path))] == []


def _can_be_set(recorded: str, *, of_plan: bool) -> bool:
    schema = (PlanSnapshot if of_plan else ActionSnapshot).model_json_schema()
    named = re.findall(r"[a-z_0-9]+(?:\.[a-z_0-9]+)*", recorded.partition(" (")[0])
    return any(_is_field(schema, schema["$defs"], name.split(".")) for name in named)


def _is_field(schema: dict[str, Any], defined: dict[str, Any], steps: list[str]) -> bool:
    if "$ref" in schema:
        return _is_field(defined[schema["$ref"].rpartition("/")[2]], defined, steps)
    if any(_is_field(one, defined, steps) for one in schema.get("anyOf", ())):
        return True
    return not steps or (
        steps[0] in schema.get("properties", {}) and _is_field(schema["properties"][steps[0]], defined, steps[1:])
    )
