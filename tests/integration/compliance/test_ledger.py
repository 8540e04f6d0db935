from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from compliance.application.ledger import entry_of
from shared.kernel.events import DomainEvent
from shared.kernel.ids import new_id
from support.compliance_builders import AUTHOR, ROSA
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform


async def test_every_state_change_is_in_the_ledger_with_who_when_why_and_a_hash(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    await stage.redeem(await stage.permit())
    rows = await stage.rows(
        "SELECT * FROM ledger_entries WHERE aggregate = 'case' AND aggregate_id = :id ORDER BY sequence",
        id=stage.action,
    )
    assert [(row["what"], row["old_state"], row["new_state"]) for row in rows] == [
        ("case_opened", None, "screening"),
        ("case_screened", "screening", "in_review"),
        ("case_voted", "in_review", "in_review"),
        ("case_approved", "in_review", "approved"),
        ("case_released", "approved", "released"),
        ("case_redeemed", "released", "redeemed"),
    ]
    assert [row["who"] for row in rows[:4]] == [AUTHOR, "system:compliance", ROSA, ROSA]
    assert rows[3]["why"] == "reviewed for accuracy"
    assert all(hashlib.sha256(row["leaf"]).hexdigest() == row["leaf_sha256"] for row in rows)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger SET what = 'nothing'", "DELETE FROM ledger", "TRUNCATE ledger"],
)
async def test_the_ledger_refuses_to_be_rewritten(stage: Stage, statement: str) -> None:
    await stage.hear_person()
    await stage.submit()
    with pytest.raises(DBAPIError, match="append-only"):
        async with stage.engine.begin() as connection:
            await connection.execute(text(statement))


async def test_the_database_refuses_a_transition_without_its_ledger_row(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit()
    with pytest.raises(DBAPIError, match="not in the ledger"):
        async with stage.engine.begin() as connection:
            await connection.execute(
                text("UPDATE cases SET state = 'approved', version = version + 1 WHERE action_id = :id"),
                {"id": stage.action},
            )
    assert (await stage.case()).state == "in_review"


async def test_what_rolls_back_leaves_no_trace(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit()
    before = await stage.rows("SELECT count(*) AS n FROM ledger WHERE aggregate_id = :id", id=stage.action)
    async with stage.open_uow() as uow:
        case = await uow.cases.get_for_update(stage.action)
        assert case is not None
        await uow.flush()
    assert await stage.rows("SELECT count(*) AS n FROM ledger WHERE aggregate_id = :id", id=stage.action) == before


def test_an_event_that_is_no_state_change_cannot_slip_past_the_ledger() -> None:
    with pytest.raises(TypeError, match="StateChange"):
        entry_of(DomainEvent(), new_id())
