"""What done actions gave is recorded exactly once, with the action's id, and adds up to what was approved."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from compliance.application.aftercare.watches import on_action_completed
from compliance.application.money import giving
from compliance.application.money.giving import record_transfer
from compliance.application.money.ports import Change, Means
from compliance.domain.caps.costs import costs_of
from compliance.domain.money.giving import Given
from shared.contracts.planner import ActionCompletedV1
from support.compliance_stage import Stage
from support.screening_builders import rules

pytestmark = pytest.mark.platform

MEAL = {"kind": "meal", "amount": 20, "currency": "EUR"}
TRAVEL = {"kind": "travel", "amount": 30.5, "currency": "EUR"}
WANTED = """SELECT transfer_id, state, document -> 'given' ->> 'kind' AS kind,
    document -> 'given' ->> 'amount' AS amount,
    document -> 'given' ->> 'action_id' AS action_id, document -> 'given' ->> 'given_on' AS given_on
    FROM transfers_of_value WHERE stakeholder_id = :id ORDER BY transfer_id"""


async def redeemed(stage: Stage, *given: dict[str, Any]) -> str:
    lexicon = rules().lexicon
    stage.gate = replace(stage.gate, figures=lambda: lexicon)
    await stage.approved(transfer_of_value=list(given))
    await stage.release()
    permit = await stage.permit()
    await stage.redeem(permit)
    return permit.permit_id


async def completed(stage: Stage, permit_id: str, outcome: Any = "done") -> None:
    event = ActionCompletedV1(
        action_id=stage.action,
        version=9,
        stakeholder_id=stage.person,
        action_type="thank",
        outcome=outcome,
        permit_id=permit_id,
        completed_at=stage.clock.now(),
    )
    await stage.deliver(partial(on_action_completed, gate=stage.gate), event)


async def recorded(stage: Stage) -> list[Any]:
    return await stage.rows(WANTED, id=stage.person)


def means(stage: Stage) -> Means:
    gate = stage.gate
    return Means(
        clock=gate.clock, new_id=gate.new_id, figures=gate.figures, rule_set=gate.rule_set, company="Havelmark Pharma"
    )


async def test_what_was_approved_to_be_given_is_recorded_once_when_it_is_done(stage: Stage) -> None:
    permit_id = await redeemed(stage, MEAL, TRAVEL)
    assert await recorded(stage) == []
    await asyncio.gather(*(completed(stage, permit_id) for _ in range(6)))
    rows = await recorded(stage)
    assert [(row["kind"], row["state"], row["action_id"]) for row in rows] == [
        ("meal", "recorded", stage.action),
        ("travel", "recorded", stage.action),
    ]
    case = await stage.case()
    assert case.judgement is not None
    approved = {(piece.kind, piece.amount) for piece in costs_of(case.judgement.resolved)}
    assert {(row["kind"], Decimal(row["amount"])) for row in rows} == approved
    assert {row["given_on"] for row in rows} == {stage.clock.now().date().isoformat()}


async def test_what_was_not_done_or_carried_nothing_gave_nothing(stage: Stage) -> None:
    await completed(stage, await redeemed(stage, MEAL), "not_done")
    assert await recorded(stage) == []
    stage.action, stage.person = stage.gate.new_id(), stage.gate.new_id()
    await completed(stage, await redeemed(stage))
    assert await recorded(stage) == []


async def test_what_somebody_has_recorded_for_the_action_is_not_recorded_again(stage: Stage) -> None:
    permit_id = await redeemed(stage, MEAL, TRAVEL)
    by_hand = Given(
        stakeholder_id=stage.person,
        kind="meal",
        amount=Decimal("18.40"),
        currency="EUR",
        given_on=stage.clock.now().date(),
        country="DE",
        evidence="bill 7",
        action_id=stage.action,
    )
    await record_transfer(by_hand, "mia.medical", "the bill", uow=stage.open_uow(), means=means(stage))
    await completed(stage, permit_id)
    assert sorted((row["kind"], row["amount"]) for row in await recorded(stage)) == [
        ("meal", "18.40"),
        ("travel", "30.5"),
    ]


async def test_a_voided_transfer_does_not_come_back(stage: Stage) -> None:
    permit_id = await redeemed(stage, MEAL)
    await completed(stage, permit_id)
    (row,) = await recorded(stage)
    change = Change(record_id=row["transfer_id"], expected_version=1, by="mia.medical", reason="she did not eat")
    await giving.void_transfer(change, uow=stage.open_uow(), means=means(stage))
    await completed(stage, permit_id)
    assert [each["state"] for each in await recorded(stage)] == ["voided"]
