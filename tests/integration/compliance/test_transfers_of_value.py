"""Transfers of value over HTTP and the real database: stored always, marked by the year, never overwritten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from support.compliance_stage import Stage
from support.money_stage import MIA, READER, ROBOT, MoneyStage

pytestmark = pytest.mark.platform
AMERICAN: dict[str, Any] = {
    "kind": "hcp",
    "country": "US",
    "full_name": "Dana Whitcomb",
    "first_name": "Dana",
    "last_name": "Whitcomb",
    "city": "Duluth",
    "address": "12 Lake Street",
    "state": "MN",
    "postal_code": "55802",
    "npi": "1234567893",
    "covered_type": "Covered Recipient Physician",
    "primary_type": "Medical Doctor",
    "specialty": "Internal Medicine",
    "licence_states": ["MN"],
    "owns_interest": False,
    "reason": "asked by letter",
}


@pytest_asyncio.fixture
async def money(stage: Stage) -> AsyncGenerator[MoneyStage]:
    await stage.hear_person()
    async with MoneyStage.over(stage) as opened:
        yield opened


async def recorded(money: MoneyStage, amount: str, **changes: Any) -> dict[str, Any]:
    answer = await money.post("transfers-of-value", money.given(amount, **changes), ROBOT)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def standings(money: MoneyStage) -> list[str]:
    rows = (await money.get("transfers-of-value", stakeholder_id=money.person, limit=200)).json()["items"]
    return [row["details"]["mark"]["standing"] for row in rows]


def standing(told: dict[str, Any]) -> tuple[str, str]:
    return told["details"]["mark"]["standing"], told["details"]["mark"]["rule_id"]


async def test_t126_a_coffee_of_5_10_with_a_year_of_120_is_stored_and_marked_as_not_reportable(
    money: MoneyStage,
) -> None:
    for _ in range(10):
        await recorded(money, "11.49")
    coffee = await recorded(money, "5.10")
    assert standing(coffee) == ("not_reportable", "TOV-02")
    assert coffee["details"]["mark"]["figure"]["source"] == "T1"
    assert set(await standings(money)) == {"not_reportable"}


async def test_t127_a_lunch_of_13_82_is_stored_and_marked_as_reportable(money: MoneyStage) -> None:
    assert standing(await recorded(money, "13.82")) == ("reportable", "TOV-02")


async def test_t128_the_snack_that_lifts_the_year_to_140_20_marks_everything_of_the_year(money: MoneyStage) -> None:
    first = await recorded(money, "13.12")
    for _ in range(9):
        assert standing(await recorded(money, "13.12")) == ("not_reportable", "TOV-02")
    assert standing(await recorded(money, "9.00")) == ("reportable", "TOV-02")
    assert await standings(money) == ["reportable"] * 11
    versions = (await money.get(f"transfers-of-value/{first['id']}/versions")).json()
    assert [(each["what"], each["by"]) for each in versions] == [
        ("recorded", "finance-import"),
        ("marked", "system:compliance"),
    ]
    assert [row["what"] for row in await money.ledger(first["id"])] == [
        "transfer_recorded",
        "transfer_marked",
    ]


async def test_a_correction_keeps_what_was_written_and_falls_back_below_the_threshold(money: MoneyStage) -> None:
    others = [await recorded(money, "13.00") for _ in range(10)]
    last = await recorded(money, "12.00")
    assert set(await standings(money)) == {"reportable"}
    tag = f'"v{last["version"]}"'
    corrected = await money.post(
        f"transfers-of-value/{last['id']}/corrections", money.given("2.00", reason="typing error"), MIA, tag
    )
    assert (corrected.status_code, standing(corrected.json())) == (200, ("not_reportable", "TOV-02"))
    assert set(await standings(money)) == {"not_reportable"}
    versions = (await money.get(f"transfers-of-value/{last['id']}/versions")).json()
    amounts = [(each["what"], each["details"]["given"]["amount"], each["why"]) for each in versions[:2]]
    assert amounts == [("recorded", "12.00", "told by the engager"), ("corrected", "2.00", "typing error")]
    again = await money.post(f"transfers-of-value/{last['id']}/corrections", money.given("3.00"), MIA, tag)
    assert again.status_code == 412
    read = await money.get(f"transfers-of-value/{others[0]['id']}")
    voided = await money.post(
        f"transfers-of-value/{others[0]['id']}/voiding", {"reason": "never given"}, MIA, read.headers["etag"]
    )
    assert voided.json()["state"] == "voided"


async def test_a_version_once_written_is_refused_any_change_by_the_database(money: MoneyStage) -> None:
    told = await recorded(money, "5.00")
    for statement in (
        "UPDATE transfer_of_value_versions SET why = 'x' WHERE transfer_id = :id",
        "DELETE FROM transfer_of_value_versions WHERE transfer_id = :id",
        "UPDATE transfers_of_value SET version = version + 1 WHERE transfer_id = :id",
    ):
        with pytest.raises(DBAPIError):
            await execute(money, statement, told["id"])


async def execute(money: MoneyStage, statement: str, transfer_id: str) -> None:
    async with money.gate.engine.begin() as connection:
        await connection.execute(text(statement), {"id": transfer_id})


async def test_t125_a_correction_or_record_without_a_reason_is_not_written(money: MoneyStage) -> None:
    told = await recorded(money, "5.00")
    tag = f'"v{told["version"]}"'
    place = f"transfers-of-value/{told['id']}/corrections"
    answers = [
        await money.post(place, money.given("6.00", reason="  "), MIA, tag),
        await money.post("transfers-of-value", money.given("6.00", reason="")),
    ]
    assert [each.json()["code"] for each in answers] == ["reason_missing"] * 2
    assert len((await money.get(f"transfers-of-value/{told['id']}/versions")).json()) == 1
    assert len(await standings(money)) == 1


async def test_payments_at_once_are_all_counted(money: MoneyStage) -> None:
    answers: list[httpx.Response] = await asyncio.gather(
        *(money.post("transfers-of-value", money.given("13.00"), ROBOT) for _ in range(11))
    )
    assert {each.status_code for each in answers} == {201}
    assert await standings(money) == ["reportable"] * 11


async def test_of_two_corrections_at_once_one_loses(money: MoneyStage) -> None:
    told = await recorded(money, "5.00")
    place, tag = f"transfers-of-value/{told['id']}/corrections", f'"v{told["version"]}"'
    answers = await asyncio.gather(*(money.post(place, money.given(f"{at}.00"), MIA, tag) for at in (6, 7, 8)))
    assert sorted(each.status_code for each in answers) == [200, 412, 412]


async def test_a_contract_named_is_the_recipients_own(money: MoneyStage) -> None:
    answer = await money.post("transfers-of-value", money.given("5.00", contract_id="somebody-elses"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "contract_id")
    refused = await money.post("transfers-of-value", money.given("5.00"), READER)
    assert refused.status_code == 403


async def test_whose_record_says_that_no_programme_covers_them_is_marked_anew(money: MoneyStage) -> None:
    assert standing(await recorded(money, "50.00")) == ("reportable", "TOV-02")
    record = {**AMERICAN, "stakeholder_id": money.person, "kind": "other"}
    place, etag = await money.made("recipients", record)
    assert await standings(money) == ["not_reportable"]
    await money.put(place, {**record, "kind": "hcp"}, etag)
    assert await standings(money) == ["reportable"]
    twice = await money.post("recipients", record)
    assert (twice.status_code, twice.json()["code"]) == (409, "concurrent_change")


@pytest.mark.parametrize("known", ["hcp", "researcher", "organisation", None])
async def test_nobody_leaves_a_programme_by_a_word_in_their_record(money: MoneyStage, known: str | None) -> None:
    if known is not None:
        await money.gate.hear_person(2, type=known)
    else:
        money.person = "nobody-the-registry-told-of"
    answer = await money.post("recipients", {**AMERICAN, "stakeholder_id": money.person, "kind": "other"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "kind")


async def test_an_erased_person_loses_name_and_reasons_while_values_stay(money: MoneyStage) -> None:
    told = await recorded(money, "50.00")
    place, _ = await money.made("recipients", {**AMERICAN, "stakeholder_id": money.person})
    await money.gate.forget_person(2)
    read = (await money.get(place)).json()
    assert (read["state"], read["details"]["full_name"], read["details"]["npi"]) == ("erased", "", "")
    assert {row["why"] for row in await money.ledger(told["id"])} == {None}
    kept = (await money.get(f"transfers-of-value/{told['id']}")).json()
    assert Decimal(kept["details"]["given"]["amount"]) == Decimal("50.00")
    late = await money.post("recipients", {**AMERICAN, "stakeholder_id": money.person})
    assert late.status_code == 400


async def test_a_record_that_a_law_demands_survives_the_erasure(money: MoneyStage) -> None:
    basis = {"kind": "legal_obligation", "reference": "42 CFR 403", "since": "2026-01-01"}
    place, _ = await money.made("recipients", {**AMERICAN, "stakeholder_id": money.person, "basis": basis})
    await money.gate.forget_person(2)
    assert (await money.get(place)).json()["state"] == "recorded"
