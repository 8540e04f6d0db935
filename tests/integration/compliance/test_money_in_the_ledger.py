"""Rows of money are held against the ledger like all else: what somebody changed behind its back is found and named."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import asyncpg
import pytest
import pytest_asyncio

from compliance.adapters.proof.checks.rows import compare_rows, recorded_tables
from support.compliance_stage import Stage
from support.money_stage import MoneyStage

pytestmark = pytest.mark.platform
TABLES = {
    "fee_bands",
    "needs_assessments",
    "contracts",
    "recipients",
    "transfers_of_value",
    "disclosure_runs",
}


@pytest_asyncio.fixture
async def money(stage: Stage) -> AsyncGenerator[MoneyStage]:
    await stage.hear_person()
    async with MoneyStage.over(stage) as opened:
        yield opened


async def found(url: str, table: str, record: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        (recorded,) = [each for each in await recorded_tables(connection) if each.table == table]
        return [
            wrong.message
            async for _, discrepancies in compare_rows(connection, recorded)
            for wrong in discrepancies
            if record in wrong.message
        ]
    finally:
        await connection.close()


async def test_every_table_of_money_is_held_against_the_ledger(compliance_database: str) -> None:
    connection = await asyncpg.connect(compliance_database)
    try:
        assert {each.table for each in await recorded_tables(connection)} >= TABLES
    finally:
        await connection.close()


async def test_an_amount_changed_behind_the_ledgers_back_is_found(money: MoneyStage, compliance_database: str) -> None:
    place, _ = await money.made("transfers-of-value", money.given("5.00"))
    transfer = place.rpartition("/")[2]
    assert await found(compliance_database, "transfers_of_value", transfer) == []
    await tamper(compliance_database, transfer, "4.00")
    try:
        (message,) = await found(compliance_database, "transfers_of_value", transfer)
        assert "document" in message
    finally:
        await tamper(compliance_database, transfer, "5.00")
    assert await found(compliance_database, "transfers_of_value", transfer) == []


async def tamper(url: str, transfer: str, amount: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("ALTER TABLE transfers_of_value DISABLE TRIGGER ALL")
        await connection.execute(
            """UPDATE transfers_of_value SET document = jsonb_set(document, '{given,amount}', to_jsonb($2::text))
               WHERE transfer_id = $1""",
            transfer,
            amount,
        )
        await connection.execute("ALTER TABLE transfers_of_value ENABLE TRIGGER ALL")
    finally:
        await connection.close()


async def test_an_untouched_contract_agrees_with_the_ledger_after_every_step(
    money: MoneyStage, compliance_database: str
) -> None:
    await money.band()
    need = await money.need()
    place, etag = await money.active(need)
    await money.step(f"{place}/ending", etag)
    for table, record in (("contracts", place.rpartition("/")[2]), ("needs_assessments", need)):
        assert await found(compliance_database, table, record) == []
