"""Many submissions in one transaction are judged as each of them alone would be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from compliance.application import submission
from shared.contracts.hashing import snapshot_sha256
from shared.contracts.planner import ActionRevisedV1, ActionSubmissionV1, ActionSubmittedV1
from shared.kernel.ids import new_id
from support.compliance_builders import AUTHOR, a_snapshot
from support.compliance_stage import ENVELOPE, Stage

pytestmark = pytest.mark.platform


def submitted(stage: Stage, action_id: str, *, version: int = 1, person: str | None = None, **changes: Any) -> Any:
    snapshot = a_snapshot(action_id, slot=stage.slot(), **changes)
    contract = ActionSubmittedV1 if version == 1 else ActionRevisedV1
    return contract(
        action_id=action_id,
        version=version,
        plan_id="plan-1",
        stakeholder_id=person or stage.person,
        snapshot=snapshot,
        snapshot_sha256=snapshot_sha256(snapshot),
        submitted_by=AUTHOR,
        submitted_by_name="Dr Amira Sharma",
        edited_by=(),
        submitted_at=stage.clock.now(),
    )


async def together(stage: Stage, events: Sequence[ActionSubmissionV1]) -> None:
    async with stage.open_uow() as uow:
        await submission.foresee_submissions(events, uow, gate=stage.gate)
        for event in events:
            await submission.on_action_submission(event, ENVELOPE, uow, gate=stage.gate)
            await uow.publish_recorded()
        await uow.commit()


async def alone(stage: Stage, events: Sequence[ActionSubmissionV1]) -> None:
    for event in events:
        await stage.deliver(partial(submission.on_action_submission, gate=stage.gate), event)


async def outcome(stage: Stage, action_id: str) -> list[dict[str, Any]]:
    cases = await stage.rows(
        """SELECT state, version, action_version, verdict, stops,
                  jsonb_path_query_array(judgement, '$.findings[*].rule_id') AS findings
           FROM cases WHERE action_id = :id""",
        id=action_id,
    )
    ledger = await stage.rows(
        "SELECT what, aggregate_version, old_state, new_state FROM ledger WHERE aggregate_id = :id ORDER BY sequence",
        id=action_id,
    )
    return [*map(dict, cases), *map(dict, ledger), {"published": await stage.outbox(action_id)}]


async def test_a_batch_of_submissions_ends_as_the_same_submissions_one_by_one(stage: Stage) -> None:
    await stage.hear_engager()
    outcomes: list[list[list[dict[str, Any]]]] = []
    for handle in (alone, together):
        stage.person = new_id()
        await stage.hear_person()
        plain, revised, blocked, unknown, unwell, after = (new_id() for _ in range(6))
        events = [
            submitted(stage, plain),
            submitted(stage, revised),
            submitted(stage, blocked, text="A miracle."),
            submitted(stage, revised, version=2, text="Thank you again."),
            submitted(stage, plain),
            submitted(stage, unknown, person=new_id()),
            submitted(stage, unwell, text="It made me dizzy."),
            submitted(stage, after),
        ]
        await handle(stage, events)
        outcomes.append([await outcome(stage, each) for each in (plain, revised, blocked, unknown, unwell, after)])
    assert outcomes[1] == outcomes[0]
    states = [rows[0]["state"] for rows in outcomes[1]]
    assert states == ["paused", "paused", "blocked", "in_review", "paused", "paused"]


async def test_a_later_version_in_another_batch_finds_the_case(stage: Stage) -> None:
    await stage.hear_person()
    first, second = new_id(), new_id()
    await together(stage, [submitted(stage, first), submitted(stage, second)])
    await together(stage, [submitted(stage, first, version=2), submitted(stage, second, version=1)])
    rows = await stage.rows(
        "SELECT action_version FROM cases WHERE action_id IN (:first, :second) ORDER BY 1", first=first, second=second
    )
    assert [row["action_version"] for row in rows] == [1, 2]
