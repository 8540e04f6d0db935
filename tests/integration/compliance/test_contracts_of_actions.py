"""An action that names a contract is judged on what the gate keeps, when it is submitted and again at release."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from functools import partial

import pytest
import pytest_asyncio

from compliance.adapters.look_up import SqlLookUp
from compliance.application.judging import screen_draft
from compliance.domain.case import Case
from support.compliance_builders import a_snapshot
from support.compliance_stage import Stage
from support.money_stage import MoneyStage

pytestmark = pytest.mark.platform


@pytest_asyncio.fixture
async def money(stage: Stage) -> AsyncGenerator[MoneyStage]:
    await stage.hear_person()
    await stage.hear_engager()
    async with MoneyStage.over(stage) as opened:
        await opened.band()
        yield opened


def objections(case: Case) -> list[str]:
    assert case.judgement is not None
    return [each.message for each in case.judgement.findings if each.rule_id == "GATE-CONTRACT"]


async def test_an_action_names_an_active_contract_of_its_person_or_is_blocked(money: MoneyStage, stage: Stage) -> None:
    need = await money.need()
    place, _ = await money.submitted(need)
    contract_id = place.rpartition("/")[2]
    blocked = await stage.submit(contract={"id": contract_id})
    assert (blocked.state, objections(blocked)) == ("blocked", ["the contract is in_review, not active"])
    active, _ = await money.active(need)
    case = await stage.submit(2, contract={"id": active.rpartition("/")[2], "rate": 1})
    assert (case.state, objections(case)) == ("in_review", [])
    assert case.judgement is not None
    assert case.judgement.resolved["contract"]["rate"] == 250.0
    assert case.judgement.resolved["contract"]["need"] == "Hear how sleep clinics find people early"


async def test_a_contract_terminated_after_the_approval_voids_the_release(money: MoneyStage, stage: Stage) -> None:
    place, etag = await money.active(await money.need())
    await stage.submit(contract={"id": place.rpartition("/")[2]})
    await stage.vote()
    stage.clock.advance(timedelta(minutes=2))
    await money.step(f"{place}/termination", etag)
    assert (await stage.release()).state == "voided"


async def test_a_draft_gets_the_answer_its_submission_would_get(money: MoneyStage, stage: Stage) -> None:
    place, _ = await money.active(await money.need())
    screen = partial(screen_draft, gate=stage.gate, look_up=SqlLookUp(stage.reads))
    about = {"stakeholder": {"id": stage.person, "type": "journalist"}}
    known = await screen(a_snapshot(**about, contract={"id": place.rpartition("/")[2]}))
    assert "GATE-CONTRACT" not in {each.rule_id for each in known.findings}
    unknown = await screen(a_snapshot(**about, contract={"id": "nowhere"}))
    assert "GATE-CONTRACT" in {each.rule_id for each in unknown.findings}
