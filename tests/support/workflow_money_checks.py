"""The workflow cases about contracts, transfers of value and disclosure; see `workflow_checks`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shared.kernel.ids import new_id
from support.money_stage import MIA, NEED, NOOR, ROBOT
from support.workflow_checks import World, said


async def t095(world: World) -> str:
    """A round with more experts than its need; with as many as needed it is approved."""
    money, (experts, need) = world.money, map(int, world.figures)
    body = {**NEED, "experts_needed": need, "experts_planned": experts}
    place, etag = await money.made("needs-assessments", body)
    refused = await money.post(f"{place}/approval", {"reason": "ok"}, NOOR, etag)
    changed = await money.put(place, {**body, "experts_planned": need}, etag)
    await money.step(f"{place}/approval", changed.headers["etag"], NOOR)
    return said(refused)


async def t096(world: World) -> str:
    """A contract whose rate is above the approved band of country, specialty and tier."""
    rate, low, high, tier = world.figures
    await world.money.band(country="DE", tier=tier, low=low, high=high)
    return await _not_submitted(world, "CON-02", rate=rate, tier=tier)


async def t097(world: World) -> str:
    """A French fee above the lines with a declaration alone; with a recorded authorisation it is agreed."""
    money, (rate, hours) = world.money, world.figures[:2]
    await money.band(country="FR")
    need = await money.need()
    declared = {"kind": "declaration", "country": "FR", "reference": "EPS-1", "submitted_on": "2026-11-20"}
    french: dict[str, Any] = {"country": "FR", "rate": rate, "hours": hours, "formalities": [declared]}
    place, etag = await money.submitted(need, **french)
    refused = await money.post(f"{place}/agreement", {"reason": "ok"}, NOOR, etag)
    assert "CON-05" in refused.text
    granted = {**declared, "kind": "authorisation", "submitted_on": "2026-09-01", "granted_on": "2026-11-02"}
    revised = await money.put(place, money.terms(need, **{**french, "formalities": [granted]}), etag)
    etag = await money.step(f"{place}/submission", revised.headers["etag"])
    await money.step(f"{place}/agreement", etag, NOOR)
    return said(refused)


async def t099(world: World) -> str:
    """A contract without the duty to declare it in public."""
    await world.money.band(country="GB")
    return await _not_submitted(world, "INF-02", country="GB", declares_publicly=False)


async def t138(world: World) -> str:
    """A contract with a digital opinion leader without a look at past posts."""
    await world.money.band()
    return await _not_submitted(world, "INF-06", digital_opinion_leader=True)


async def t125(world: World) -> str:
    """A change of what a contract costs, with a reason that is empty or blank."""
    money = world.money
    need = await money.need()
    place, etag = await money.made("contracts", money.terms(need))
    for reason in ("", "   "):
        refused = await money.put(place, money.terms(need, rate="300.00", reason=reason), etag)
        told = said(refused)
    read = await money.get(place)
    assert (read.headers["etag"], read.json()["details"]["terms"]["rate"]) == (etag, "250.00")
    assert len(await money.ledger(place)) == 1
    return told


async def t126(world: World) -> str:
    """A coffee below the single value in a year below the total: stored, and marked."""
    amount, total = map(Decimal, world.figures[:2])
    await _given(world, total - amount)
    return await _marked(world, amount)


async def t127(world: World) -> str:
    """A lunch of exactly the single value: stored, and marked."""
    return await _marked(world, Decimal(world.figures[0]))


async def t128(world: World) -> str:
    """A snack that lifts the year above its total: everything of the year is marked anew."""
    amount, total = map(Decimal, world.figures[:2])
    await _given(world, total - amount)
    told = await _marked(world, amount)
    rows = (await world.money.get("transfers-of-value", stakeholder_id=world.money.person, limit=200)).json()["items"]
    assert {row["details"]["mark"]["standing"] for row in rows} == {"reportable"}
    return f"{told}, and so are all of the year"


async def t145(world: World) -> str:
    """A disclosure run over a person record without lawful basis."""
    money, person = world.money, new_id()
    record = {"kind": "hcp", "country": "EE", "full_name": "Dr Without", "city": "Tallinn", "reason": "told"}
    await money.made("recipients", {**record, "stakeholder_id": person, "basis": None})
    fee = {"kind": "fee", "currency": "EUR", "country": "EE", "host_country": None, "form": None}
    await money.made("transfers-of-value", money.given("400.00", **fee, stakeholder_id=person))
    run = {"regime": "efpia", "country": "EE", "year": 2026, "reason": "the year is over"}
    stopped = await money.post("disclosure-runs", run)
    assert f"recipient {person}" in {error["field"] for error in stopped.json()["errors"]}
    return f"{said(stopped)}, naming the record"


async def _not_submitted(world: World, rule_id: str, **terms: Any) -> str:
    money = world.money
    place, etag = await money.made("contracts", money.terms(await money.need(), **terms))
    refused = await money.post(f"{place}/submission", {"reason": "please look"}, MIA, etag)
    assert [error["message"].partition(":")[0] for error in refused.json()["errors"]] == [rule_id]
    assert (await money.get(place)).json()["state"] == "draft"
    return f"{said(refused)}, {rule_id}"


async def _given(world: World, total: Decimal) -> None:
    """So much in the year already, in amounts that are each below the single value."""
    while total > 0:
        amount = min(total, Decimal("11.00"))
        answer = await world.money.post("transfers-of-value", world.money.given(str(amount)), ROBOT)
        assert answer.json()["details"]["mark"]["standing"] == "not_reportable", answer.text
        total -= amount


async def _marked(world: World, amount: Decimal) -> str:
    answer = await world.money.post("transfers-of-value", world.money.given(str(amount)), ROBOT)
    assert answer.status_code == 201, answer.text
    mark = answer.json()["details"]["mark"]
    return f"stored: {mark['standing'].replace('_', ' ')}, {mark['rule_id']}"
