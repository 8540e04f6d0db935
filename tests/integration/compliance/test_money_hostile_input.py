"""What nobody can mean is refused by name on every route of money; it never becomes an unexpected error."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio

from support.compliance_stage import Stage
from support.money_stage import BAND, MIA, NEED, MoneyStage

pytestmark = pytest.mark.platform
PLACES = ("fee-bands", "needs-assessments", "contracts", "transfers-of-value", "recipients", "disclosure-runs")
STEPS = (
    "contracts/x/submission",
    "contracts/x/agreement",
    "contracts/x/ending",
    "fee-bands/x/approval",
    "disclosure-runs/x/approval",
    "transfers-of-value/x/voiding",
)
NO_TEXT = ["a\x00b", "a\ud800b"]


@pytest_asyncio.fixture
async def money(stage: Stage) -> AsyncGenerator[MoneyStage]:
    async with MoneyStage.over(stage) as opened:
        yield opened


@pytest.mark.parametrize("place", PLACES)
async def test_what_is_not_there_is_404_and_what_is_no_text_is_refused(money: MoneyStage, place: str) -> None:
    assert (await money.get(f"{place}/nowhere")).status_code == 404
    assert (await money.get(f"{place}/a%00b")).status_code == 422
    assert (await money.get(place, cursor="nonsense!")).status_code == 422
    assert (await money.http.get(f"/v1/{place}")).status_code == 401


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"a": 1}', '"x"'])
async def test_a_body_that_is_none_is_refused(money: MoneyStage, place: str, body: str) -> None:
    headers = {**MIA, "Content-Type": "application/json"}
    answer = await money.http.post(f"/v1/{place}", content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_of_nothing_is_404_and_without_its_version_428(money: MoneyStage, step: str) -> None:
    assert (await money.post(step, {"reason": "why"}, etag='"v1"')).status_code == 404
    assert (await money.post(step, {"reason": "why"})).status_code == 428


@pytest.mark.parametrize("no_text", NO_TEXT)
@pytest.mark.parametrize(
    ("place", "body", "field"),
    [
        ("needs-assessments", NEED, "need"),
        ("needs-assessments", NEED, "reason"),
        ("fee-bands", {**BAND, "specialty": "x"}, "source"),
    ],
)
async def test_a_text_that_is_none_is_named(
    money: MoneyStage, place: str, body: dict[str, Any], field: str, no_text: str
) -> None:
    content = json.dumps({**body, field: no_text})
    headers = {**MIA, "Content-Type": "application/json"}
    answer = await money.http.post(f"/v1/{place}", content=content, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_every_route_of_money_is_in_the_published_description(money: MoneyStage) -> None:
    described = (await money.http.get("/openapi.json")).json()["paths"]
    assert {f"/v1/{place}" for place in PLACES} <= set(described)
    amount = (await money.http.get("/openapi.json")).json()["components"]["schemas"]["GivenBody"]["properties"][
        "amount"
    ]
    assert amount["type"] == "string"
