"""Rule sets over HTTP and the real database: proposed by one person, put in force by another, never edited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compliance.adapters.rules.compiling import Acceptance
from compliance.adapters.rules.first_rules import begin_rules
from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.adapters.rules.rules_follower import RulesFollower
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.domain.errors import RulesRefused
from shared.db.migrations import upgrade
from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support.compliance_stage import Stage
from support.gate_api import PACKAGED, begin_with_packaged_rules, gate_app, gate_client
from support.rule_bundles import unicorns

pytestmark = pytest.mark.platform
ISSUER = TestIssuer()
READ = ISSUER.authorization("compliance:read", subject="reader")
ROSA = ISSUER.authorization("compliance:read", "compliance:rules", subject="rosa.reviewer")
SAM = ISSUER.authorization("compliance:read", "compliance:rules", subject="sam.signatory")
RULE = unicorns("PUB-02")


@pytest_asyncio.fixture
async def own_stage(fresh_database: Any, repository: Path) -> AsyncGenerator[Stage]:
    url = fresh_database("rule_sets")
    await asyncio.to_thread(upgrade, repository / "services/compliance/alembic.ini", url)
    async with Stage.open(url) as stage:
        await begin_with_packaged_rules(stage)
        yield stage


@pytest_asyncio.fixture
async def http(own_stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(own_stage, ISSUER)) as client:
        yield client


async def propose(http: httpx.AsyncClient, files: dict[str, Any], **options: Any) -> httpx.Response:
    body = {"note": "unicorns, see policy 7", "files": files}
    return await http.post("/v1/rule-sets", json=body, headers=ROSA, timeout=60, **options)


async def test_a_proposal_is_put_in_force_by_a_second_person_and_followed(
    http: httpx.AsyncClient, own_stage: Stage
) -> None:
    answer = await propose(http, {"company/policy.yaml": RULE})
    assert answer.status_code == 201, answer.text
    rule_set = answer.json()["rule_set"]
    same = await propose(http, {"company/policy.yaml": RULE})
    assert same.json()["rule_set"] == rule_set
    listed = (await http.get("/v1/rule-sets", params={"state": "proposed"}, headers=READ)).json()["items"]
    assert [each["rule_set"] for each in listed] == [rule_set]
    difference = (await http.get(f"/v1/rule-sets/{rule_set}/difference", headers=READ, timeout=60)).json()
    assert [each["subject"] for each in difference["changes"]] == ["PUB-02 No talk of unicorns"]
    place, why = f"/v1/rule-sets/{rule_set}/activation", {"reason": "agreed in the board of 20 November"}
    assert (await http.post(place, json=why, headers=ROSA)).json()["code"] == "self_approval"
    assert (await http.post(place, json=why, headers=READ)).status_code == 403
    robot = ISSUER.service_authorization("somebody", "compliance:rules")
    assert (await http.post(place, json=why, headers=robot)).json()["code"] == "person_required"
    assert (await http.post(place, json=why, headers=SAM)).status_code == 204
    states = {
        each["rule_set"]: each["state"] for each in (await http.get("/v1/rule-sets", headers=READ)).json()["items"]
    }
    assert (states[rule_set], states[PACKAGED]) == ("active", "superseded")
    assert (await http.get("/v1/rule-sets/current", headers=READ)).json()["rule_set"] == rule_set
    rows = await own_stage.rows(
        "SELECT what, who FROM ledger_entries WHERE aggregate_id = :id ORDER BY sequence", id=rule_set
    )
    assert [(row["what"], row["who"]) for row in rows] == [
        ("version_proposed", "rosa.reviewer"),
        ("version_activated", "sam.signatory"),
    ]
    in_use = RulesInUse()
    follower = RulesFollower(in_use, RuleSetQueries(own_stage.reads))
    async with follower.running():
        for _ in range(300):
            if in_use.sha256:
                break
            await asyncio.sleep(0.1)
    await follower.ready()
    assert in_use.sha256 == rule_set
    assert any(rule.title == "No talk of unicorns" for rule in in_use.current.rules)
    back = await http.post(f"/v1/rule-sets/{PACKAGED}/activation", json={"reason": "take it back"}, headers=ROSA)
    assert back.status_code == 204


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"company/policy.yaml": RULE.replace("text != null &&", "txet != null &&")}, "company/policy.yaml"),
        ({"company/policy.yaml": RULE.replace("A horse.", "A unicorn.")}, "company/policy.yaml"),
        ({"company/policy.yaml": "rules: ["}, "company/policy.yaml:"),
        ({"company/nothing.yaml": None}, "company/nothing.yaml"),
    ],
    ids=["unknown fact", "wrong example", "not YAML", "no such file"],
)
async def test_rules_that_cannot_be_used_are_refused_with_the_place_of_the_mistake(
    http: httpx.AsyncClient, own_stage: Stage, files: dict[str, Any], place: str
) -> None:
    answer = await propose(http, files)
    assert (answer.status_code, answer.json()["code"]) == (400, "rules_refused"), answer.text
    places = [each["field"] for each in answer.json().get("errors", [{"field": place}])]
    assert any(place in each for each in places), answer.text
    rows = await own_stage.rows("SELECT count(*) AS n FROM rule_set_versions WHERE state = 'proposed'")
    assert rows[0]["n"] == 0


async def test_a_check_keeps_nothing_and_a_proposal_can_be_withdrawn(http: httpx.AsyncClient) -> None:
    checked = await propose(http, {"company/policy.yaml": RULE}, params={"validate_only": "true"})
    assert (checked.status_code, checked.json()["state"]) == (200, None)
    rule_set = checked.json()["rule_set"]
    assert (await http.get(f"/v1/rule-sets/{rule_set}", headers=READ)).status_code == 404
    await propose(http, {"company/policy.yaml": RULE})
    file = await http.get(f"/v1/rule-sets/{rule_set}/files/company/policy.yaml", headers=READ)
    assert file.json()["text"] == RULE
    gone = await http.post(f"/v1/rule-sets/{rule_set}/withdrawal", json={"reason": "not now"}, headers=ROSA)
    assert gone.status_code == 204
    refused = await http.post(f"/v1/rule-sets/{rule_set}/activation", json={"reason": "now"}, headers=SAM)
    assert refused.json()["code"] == "invalid_transition"
    again = await propose(http, {"company/policy.yaml": RULE})
    assert again.json()["state"] == "proposed"


async def test_a_rehearsal_replays_stored_cases_and_tells_what_changes(
    http: httpx.AsyncClient, own_stage: Stage
) -> None:
    await own_stage.hear_person()
    await own_stage.hear_engager()
    for text in ("Thank you.", "A unicorn, thank you."):
        own_stage.action = new_id()
        await own_stage.submit(text=text)
    rule_set = (await propose(http, {"company/policy.yaml": RULE})).json()["rule_set"]
    asked = await http.post(f"/v1/rule-sets/{rule_set}/rehearsals", json={"actions": 100}, headers=ROSA)
    assert (asked.status_code, asked.json()["state"], asked.json()["total"]) == (202, "running", 2)
    answer: dict[str, Any] = {}
    for _ in range(600):
        answer = (await http.get(asked.headers["Location"], headers=READ)).json()
        if answer["state"] != "running":
            break
        await asyncio.sleep(0.1)
    assert answer["state"] == "finished", answer
    assert answer["summary"]["actions"] == 2
    assert any(each["rule_id"] == "PUB-02" for each in answer["summary"]["rules"]) or answer["summary"]["changed"] == 0
    listed = (await http.get(f"/v1/rule-sets/{rule_set}/rehearsals", headers=READ)).json()
    assert [(each["rehearsal_id"], each["state"]) for each in listed] == [(answer["rehearsal_id"], "finished")]


async def test_the_rules_of_a_version_are_read_without_its_files(http: httpx.AsyncClient) -> None:
    rule_set = (await propose(http, {"company/policy.yaml": RULE})).json()["rule_set"]
    answer = await http.get(f"/v1/rule-sets/{rule_set}/rules", headers=READ, timeout=60)
    assert answer.status_code == 200, answer.text
    catalogue = {each["rule_id"]: each for each in answer.json()["catalogue"]}
    assert len(catalogue) == 90
    assert catalogue["PUB-10"]["decision"] == "elsewhere"
    assert catalogue["PUB-10"]["reason"]
    rules = {(each["rule_id"], each["title"]): each for each in answer.json()["rules"]}
    own = rules["PUB-02", "No talk of unicorns"]
    assert (own["severity"], own["remedy"], own["clause"]) == ("block", "Leave out the unicorn.", "Company policy 7")
    assert (own["passes"], own["fails"]) == ([{"text": "A horse."}], [{"text": "A unicorn."}])
    assert own["place"].startswith("company/policy.yaml:")
    named = {name for each in rules.values() for row in each["countries"] for name in row["named"]}
    assert "EFPIA" in named
    assert "FR" in named
    gone = await http.get(f"/v1/rule-sets/{'f' * 64}/rules", headers=READ)
    assert gone.status_code == 404


async def test_a_version_tells_who_did_what_to_it_and_why(http: httpx.AsyncClient) -> None:
    rule_set = (await propose(http, {"company/policy.yaml": RULE})).json()["rule_set"]
    why = {"reason": "agreed on 20 November"}
    await http.post(f"/v1/rule-sets/{rule_set}/activation", json=why, headers=SAM)
    read = (await http.get(f"/v1/rule-sets/{rule_set}", headers=READ)).json()
    assert [(each["what"], each["who"], each["why"]) for each in read["history"]] == [
        ("version_proposed", "rosa.reviewer", "unicorns, see policy 7"),
        ("version_activated", "sam.signatory", "agreed on 20 November"),
    ]
    assert "company/policy.yaml" in read["files"]
    current = (await http.get("/v1/rule-sets/current", headers=READ)).json()
    assert current["rule_set"] == rule_set
    assert current["in_use"] != rule_set


async def test_a_start_with_other_files_than_those_in_force_only_proposes_them(
    own_stage: Stage, tmp_path: Path
) -> None:
    in_use = RulesInUse()
    start = partial(
        begin_rules,
        tmp_path,
        None,
        accept=Acceptance(),
        rules=in_use,
        queries=RuleSetQueries(own_stage.reads),
        open_uow=own_stage.open_uow,
        clock=own_stage.clock,
    )
    file = tmp_path / "policy.yaml"
    file.write_text("rules: [", "utf-8")
    with pytest.raises(RulesRefused):
        await start()
    file.write_text(RULE, "utf-8")
    await start()
    await start()
    rows = await own_stage.rows("SELECT rule_set, proposed_by FROM rule_set_versions WHERE state = 'proposed'")
    assert [row["proposed_by"] for row in rows] == ["system:compliance"]
    (in_force,) = await own_stage.rows("SELECT rule_set FROM rule_sets")
    assert (in_force["rule_set"], in_use.sha256) == (PACKAGED, None)
