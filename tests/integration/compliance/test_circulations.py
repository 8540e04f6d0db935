"""Circulations over a real database: written with the case, told of once, and held against the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from compliance.adapters.circulations import tables
from compliance.adapters.circulations.queries import RoundQueries
from compliance.adapters.proof.checks.rows import compare_rows, recorded_tables
from compliance.application.circulations.watching import watch_reviews
from compliance.domain.slot import Slot
from shared.db.migrations import upgrade
from support.compliance_builders import A_CLOCK, ROSA, SAM
from support.compliance_stage import Stage
from support.override_builders import MIA, SOL, blocked, overruled

pytestmark = pytest.mark.platform
OURS = {tables.review_rounds.name, tables.review_notices.name}


async def rounds(stage: Stage) -> list[Mapping[str, Any]]:
    query = "SELECT * FROM review_rounds WHERE action_id = :action ORDER BY number"
    return await stage.rows(query, action=stage.action)


async def notices(stage: Stage) -> list[Mapping[str, Any]]:
    query = "SELECT * FROM review_notices WHERE round_id LIKE :action || '~%' ORDER BY round_id, version"
    return await stage.rows(query, action=stage.action)


async def watch(stage: Stage, *due: str) -> None:
    """One tick of the clock of reviews: over `due` where given."""

    async def find(_now: Any) -> list[str]:
        own = await RoundQueries(stage.reads).due(stage.clock.now())
        return list(due) or [each for each in own if each.startswith(stage.action)]

    await watch_reviews(
        stage.clock.now(), find_due=find, open_uow=stage.open_uow, clock=A_CLOCK, report=stage.note_failure
    )


def far(stage: Stage) -> Slot:
    start = stage.clock.now() + timedelta(days=60)
    return Slot(start, start + timedelta(hours=1))


async def test_every_time_a_version_enters_review_is_a_circulation(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(slot=far(stage))
    stage.clock.advance(timedelta(hours=1))
    await stage.vote(decision="request_changes", reason="shorter, please")
    await stage.submit(version=2, slot=far(stage), text="Thank you.")
    stage.clock.advance(timedelta(hours=1))
    await stage.vote()
    first, second = await rounds(stage)
    assert (first["number"], first["outcome"], first["action_version"]) == (1, "changes_requested", 1)
    assert (second["number"], second["outcome"], second["action_version"]) == (2, "approved", 2)
    assert first["first_vote_at"] == first["ended_at"] == second["entered_at"]
    assert second["submitted_at"] == first["entered_at"]
    assert second["job_worked"] == timedelta(hours=2)
    assert second["team"] == "communications"


async def test_a_changed_fact_during_review_is_the_same_circulation_and_after_approval_another(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(slot=far(stage))
    await stage.hear_person(version=2, country="FR")
    [only] = await rounds(stage)
    assert (only["number"], only["restarts"], only["ended_at"]) == (1, 1, None)
    await stage.vote()
    await stage.hear_person(version=3, country="AT")
    assert [(each["number"], each["outcome"]) for each in await rounds(stage)] == [(1, "approved"), (2, None)]


async def test_what_is_blocked_at_once_has_no_circulation(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(text="A miracle.")
    assert await rounds(stage) == []


async def test_a_block_that_two_people_override_begins_a_circulation(stage: Stage) -> None:
    await blocked(stage)
    assert await rounds(stage) == []
    await overruled(stage, MIA)
    await overruled(stage, SOL)
    [begun] = await rounds(stage)
    assert (begun["number"], begun["verdict"], begun["ended_at"]) == (1, "block", None)


async def test_a_case_that_is_paused_as_it_enters_review_waits_with_its_clock(stage: Stage) -> None:
    await stage.hear_person(opted_out=True)
    await stage.submit(slot=far(stage))
    [held] = await rounds(stage)
    assert (held["running_since"], held["next_stage_at"]) == (None, None)
    await stage.hear_person(version=2)
    [going_on] = await rounds(stage)
    assert going_on["running_since"] == stage.clock.now()


async def test_two_workers_remind_once_and_escalate_once_and_say_so_in_the_ledger(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(slot=far(stage))
    this = f"{stage.action}~1"
    for _ in range(2):
        stage.clock.advance(timedelta(hours=12))
        await asyncio.gather(*(watch(stage, this) for _ in range(6)))
    assert [(each["state"], each["percent"]) for each in await notices(stage)] == [("reminded", 50), ("escalated", 100)]
    entries = await stage.rows("SELECT what, new_state FROM ledger WHERE aggregate_id = :this ORDER BY 1", this=this)
    assert [entry["what"] for entry in entries] == ["review_escalated", "review_reminded"]
    told = await stage.outbox()
    assert told[2:] == ["compliance.case.review_reminded.v1", "compliance.case.review_escalated.v1"]
    assert stage.failures == []


async def test_nobody_is_reminded_of_what_was_decided_meanwhile(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(slot=far(stage))
    stage.clock.advance(timedelta(hours=24))
    await asyncio.gather(stage.vote(), watch(stage, f"{stage.action}~1"))
    told = {each["noted_at"] for each in await notices(stage)}
    [ended] = await rounds(stage)
    assert ended["outcome"] == "approved"
    assert told <= {ended["ended_at"]}
    await watch(stage, f"{stage.action}~1")
    assert {each["noted_at"] for each in await notices(stage)} == told


async def test_a_circulation_that_has_ended_cannot_be_changed_nor_removed(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(slot=far(stage))
    await stage.vote(SAM)
    for change in ("UPDATE review_rounds SET outcome = 'rejected'", "DELETE FROM review_rounds"):
        with pytest.raises(DBAPIError, match="never changed"):
            await stage.rows(f"{change} WHERE action_id = :action RETURNING 1", action=stage.action)


async def test_a_notice_changed_behind_the_ledgers_back_is_found(stage: Stage, compliance_database: str) -> None:
    await stage.hear_person()
    await stage.submit(slot=far(stage))
    stage.clock.advance(timedelta(hours=4))
    await watch(stage)
    assert await found(compliance_database, stage.action) == []
    try:
        await tamper(compliance_database, stage.action, 99)
        [message] = await found(compliance_database, stage.action)
        assert "percent is 99, the ledger says 50" in message
    finally:
        await tamper(compliance_database, stage.action, 50)


async def found(url: str, action: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        (recorded,) = [each for each in await recorded_tables(connection) if each.table == "review_notices"]
        looked = [wrong async for _, some in compare_rows(connection, recorded) for wrong in some]
    finally:
        await connection.close()
    return [wrong.message for wrong in looked if action in wrong.message]


async def tamper(url: str, action: str, percent: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        query = "UPDATE review_notices SET percent = $1 WHERE round_id = $2"
        await connection.execute(query, percent, f"{action}~1")
    finally:
        await connection.close()


async def test_several_people_deciding_count_as_one_circulation(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(slot=far(stage))
    stage.clock.advance(timedelta(minutes=5))
    await stage.vote(ROSA, "reject", reason="not for us")
    [ended] = await rounds(stage)
    assert (ended["outcome"], ended["first_vote_at"]) == ("rejected", ended["ended_at"])


@pytest.mark.parametrize("start", ["20261122_case_versions", None])
def test_circulations_are_migrated_to_from_the_release_before_and_from_nothing(
    fresh_database: Callable[[str], str], repository: Path, start: str | None
) -> None:
    url, ini = fresh_database("rounds"), repository / "services/compliance/alembic.ini"
    if start is not None:
        upgrade(ini, url, revision=start)
        asyncio.run(_a_case_waits(url))
    upgrade(ini, url)
    differences, waiting = asyncio.run(_compared(url))
    assert differences == []
    assert waiting == ([] if start is None else [("a", 1, ["medical", "reviewer"], ["TST-01"])])


async def _a_case_waits(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(
        """INSERT INTO cases (action_id, version, state, action_version, stakeholder_id, snapshot, snapshot_sha256,
             content_sha256, submitted_by, submitted_by_name, edited_by, judgement, votes, stops)
           VALUES ('a', 2, 'in_review', 1, 'p', '{}', 's', 'c', 'x', 'X', '[]',
             '{"findings": [{"rule_id": "TST-01"}],
               "route": [{"any_of": ["reviewer", "medical"]}, {"any_of": ["medical"]}]}', '[]', '[]')"""
    )
    await connection.close()


async def _compared(url: str) -> tuple[list[Any], list[tuple[Any, ...]]]:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    try:
        async with engine.connect() as connection:
            rows = await connection.exec_driver_sql("SELECT action_id, number, waits_for, rules FROM review_rounds")
            waiting = [tuple(row) for row in rows]
            return await connection.run_sync(_differences), waiting
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[Any]:
    def only_ours(thing: Any, name: str | None, kind: str, *_rest: Any) -> bool:
        return name in OURS if kind == "table" else thing.table.name in OURS

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": only_ours})
    return compare_metadata(context, tables.metadata)
