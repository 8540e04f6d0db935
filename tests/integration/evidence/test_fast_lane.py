"""The evidence of an action that nobody reviewed holds who signed its wording, and what the sample found."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from compliance.domain.findings import Screening
from support.evidence_builders import RULES, Packs, data_of
from support.lane_stage import DRAWN, Lane
from support.wording_builders import DANA

pytestmark = pytest.mark.platform


async def test_the_pack_of_a_sampled_action_is_true_and_names_wording_signatories_and_sample(packs: Packs) -> None:
    lane = Lane(packs.stage)
    quiet = Screening(verdict="pass", findings=(), safety_handover=False, rule_set=RULES)
    packs.stage.gate = replace(packs.stage.gate, screen=lambda _snapshot, _as_of: quiet)
    lane.chance = DRAWN
    wording = await lane.approved()
    permit = await lane.released()
    await packs.stage.redeem(permit)
    await lane.look(permit.permit_id)
    text = await packs.pack()
    run = packs.check(text)
    assert (run.returncode, run.stderr) == (0, "")
    pack = data_of(text)
    told = [json.loads(each["leaf"]) for each in pack["entries"]]
    (passed,) = [each for each in told if each["what"] == "sample_passed"]
    assert passed["evidence"]["wording_id"] == wording.record_id
    (issued,) = [each for each in told if each["what"] == "permit_issued"]
    assert issued["evidence"]["wording"]["sha256"] == wording.details.sha256
    rows = [row["columns"] for row in pack["rows"]]
    (case,) = [row for row in rows if "pre_approval" in row]
    signed = json.loads(case["pre_approval"])["signatures"]
    assert {each["by"] for each in signed} == wording.pre_approval().signatories
    (sample,) = [row for row in rows if "draw" in row.get("document", "")]
    assert json.loads(sample["document"])["review"]["by"] == DANA
