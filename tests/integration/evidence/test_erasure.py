"""When a person is erased, nothing about them stays in cases, and every proof holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from compliance.adapters.erasing.traces import ErasableQueries
from compliance.adapters.proof.checks.rows import compare_rows, recorded_tables
from compliance.application.erasing.forgetting import forget_due
from compliance.application.ports.repositories import Hold
from compliance.domain.erasure import Retention
from compliance.domain.errors import PermitNotRedeemable
from support.evidence_builders import FOUND, Packs, data_of

pytestmark = pytest.mark.platform

ABOUT = ("explainer", "Thank you", "journalist", "too personal", "has to be looked at")
HELD = """SELECT 'cases', to_jsonb(c)::text AS t FROM cases c WHERE action_id = :id
    UNION ALL SELECT 'permits', to_jsonb(p)::text FROM permits p WHERE action_id = :id
    UNION ALL SELECT 'case_versions', to_jsonb(v)::text FROM case_versions v WHERE action_id = :id
    UNION ALL SELECT 'release_holds', to_jsonb(h)::text FROM release_holds h WHERE action_id = :id
    UNION ALL SELECT 'people_view', to_jsonb(p)::text FROM people_view p WHERE stakeholder_id = :person
    UNION ALL SELECT 'rehearsals', to_jsonb(r)::text FROM rehearsals r
    UNION ALL SELECT 'outbox', convert_from(payload, 'UTF8') FROM outbox_messages WHERE published_at IS NOT NULL
    UNION ALL SELECT 'ledger', convert_from(leaf, 'UTF8') FROM ledger
    UNION ALL SELECT 'ledger_personal', to_jsonb(l)::text FROM ledger_personal l WHERE about = :person"""


async def held(packs: Packs) -> list[str]:
    """Tables in which words about the person or the action stand."""
    rows = await packs.stage.rows(HELD, id=packs.stage.action, person=packs.stage.person)
    return sorted({str(row["?column?"]) for row in rows if any(word in str(row["t"]) for word in ABOUT)})


async def all_relayed(packs: Packs) -> None:
    async with packs.stage.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE outbox_messages SET published_at = now()")


async def wrong_rows(packs: Packs) -> list[str]:
    """What `rapport ledger verify` says of rows."""
    url = packs.stage.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        return [
            wrong.message
            for recorded in await recorded_tables(connection)
            async for _, found in compare_rows(connection, recorded)
            for wrong in found
        ]
    finally:
        await connection.close()


async def rehearsed(packs: Packs) -> None:
    statement = """INSERT INTO rehearsals
        (rehearsal_id, rule_set, against, state, total, done, asked_by, asked_at, changes)
        VALUES ('r1', 'x', 'y', 'done', 1, 1, 'rosa', now(), %s)"""
    changes = json.dumps([{"action_id": packs.stage.action, "message": FOUND.message}]).replace("'", "''")
    async with packs.stage.engine.begin() as connection:
        await connection.exec_driver_sql(statement % f"'{changes}'::jsonb")


async def test_nothing_about_an_erased_person_stays_and_the_pack_is_true(packs: Packs) -> None:
    await packs.redeemed()
    await rehearsed(packs)
    await all_relayed(packs)
    assert set(await held(packs)) >= {"cases", "permits", "case_versions", "rehearsals", "outbox"}
    before = await packs.stage.case()
    await packs.stage.forget_person(2)
    assert await held(packs) == []
    assert await wrong_rows(packs) == []
    text = await packs.pack()
    run = packs.check(text)
    assert (run.returncode, run.stderr) == (0, "")
    assert "The person was erased" in text
    assert not [word for word in ABOUT[:-1] if word in text]  # the last stands in the rule itself
    after = await packs.stage.case()
    assert after.state == "redeemed"
    assert (after.submission.content_sha256, after.submission.snapshot_sha256) == (
        before.submission.content_sha256,
        before.submission.snapshot_sha256,
    )
    assert [vote.by for vote in after.votes] == [vote.by for vote in before.votes]
    signed = [each for each in data_of(text)["entries"] if json.loads(each["leaf"])["what"] == "case_voted"]
    assert [set(each["openings"]) for each in signed] == [{"who", "signatory"}] * 2


async def test_what_was_queued_is_void_and_erased_at_once(packs: Packs) -> None:
    await packs.stage.approved()
    async with packs.stage.open_uow() as uow:
        hold = Hold(code="x", message="Thank you", remedy="y")
        await uow.holds.put(packs.stage.action, [hold], next_attempt_at=packs.stage.clock.now())
        await uow.commit()
    await all_relayed(packs)
    await packs.stage.forget_person(2)
    assert (await packs.stage.case()).state == "voided"
    assert await held(packs) == []
    assert await wrong_rows(packs) == []
    assert packs.check(await packs.pack()).returncode == 0


async def test_a_refusals_reason_goes_too(packs: Packs) -> None:
    await packs.stage.hear_person()
    await packs.stage.submit()
    await packs.stage.vote(decision="reject", reason="too personal")
    await all_relayed(packs)
    assert "cases" in await held(packs)
    await packs.stage.forget_person(2)
    assert await held(packs) == []
    assert packs.check(await packs.pack()).returncode == 0


async def test_an_erased_permit_lets_nothing_out_again(packs: Packs) -> None:
    await packs.redeemed()
    permit = await packs.stage.permit()
    assert (await packs.stage.redeem(permit)).content
    await packs.stage.forget_person(2)
    with pytest.raises(PermitNotRedeemable, match="erased with the person"):
        await packs.stage.redeem(permit)


async def test_what_was_published_is_kept_as_long_as_the_company_has_to_and_erased_then(packs: Packs) -> None:
    stage = packs.stage
    stage.gate = replace(stage.gate, retention=Retention(published=timedelta(days=30), source="a duty"))
    await packs.redeemed()
    await all_relayed(packs)
    await stage.forget_person(2)
    assert "cases" in await held(packs)
    assert await wrong_rows(packs) == []
    assert "Thank you for this very clear explainer." in await packs.pack()
    await sweep(packs)
    assert "cases" in await held(packs)
    stage.clock.advance(timedelta(days=31))
    await sweep(packs)
    assert await held(packs) == []
    assert await wrong_rows(packs) == []
    assert packs.check(await packs.pack()).returncode == 0
    versions = await stage.rows("SELECT version FROM cases WHERE action_id = :id", id=stage.action)
    await sweep(packs)
    assert await stage.rows("SELECT version FROM cases WHERE action_id = :id", id=stage.action) == versions


async def test_what_arrives_about_an_erased_person_afterwards_is_erased_by_the_clock(packs: Packs) -> None:
    await packs.stage.hear_person()
    await packs.stage.forget_person(2)
    await packs.stage.submit()
    await sweep(packs)
    await all_relayed(packs)
    assert (await packs.stage.case()).stored.erased_at is not None
    assert "cases" not in await held(packs)
    assert await wrong_rows(packs) == []


async def sweep(packs: Packs) -> None:
    stage = packs.stage
    await forget_due(
        find=ErasableQueries(stage.reads), open_uow=stage.open_uow, gate=stage.gate, report=stage.note_failure
    )
    assert stage.failures == []
