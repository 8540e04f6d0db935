"""The gate with the packaged rules and the demo company: what a newcomer meets."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.adapters.company.files import read_company
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.bootstrap.means import build_gate
from support.compliance_builders import a_target
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform


@pytest.fixture
def real(stage: Stage, repository: Path) -> Stage:
    demo = repository / "deploy/demo"
    stage.gate = build_gate(RulesInUse(load_rule_set()), read_company(demo / "company.yaml"), clock=stage.clock)
    return stage


async def test_an_honest_thank_you_reaches_its_reviewers(real: Stage) -> None:
    await real.hear_person(notice_sent_on="2026-11-01")
    await real.hear_engager()
    case = await real.submit(
        purpose="Thank her for explaining sleep apnoea screening",
        value_statement="Her explainer reaches people who look for screening",
        declaration="I work for Havelmark Pharma.",
        kpi="two explainers thanked in this quarter",
    )
    assert case.state == "in_review", case.judgement and [each.message for each in case.judgement.findings]
    assert case.judgement is not None
    assert case.judgement.rule_set == real.gate.rule_set()


async def test_praise_of_an_own_medicine_is_blocked_with_a_remedy(real: Stage) -> None:
    await real.hear_person()
    await real.hear_engager()
    case = await real.submit(text="Velorin is the best treatment for type 2 diabetes, ask your doctor for it!")
    assert case.state == "blocked"
    assert case.judgement is not None
    blocks = [each for each in case.judgement.findings if each.severity == "block"]
    assert all(each.remedy and each.clause for each in blocks)


async def test_what_the_author_says_about_the_products_does_not_hide_them(real: Stage) -> None:
    await real.hear_person()
    await real.hear_engager()
    text = "Velorin is the best treatment for type 2 diabetes."
    case = await real.submit(text=text, company={"name": "Havelmark Pharma", "products": []})
    assert case.state == "blocked"


async def test_a_reaction_to_an_own_medicine_goes_to_drug_safety(real: Stage) -> None:
    await real.hear_person()
    await real.hear_engager()
    words = "Since I take Velorin I have been vomiting and had a rash."
    target = {**a_target(words), "url": "https://mastodon.example/@lena/rash"}
    await real.submit(target={**target, "url": f"{target['url']}/{real.action}"})
    rows = await real.rows("SELECT criteria FROM safety_cases WHERE source_id = :id", id=real.action)
    assert [row["criteria"]["product"] for row in rows] == [True]
    assert rows[0]["criteria"]["reaction"] is True


async def test_a_question_about_an_own_medicine_goes_to_medical_information_and_its_answer_in_public_is_blocked(
    real: Stage,
) -> None:
    await real.hear_person()
    await real.hear_engager()
    case = await real.submit(
        type="reply", text="Take 10 mg twice daily.", inbound_text="Which dose of Velorin is right?", unsolicited=True
    )
    assert case.state == "blocked"
    assert case.judgement is not None
    found = {(each.rule_id, each.severity) for each in case.judgement.findings}
    assert {("US-08", "block"), ("GATE-QUESTION", "pass")} <= found
    rows = await real.rows("SELECT topics FROM medical_information_cases WHERE source_id = :id", id=real.action)
    assert [row["topics"] for row in rows] == [["dose"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Darf ich Velorin mit Alkohol nehmen?", True),
        ("Puis-je prendre Velorin pendant la grossesse ?", True),
        ("Posso prendere Velorin a stomaco vuoto", True),
        ("Thank you for the Velorin leaflet.", False),
        ("Will you be at the congress?", False),
    ],
)
async def test_what_is_asked_of_us_is_told_from_what_is_only_said(real: Stage, text: str, *, expected: bool) -> None:
    await real.hear_person()
    await real.submit(inbound_text=text)
    rows = await real.rows("SELECT 1 FROM medical_information_cases WHERE source_id = :id", id=real.action)
    assert bool(rows) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Could Velorin be the next blockbuster?", False),
        ("Is Velorin out of stock in Spain?", True),
        ("Velorin data shown in the hall today.", False),
        ("Havelmark, what about Velorin?", True),
    ],
)
async def test_a_post_asks_us_only_where_it_asks_for_an_answer(real: Stage, text: str, *, expected: bool) -> None:
    await real.hear_person()
    await real.capture(text)
    rows = await real.rows("SELECT 1 FROM medical_information_cases WHERE source_id = :id", id=f"post-1-{real.person}")
    assert bool(rows) is expected
