from __future__ import annotations

from datetime import UTC, datetime

import pytest

from registry.adapters.unit_of_work import SqlRegistryUnitOfWork, publishing
from registry.application.policies import on_action_completed
from shared.contracts.envelope import Envelope
from shared.contracts.planner import ActionCompletedV1
from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.kernel.ids import new_id
from shared.testing import FakeClock
from support.registry_builders import Registry

pytestmark = pytest.mark.platform

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


async def completed(registry: Registry, stakeholder_id: str, outcome: str = "done") -> None:
    event = ActionCompletedV1.model_validate(
        {
            "action_id": "a-1",
            "version": 9,
            "stakeholder_id": stakeholder_id,
            "action_type": "thank",
            "outcome": outcome,
            "completed_at": NOW,
        }
    )
    envelope = Envelope(id=new_id(), type=event.TYPE, source="planner", time=NOW, subject="a-1", dataschema="x")
    engine = create_engine(DatabaseSettings.model_validate({"url": registry.database_url}), application_name="test")
    try:
        async with SqlRegistryUnitOfWork(engine, publishing(clock=FakeClock(), new_id=new_id)) as uow:
            await on_action_completed(event, envelope, uow)
            await uow.commit()
    finally:
        await engine.dispose()


async def test_completed_actions_move_the_relationship_stage_by_stage_up_to_engaged(registry: Registry):
    person = await registry.register()
    seen: list[str] = []
    for _ in range(5):
        await completed(registry, person["id"])
        answer = await registry.http.get(f"/v1/stakeholders/{person['id']}")
        seen.append(answer.json()["relationship_stage"])
    assert seen == ["aware", "interested", "engaged", "engaged", "engaged"]
    kinds = [kind for kind, _ in await registry.published()]
    assert kinds == ["registry.stakeholder.registered.v1", *["registry.stakeholder.stage_changed.v1"] * 3]


async def test_an_action_that_was_not_done_moves_nothing(registry: Registry):
    person = await registry.register()
    await completed(registry, person["id"], outcome="not_done")
    assert len(await registry.published()) == 1


async def test_an_action_for_somebody_unknown_is_no_error(registry: Registry):
    await completed(registry, "01900000-0000-7000-8000-0000000000ff")
    assert await registry.published() == []
