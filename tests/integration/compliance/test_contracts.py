"""Contracts over HTTP and the real database: refused with rule and remedy, agreed by two, in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio

from support.compliance_stage import Stage
from support.money_stage import MIA, NOOR, READER, ROBOT, SIGNATURE, MoneyStage

pytestmark = pytest.mark.platform


@pytest_asyncio.fixture
async def money(stage: Stage) -> AsyncGenerator[MoneyStage]:
    await stage.hear_person()
    async with MoneyStage.over(stage) as opened:
        yield opened


async def refused(money: MoneyStage, need: str, **changes: Any) -> list[str]:
    place, etag = await money.made("contracts", money.terms(need, **changes))
    answer = await money.post(f"{place}/submission", {"reason": "please look"}, MIA, etag)
    assert (answer.status_code, answer.json()["code"]) == (409, "contract_refused")
    assert (await money.get(place)).json()["state"] == "draft"
    assert all(error["remedy"] for error in answer.json()["errors"])
    return [error["message"].partition(":")[0] for error in answer.json()["errors"]]


async def test_from_need_and_band_to_the_signed_contract_every_step_is_in_the_ledger(money: MoneyStage) -> None:
    await money.band()
    need = await money.need()
    place, etag = await money.active(need)
    read = await money.get(place)
    assert (read.json()["state"], read.headers["etag"]) == ("active", etag)
    told = read.json()["details"]
    assert (told["terms"]["rate"], told["ground"]["highest_rate"]) == ("250.00", "320.00")
    await money.step(f"{place}/ending", etag)
    written = await money.ledger(place)
    assert [row["what"].removeprefix("contract_") for row in written] == [
        "drafted",
        "submitted",
        "agreed",
        "activated",
        "ended",
    ]
    assert {row["who"] for row in written} == {"mia.medical", "noor.lead"}
    assert all(row["why"] for row in written)


async def test_t095_a_round_of_14_with_a_need_of_6_is_refused_until_it_is_changed(money: MoneyStage) -> None:
    body = {"experts_needed": 6, "experts_planned": 14}
    place, etag = await money.made(
        "needs-assessments", {"title": "t", "need": "n", "criteria": "c", "reason": "r", **body}
    )
    answer = await money.post(f"{place}/approval", {"reason": "ok"}, NOOR, etag)
    assert (answer.status_code, answer.json()["code"]) == (409, "number_above_need")
    revised = {"title": "t", "need": "n", "criteria": "c", "reason": "fewer do", **body, "experts_planned": 6}
    changed = await money.put(place, revised, etag)
    assert (await money.post(f"{place}/approval", {"reason": "ok"}, NOOR, changed.headers["etag"])).status_code == 200


async def test_t096_a_rate_above_the_band_is_refused_and_so_is_one_without_a_band(money: MoneyStage) -> None:
    need = await money.need()
    assert await refused(money, need, rate="250.00") == ["CON-02"]
    await money.band()
    assert await refused(money, need, rate="420.00") == ["CON-02"]
    unapproved, _ = await money.made("fee-bands", {**_band(money), "high": "500.00"})
    assert await refused(money, need, rate="420.00") == ["CON-02"]
    del unapproved


async def test_t097_a_french_fee_above_the_lines_needs_an_authorisation_not_a_declaration(money: MoneyStage) -> None:
    await money.band(country="FR")
    need = await money.need()
    declared = {"kind": "declaration", "country": "FR", "reference": "EPS-1", "submitted_on": "2026-11-20"}
    french = {"country": "FR", "rate": "250.00", "hours": "9", "formalities": [declared]}
    place, etag = await money.submitted(need, **french)
    answer = await money.post(f"{place}/agreement", {"reason": "ok"}, NOOR, etag)
    assert answer.status_code == 409
    assert "authorisation, not only a declaration" in answer.json()["detail"]
    objections = (await money.get(f"{place}/objections")).json()
    assert [each["rule_id"] for each in objections] == ["CON-05"]
    granted = {**declared, "kind": "authorisation", "submitted_on": "2026-09-01", "granted_on": "2026-11-02"}
    revised = await money.put(place, money.terms(need, **{**french, "formalities": [granted]}), etag)
    etag = await money.step(f"{place}/submission", revised.headers["etag"])
    await money.step(f"{place}/agreement", etag, NOOR)


async def test_t099_and_t138_without_the_clause_or_a_look_at_past_posts_it_is_refused(money: MoneyStage) -> None:
    await money.band()
    need = await money.need()
    assert await refused(money, need, declares_publicly=False) == ["INF-02"]
    assert await refused(money, need, digital_opinion_leader=True) == ["INF-06"]
    assert await refused(money, need, declares_publicly=None, digital_opinion_leader=None) == ["INF-02", "INF-06"]


@pytest.mark.parametrize("reason", ["", "   "])
async def test_t125_a_change_of_the_budget_without_a_reason_is_not_written(money: MoneyStage, reason: str) -> None:
    need = await money.need()
    place, etag = await money.made("contracts", money.terms(need))
    answer = await money.put(place, money.terms(need, rate="300.00", reason=reason), etag)
    assert (answer.status_code, answer.json()["code"]) == (400, "reason_missing")
    read = await money.get(place)
    assert (read.headers["etag"], read.json()["details"]["terms"]["rate"]) == (etag, "250.00")
    assert [row["what"] for row in await money.ledger(place)] == ["contract_drafted"]


@pytest.mark.parametrize(("fact", "rule"), [("opted_out", "PRI-04"), ("do_not_engage", "PRI-04"), ("minor", "PRI-09")])
async def test_who_asked_to_be_left_alone_after_the_submission_is_not_engaged(
    money: MoneyStage, fact: str, rule: str
) -> None:
    await money.band()
    place, etag = await money.submitted(await money.need())
    await money.gate.hear_person(2, **{fact: True})
    answer = await money.post(f"{place}/agreement", {"reason": "ok"}, NOOR, etag)
    assert (answer.status_code, answer.json()["errors"][0]["message"][:6]) == (409, rule)


async def test_nobody_agrees_to_what_they_wrote_and_no_program_agrees(money: MoneyStage) -> None:
    await money.band()
    need = await money.need()
    place, etag = await money.submitted(need)
    answers = [await money.post(f"{place}/agreement", {"reason": "ok"}, who, etag) for who in (MIA, ROBOT, READER)]
    assert [each.json()["code"] for each in answers] == ["self_approval", "person_required", "insufficient_scope"]
    band, etag = await money.made("fee-bands", _band(money))
    assert (await money.post(f"{band}/approval", {"reason": "ok"}, MIA, etag)).json()["code"] == "self_approval"


async def test_the_round_is_full_for_whoever_comes_last_even_at_once(money: MoneyStage) -> None:
    await money.band()
    need = await money.need(experts_needed=2, experts_planned=2)
    asked = [await money.submitted(need) for _ in range(4)]
    answers = await asyncio.gather(
        *(money.post(f"{place}/agreement", {"reason": "ok"}, NOOR, etag) for place, etag in asked)
    )
    assert sorted(each.status_code for each in answers) == [200, 200, 409, 409]
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"number_above_need"}
    read = (await money.get(f"needs-assessments/{need}")).json()
    assert len(read["details"]["engaged"]) == 2
    agreed = next(place for (place, _), each in zip(asked, answers, strict=True) if each.status_code == 200)
    await money.step(f"{agreed}/termination", (await money.get(agreed)).headers["etag"])
    late = next((place, etag) for (place, etag), each in zip(asked, answers, strict=True) if each.status_code == 409)
    await money.step(f"{late[0]}/agreement", late[1], NOOR)


async def test_of_two_changes_at_once_one_loses(money: MoneyStage) -> None:
    need = await money.need()
    place, etag = await money.made("contracts", money.terms(need))
    rates = ("210.00", "220.00", "230.00", "240.00")
    answers = await asyncio.gather(*(money.put(place, money.terms(need, rate=rate), etag) for rate in rates))
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412]
    won = next(each for each in answers if each.status_code == 200)
    read = await money.get(place)
    assert (read.headers["etag"], read.json()["details"]) == (won.headers["etag"], won.json()["details"])
    assert len(await money.ledger(place)) == 2
    assert (await money.post(f"{place}/submission", {"reason": "r"}, MIA)).status_code == 428


async def test_a_contract_is_not_active_before_both_have_signed(money: MoneyStage) -> None:
    await money.band()
    need = await money.need()
    place, etag = await money.submitted(need)
    early = await money.post(f"{place}/activation", SIGNATURE, NOOR, etag)
    assert (early.status_code, early.json()["code"]) == (409, "invalid_transition")
    etag = await money.step(f"{place}/agreement", etag, NOOR)
    late = await money.post(f"{place}/activation", {**SIGNATURE, "signed_on": "2026-12-08"}, NOOR, etag)
    assert (late.status_code, late.json()["code"]) == (409, "contract_refused")


async def test_the_same_key_makes_one_contract(money: MoneyStage) -> None:
    need = await money.need()
    key = {"Idempotency-Key": f"key-{need}"}
    first, again = [await money.post("contracts", money.terms(need), MIA, **key) for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = await money.post("contracts", money.terms(need, hours="5"), MIA, **key)
    assert other.json()["code"] == "idempotency_key_reused"
    listed = (await money.get("contracts", stakeholder_id=money.person)).json()["items"]
    assert len(listed) == 1


async def test_an_erased_expert_is_not_named_in_a_contract_any_more(money: MoneyStage) -> None:
    await money.band()
    look = {
        "looked_by": "Jonas Weber",
        "looked_on": "2026-11-20",
        "period_from": "2025-11-01",
        "period_until": "2026-11-19",
        "result": "found",
        "conclusion": "Lena wrote of a competitor once",
    }
    place, _ = await money.active(await money.need(), digital_opinion_leader=True, due_diligence=look)
    await money.gate.forget_person(2)
    read = await money.get(place)
    assert read.json()["state"] == "active"
    assert "Lena" not in read.text
    assert read.json()["details"]["terms"]["rate"] == "250.00"
    assert (await money.ledger(place))[-1]["what"] == "contract_person_forgotten"


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("rate", 250.5, 422),
        ("rate", "1e3", 422),
        ("rate", "-1", 422),
        ("rate", "250.001", 400),
        ("currency", "EUX", 400),
        ("services", "a\x00b", 422),
        ("hours", "0", 400),
        ("rate", "9999999999999", 400),
        ("extra", "x", 422),
    ],
)
async def test_an_amount_is_a_decimal_as_text_in_a_currency_that_exists(
    money: MoneyStage, field: str, value: Any, status: int
) -> None:
    answer = await money.post("contracts", money.terms("need-1", **{field: value}))
    assert answer.status_code == status, answer.text


def _band(money: MoneyStage) -> dict[str, Any]:
    return {
        "country": "DE",
        "specialty": money.specialty,
        "tier": "2",
        "low": "180.00",
        "high": "320.00",
        "currency": "EUR",
        "valid_from": "2026-01-01",
        "source": "survey",
        "reason": "new",
    }
