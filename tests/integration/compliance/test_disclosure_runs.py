"""Disclosure runs over HTTP and the real database: problems first, two people, a file that never changes."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.kernel.ids import new_id
from support.compliance_stage import Stage
from support.money_stage import MIA, NOOR, ROBOT, MoneyStage

pytestmark = pytest.mark.platform
CONSENT = {"kind": "consent", "reference": "consent 2026/17", "since": "2026-01-10"}
REFUSED = {"kind": "refused", "reference": "letter 2026/3", "since": "2026-02-01"}


@pytest_asyncio.fixture
async def money(stage: Stage) -> AsyncGenerator[MoneyStage]:
    async with MoneyStage.over(stage) as opened:
        yield opened


async def fee(money: MoneyStage, country: str, person: str, amount: str, **changes: Any) -> str:
    told = {"kind": "fee", "currency": "EUR", "country": country, "host_country": None, "form": None}
    body = money.given(amount, **{**told, "stakeholder_id": person, **changes})
    return (await money.made("transfers-of-value", body))[0]


async def person(money: MoneyStage, country: str, name: str, basis: Any) -> tuple[str, str]:
    body = {"kind": "hcp", "country": country, "full_name": name, "city": "Tallinn", "basis": basis, "reason": "told"}
    stakeholder_id = new_id()
    await money.made("recipients", {**body, "stakeholder_id": stakeholder_id})
    return stakeholder_id, name


def run(country: str, regime: str = "efpia") -> dict[str, Any]:
    return {"regime": regime, "country": country, "year": 2026, "reason": "the year is over"}


async def test_t145_a_run_stops_on_a_person_record_without_lawful_basis_and_names_it(money: MoneyStage) -> None:
    known, _ = await person(money, "EE", "Dr Known", CONSENT)
    without, _ = await person(money, "EE", "Dr Without", None)
    nobody = new_id()
    for who in (known, without, nobody):
        await fee(money, "EE", who, "400.00")
    wanted = {"regime": "efpia", "country": "EE", "year": 2026}
    preview = (await money.get("disclosure-runs/preview", **wanted)).json()
    assert (preview["ready"], preview["rows"]) == (False, [])
    named = {each["record"]: each["field"] for each in preview["problems"]}
    assert named == {f"recipient {without}": "basis", f"recipient {nobody}": "full_name"}
    answer = await money.post("disclosure-runs", run("EE"))
    assert (answer.status_code, answer.json()["code"]) == (409, "disclosure_stopped")
    assert {error["field"] for error in answer.json()["errors"]} == set(named)
    assert (await money.get("disclosure-runs", country="EE")).json()["items"] == []


async def test_a_run_is_frozen_with_its_hash_by_a_second_person(money: MoneyStage) -> None:
    named, _ = await person(money, "LV", "=Dr Anna Ozola", CONSENT)
    refused, _ = await person(money, "LV", "Dr Berta Kalna", REFUSED)
    await fee(money, "LV", named, "400.00")
    await fee(money, "LV", refused, "150.00")
    place, etag = await money.made("disclosure-runs", run("LV"))
    assert (await money.post(f"{place}/approval", {"reason": "ok"}, MIA, etag)).json()["code"] == "self_approval"
    assert (await money.post(f"{place}/approval", {"reason": "ok"}, ROBOT, etag)).json()["code"] == "person_required"
    await money.step(f"{place}/approval", etag, NOOR)
    told = (await money.get(place)).json()
    file = await money.get(f"{place}/file")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert hashlib.sha256(file.content).hexdigest() == told["details"]["sha256"]
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [(row["Section"], row["TOTAL"]) for row in rows[:2]] == [
        ("HCP individual", "400.00"),
        ("HCP aggregate", "150.00"),
    ]
    assert rows[0]["Full Name"] == "'=Dr Anna Ozola"
    assert "Berta" not in file.text
    assert [row["what"] for row in await money.ledger(place)] == ["run_prepared", "run_approved"]
    async with money.gate.engine.connect() as connection:
        changed = text("UPDATE disclosure_runs SET document = '{}' WHERE disclosure_run_id = :id")
        with pytest.raises(DBAPIError, match="never changed"):
            await connection.execute(changed, {"id": place.rpartition("/")[2]})


async def test_a_run_whose_file_would_be_another_by_now_is_not_approved(money: MoneyStage) -> None:
    somebody, _ = await person(money, "LT", "Dr Rasa", CONSENT)
    await fee(money, "LT", somebody, "400.00")
    place, etag = await money.made("disclosure-runs", run("LT"))
    await fee(money, "LT", somebody, "1.00")
    answer = await money.post(f"{place}/approval", {"reason": "ok"}, NOOR, etag)
    assert (answer.status_code, answer.json()["code"]) == (409, "content_changed")
    await money.step(f"{place}/withdrawal", etag)


async def test_open_payments_have_their_own_file_and_their_own_problems(money: MoneyStage) -> None:
    who, _ = await person(money, "US", "Dana Whitcomb", None)
    await fee(money, "US", who, "500.00", currency="USD", nature="Consulting Fee", form="Cash or cash equivalent")
    answer = await money.post("disclosure-runs", run("US", "open_payments"))
    fields = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert f"recipient {who}" in fields
    assert "NPI" in str(answer.json()["errors"])
