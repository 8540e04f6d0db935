"""The few packaged rules that people may override, with the demo company: what a compliance officer meets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from compliance.adapters.company.files import read_company
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.ports.screens import Screen
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.bootstrap.means import build_gate
from compliance.domain.caps.errors import CapReached
from compliance.domain.case import Case
from compliance.domain.errors import OverrideNotAllowed
from shared.kernel.ids import new_id
from support.compliance_builders import ROSA
from support.compliance_stage import Stage
from support.override_builders import MIA, SOL, overruled

pytestmark = pytest.mark.platform

HONEST = {
    "purpose": "Thank her for explaining sleep apnoea screening",
    "value_statement": "Her explainer reaches people who look for screening",
    "declaration": "I work for Havelmark Pharma.",
    "kpi": "two explainers thanked in this quarter",
}
NO_ANSWER = {"id": "person-1", "type": "journalist", "reciprocal_contacts": 0}


@pytest.fixture
def real(stage: Stage, repository: Path) -> Stage:
    demo = repository / "deploy/demo"
    gate = build_gate(RulesInUse(load_rule_set()), read_company(demo / "company.yaml"), clock=stage.clock)
    stage.gate = replace(gate, rule_set=lambda: "rules-1", screen=_named("rules-1", gate.screen))
    return stage


async def test_what_sales_would_do_goes_out_when_two_people_and_a_reviewer_agree(real: Stage) -> None:
    await real.hear_person(notice_sent_on="2026-11-01", owner_function="sales")
    await real.hear_engager()
    case = await real.submit(**HONEST)
    assert blocked_by(case) == {"CON-08"}
    await overruled(real, MIA)
    assert await overruled(real, SOL) == "in_review"
    await real.vote(ROSA)
    real.clock.advance(timedelta(minutes=2))
    assert (await real.release()).state == "released", await real.holds()


async def test_another_contact_without_an_answer_goes_out_and_never_one_above_the_cap(real: Stage) -> None:
    await real.hear_person(notice_sent_on="2026-11-01")
    await real.hear_engager()
    refused = 0
    for written in range(6):
        real.action = new_id()
        case = await real.submit(**HONEST, stakeholder=NO_ANSWER)
        if written:
            assert blocked_by(case) == {"SOC-04"}, case.judgement
            assert f"{written} contacts in 30 days" in said(case), said(case)
            await overruled(real, MIA)
            await overruled(real, SOL)
        try:
            await real.vote(ROSA)
        except CapReached:
            refused += 1
            break
        real.clock.advance(timedelta(minutes=2))
        assert (await real.release()).state == "released", await real.holds()
    assert refused == 1, "a cap is a budget: nobody overrides it"


async def test_the_frequency_rule_beside_a_legal_one_is_not_overridden(real: Stage) -> None:
    await real.hear_person(notice_sent_on="2026-11-01", owner_function="sales")
    await real.hear_engager()
    case = await real.submit(text="Velorin is the best treatment for type 2 diabetes, ask your doctor for it!")
    assert {"CON-08", "PUB-01"} <= blocked_by(case)
    with pytest.raises(OverrideNotAllowed, match="PUB-01"):
        await overruled(real, MIA, "CON-08")


def blocked_by(case: Case) -> set[str]:
    assert case.state == "blocked", case.judgement
    assert case.judgement is not None
    return {each.rule_id for each in case.judgement.findings if each.severity == "block"}


def _named(rule_set: str, screen: Screen) -> Screen:
    """As the database of the stage calls the rules in force."""
    return lambda snapshot, as_of: replace(screen(snapshot, as_of), rule_set=rule_set)


def said(case: Case) -> str:
    return " ".join(standing.finding.message for standing in case.blocks(case.judgement)) if case.judgement else ""
