"""What cannot wait for an operator's repair: reports in messages that are parked behind one nobody can read."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.entrypoints.subscriptions import subscriptions
from shared.contracts.planner import ActionRevisedV1, ActionSubmittedV1
from shared.kernel.ids import new_id
from shared.messaging.headers import event_headers
from shared.messaging.incoming import Router
from shared.messaging.processing import Processor, Progress, RetrySettings
from shared.testing.broker import MemoryRecord
from support.compliance_builders import NOW, a_snapshot
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform


async def test_a_report_behind_a_submission_nobody_can_read_reaches_drug_safety_before_the_repair(stage: Stage) -> None:
    await stage.hear_person()
    processor = Processor(
        consumer="compliance",
        router=Router(subscriptions(stage.gate, stage.open_uow)),
        unit_of_work=stage.open_uow,
        retry=RetrySettings(poison_after=1),
    )
    snapshots = ({"type": "no type"}, a_snapshot(stage.action, slot=stage.slot(), inbound_text="Now I am dizzy."))
    records = [_record(stage, version, snapshot) for version, snapshot in enumerate(snapshots, start=1)]
    for record in [*records, records[-1]]:
        await processor.settle([record], Progress(next_offset=record.offset))
    [opened] = await stage.rows("SELECT state FROM safety_cases WHERE source_id = :id", id=stage.action)
    assert opened["state"] == "open"
    assert await stage.rows("SELECT 1 FROM cases WHERE action_id = :id", id=stage.action) == []


def _record(stage: Stage, version: int, snapshot: dict[str, Any]) -> MemoryRecord:
    event = (ActionSubmittedV1 if version == 1 else ActionRevisedV1)(
        action_id=stage.action,
        version=version,
        plan_id="plan-1",
        stakeholder_id=stage.person,
        snapshot=snapshot,
        snapshot_sha256="0" * 64,
        submitted_by="x",
        submitted_by_name="X",
        edited_by=(),
        submitted_at=stage.clock.now(),
    )
    headers = event_headers(
        message_id=new_id(), event_type=event.TYPE, source="planner", time=NOW, subject=event.key, extra={}
    )
    return MemoryRecord(event.TOPIC, version, event.key.encode(), event.model_dump_json().encode(), headers)
