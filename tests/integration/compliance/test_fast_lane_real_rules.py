"""The fast lane with the packaged rules and the demo company: what a newcomer meets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from compliance.adapters.company.files import read_company
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.bootstrap.means import build_gate
from compliance.domain.wordings.errors import WordingBlocked
from compliance.domain.wordings.variables import Variable
from support.compliance_stage import Stage
from support.lane_stage import SPARED, Lane, dates
from support.wording_builders import TOPIC, a_content

pytestmark = pytest.mark.platform

STATED: dict[str, Any] = {name: [] for name in ("links", "mentions", "hashtags", "references", "transfer_of_value")}
BEHIND = {
    "purpose": "Point to a free lesson of the university",
    "value_statement": "Readers find a free lesson on sleep",
    "kpi": "Readers who open the lesson",
}


@pytest.fixture
def real(stage: Stage, repository: Path) -> Lane:
    lane = Lane(stage)
    company = read_company(repository / "deploy/demo/company.yaml")
    gate = build_gate(RulesInUse(load_rule_set()), company, clock=stage.clock)
    stage.gate = replace(gate, chance=lambda: SPARED)
    return lane


async def test_a_post_in_signed_words_takes_the_lane(real: Lane) -> None:
    stage = real.stage
    content = a_content(
        text="Our {topic} week begins: a free public lesson, open to all.",
        action_types=frozenset({"post"}),
        variables=(TOPIC,),
        **dates(stage.clock.now().date(), 60),
    )
    wording = await real.approved(content)
    assert wording.details.screened.renderings >= 2
    await stage.hear_person(notice_sent_on="2026-11-01")
    await stage.hear_engager()
    said = {"text": "Our sleep week begins: a free public lesson, open to all.", "type": "post", **BEHIND, **STATED}
    case = await real.submit(**said)
    judged = case.judgement
    assert judged is not None
    assert case.state == "approved", [(each.severity, each.rule_id, each.message) for each in judged.findings]
    stage.clock.advance(timedelta(minutes=2))


async def test_a_choice_that_praises_our_medicine_is_found_among_the_others(real: Lane) -> None:
    praise = Variable(
        name="what",
        kind="choice",
        choices=("a lesson on sleep", "Velorin, the best treatment for type 2 diabetes"),
    )
    content = a_content(
        text="We recommend {what}.",
        action_types=frozenset({"post"}),
        variables=(praise,),
        **dates(real.stage.clock.now().date(), 60),
    )
    with pytest.raises(WordingBlocked) as refused:
        await real.propose(content)
    assert "Velorin" in str(refused.value)
