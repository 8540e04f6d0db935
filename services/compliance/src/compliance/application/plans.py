"""Whenever an engagement plan is submitted, screen that version of it and tell the planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.application.rules.rules_in_use import RulesNotLoaded
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.findings import Finding, Screening, in_order, verdict_of
from compliance.domain.plan_screening import PlanScreening, SubmittedPlan
from shared.contracts.envelope import Envelope
from shared.contracts.hashing import sha256_of
from shared.contracts.plan_snapshot import PlanSnapshot
from shared.contracts.planner import PlanSubmittedV1
from shared.observability.causes import places_of


class NotAPlan(ValueError):
    """What was submitted is no plan: the message is buried. Names the places, not what they say."""


_HASH_DIFFERS = Finding(
    rule_id="GATE-HASH",
    severity="block",
    message="the plan that arrived is not the one whose hash was announced",
    remedy="submit the plan again; if this repeats, somebody changes plans on the way",
)


async def on_plan_submitted(event: PlanSubmittedV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Screen a version once; what comes again, or late, changes nothing. Raises NotAPlan and RulesNotLoaded.

    Judged by the rules in force alone: a plan is screened again when they change, and nobody would notice an answer of
    the old ones that came while the new ones were being loaded.
    """
    try:
        PlanSnapshot.model_validate(event.plan)
    except ValidationError as error:
        raise NotAPlan(places_of(error)) from None
    newest = await uow.plan_screenings.newest(event.plan_id)
    if newest is not None and event.version <= newest:
        return
    in_force = (await uow.rule_sets.in_force()).rule_set
    if in_force != gate.rule_set():
        raise RulesNotLoaded(f"the rules in force, {in_force}, are not loaded yet: no plan is screened by others")
    submitted = SubmittedPlan(
        plan_id=event.plan_id,
        version=event.version,
        plan=event.plan,
        plan_sha256=sha256_of(event.plan),
        submitted_by=event.submitted_by,
    )
    answer = judged(event.plan, gate)
    if submitted.plan_sha256 != event.plan_sha256:
        findings = in_order((_HASH_DIFFERS, *answer.findings))
        answer = replace(answer, findings=findings, verdict=verdict_of(findings))
    occasion = Occasion(by=SYSTEM, at=gate.clock.now(), why=f"version {event.version} of the plan")
    await uow.plan_screenings.add(PlanScreening.conclude(submitted, answer, occasion))


def judged(plan: Mapping[str, Any], gate: Gate) -> Screening:
    """The answer of the rules in use now; the company and its medicines are as the gate itself knows them."""
    return gate.screen_plan({**plan, "company": gate.company}, gate.clock.now())
