"""Every change of a plan or an action is in the changelog: who, what, old, new, why."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from planner.bootstrap import build_unit_of_work
from shared.changelog.days import digest_finished_days
from shared.changelog.digests import change_hash
from shared.contracts.registry import StakeholderErasedV1
from shared.testing import FakeClock
from support.planner_cases import case_of
from support.planner_stage import Stage

pytestmark = pytest.mark.platform


async def changes_of(stage: Stage, kind: str, key: str) -> list[dict[str, Any]]:
    """Oldest first."""
    answer = await stage.http.get(f"/v1/{kind}/{key}/changes", headers=stage.as_author())
    assert answer.status_code == 200, answer.text
    return list(reversed(answer.json()))


async def rows(stage: Stage, query: str) -> list[dict[str, Any]]:
    async with stage.engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(text(query))).mappings()]


async def test_an_action_tells_everybody_who_changed_it_and_why(stage: Stage) -> None:
    action = await stage.submitted()
    await stage.hears(case_of(action, "blocked", version=2))
    headers = stage.as_author("ben.comms")
    reason = {"reason": "the topic is over"}
    withdrawn = await stage.http.post(f"/v1/actions/{action['id']}/withdrawal", json=reason, headers=headers)
    assert withdrawn.status_code == 200, withdrawn.text

    told = await changes_of(stage, "actions", action["id"])

    assert [each["version"] for each in told] == list(range(1, withdrawn.json()["version"] + 1))
    assert [each["changed_by"] for each in told] == ["amira.medical", "amira.medical", "system:compliance", "ben.comms"]
    assert [each["new"].get("state") for each in told] == ["draft", "submitted", "blocked", "withdrawn"]
    assert told[-1]["old"]["state"] == "blocked"
    assert told[-1]["reason"] == "the topic is over"
    assert told[1]["new"]["submission.snapshot_sha256"] == action["submission"]["snapshot_sha256"]
    assert not any("snapshot" in each["new"].get("submission", {}) for each in told)


async def test_what_an_edit_changed_is_told_with_its_old_value(stage: Stage) -> None:
    plan_id = await stage.plan()
    shown = await stage.http.get(f"/v1/plans/{plan_id}", headers=stage.as_author())
    headers = {**stage.as_author("ben.comms"), "If-Match": shown.headers["ETag"]}
    edited = await stage.http.patch(f"/v1/plans/{plan_id}", json={"title": "Sleep"}, headers=headers)
    assert edited.status_code == 200, edited.text

    first, second = await changes_of(stage, "plans", plan_id)

    assert (first["what"], first["changed_by"], first["old"]) == ("plan", "amira.medical", {})
    assert (second["changed_by"], second["old"]["title"], second["new"]["title"]) == (
        "ben.comms",
        "Sleep and the heart",
        "Sleep",
    )


async def test_a_refused_change_leaves_no_row(stage: Stage) -> None:
    action = await stage.submitted()
    before = await changes_of(stage, "actions", action["id"])
    refused = await stage.submit(action["id"])
    assert refused.status_code == 409
    assert await changes_of(stage, "actions", action["id"]) == before


async def test_an_erased_person_takes_what_was_told_about_their_actions_along(stage: Stage) -> None:
    action = await stage.submitted()
    other = await stage.submitted()
    await stage.hears(StakeholderErasedV1(stakeholder_id=action["stakeholder_id"], version=2))
    assert await changes_of(stage, "actions", action["id"]) == []
    assert len(await changes_of(stage, "actions", other["id"])) == 2


async def test_a_day_that_is_over_is_digested_and_told(stage: Stage) -> None:
    await stage.submitted()
    [[now]] = [list(row.values()) for row in await rows(stage, "SELECT now() AS now")]
    clock = FakeClock(now + timedelta(days=1, minutes=11))
    for _ in range(2):
        await digest_finished_days(unit_of_work=build_unit_of_work(stage.engine, clock=clock), clock=clock)

    kept = await rows(stage, "SELECT * FROM changelog_digests ORDER BY day")
    told = await rows(stage, "SELECT payload FROM outbox_messages WHERE topic = 'planner.changelog' ORDER BY sequence")
    changes = await rows(stage, "SELECT *, aggregate_id::text AS aggregate_id FROM changes")

    assert [json.loads(row["payload"])["sha256"] for row in told] == [row["sha256"] for row in kept]
    hashes = b"".join(row["hashes"] for row in kept)
    assert {change_hash(row) for row in changes} <= {hashes[start : start + 32] for start in range(0, len(hashes), 32)}
    assert [hashlib.sha256(row["hashes"]).hexdigest() for row in kept] == [row["sha256"] for row in kept]
