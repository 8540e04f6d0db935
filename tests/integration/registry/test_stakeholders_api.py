from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable

import pytest

from support.registry_builders import Registry, a_registry

pytestmark = pytest.mark.platform


async def test_a_registered_person_is_routed_stored_published_and_read_back(registry: Registry):
    created = await registry.register(handles=[{"platform": "x", "name": "@lenabrandt"}])
    assert (created["owner_function"], created["version"]) == ("communications", 1)
    answer = await registry.http.get(f"/v1/stakeholders/{created['id']}")
    assert (answer.json(), answer.headers["etag"]) == (created, '"v1"')
    ((kind, payload),) = await registry.published()
    assert kind == "registry.stakeholder.registered.v1"
    state = json.loads(payload)
    assert state.pop("stakeholder_id") == created["id"]
    assert {**state, "id": created["id"], "owner_reason": None} == created


async def test_an_account_belongs_to_one_stakeholder_whatever_its_spelling(registry: Registry):
    await registry.register(handles=[{"platform": "x", "name": "LenaBrandt"}])
    body = {"name": "Ida", "type": "hcp", "handles": [{"platform": "x", "name": "@lenabrandt"}]}
    answer = await registry.http.post("/v1/stakeholders", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "handle_taken")
    assert len(await registry.published()) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "Ida", "type": "hcp", "owner_function": "marketing"}, 400, "owner_reason_missing"),
        ({"name": "Ida", "type": "hcp", "owner_function": "sales", "owner_reason": "x"}, 400, "owner_not_allowed"),
        ({"name": "Ida", "type": "hcp", "country": "UK"}, 400, "invalid_value"),
        ({"name": "Ida", "type": "doctor"}, 422, "malformed"),
        ({"name": "Ida", "type": "hcp", "diagnosis": "migraine"}, 422, "malformed"),
    ],
)
async def test_a_refusal_has_a_code_the_field_and_a_remedy(
    registry: Registry, body: dict[str, str], status: int, code: str
):
    answer = await registry.http.post("/v1/stakeholders", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"]


async def test_a_repeated_post_with_the_same_key_registers_once(registry: Registry):
    body, headers = {"name": "Ida", "type": "hcp"}, {"Idempotency-Key": "k-1"}
    answers = [await registry.http.post("/v1/stakeholders", json=body, headers=headers) for _ in range(3)]
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert len(await registry.published()) == 1
    other = await registry.http.post("/v1/stakeholders", json={**body, "name": "Eva"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_of_many_changes_to_one_version_exactly_one_wins(registry: Registry):
    created = await registry.register()
    url = f"/v1/stakeholders/{created['id']}"
    answers = await asyncio.gather(
        *(registry.http.patch(url, json={"followers": n}, headers={"If-Match": '"v1"'}) for n in range(8))
    )
    assert Counter(answer.status_code for answer in answers)[200] == 1
    assert {answer.status_code for answer in answers} == {200, 412}
    assert (await registry.http.get(url)).json()["version"] == 2
    assert len(await registry.published()) == 2


async def test_a_change_without_if_match_is_asked_for_one(registry: Registry):
    created = await registry.register()
    answer = await registry.http.patch(f"/v1/stakeholders/{created['id']}", json={"followers": 1})
    assert answer.status_code == 428


async def test_a_patch_keeps_what_it_does_not_name_and_null_makes_a_fact_unknown(registry: Registry):
    created = await registry.register(followers=10, lawful_basis="consent", relationship_stage="aware")
    answer = await registry.http.patch(
        f"/v1/stakeholders/{created['id']}",
        json={"followers": None, "relationship_stage": "interested"},
        headers={"If-Match": '"v1"'},
    )
    changed = answer.json()
    assert (changed["followers"], changed["lawful_basis"], changed["relationship_stage"]) == (
        None,
        "consent",
        "interested",
    )
    kinds = [kind for kind, _ in await registry.published()]
    assert kinds[1:] == ["registry.stakeholder.updated.v1", "registry.stakeholder.stage_changed.v1"]
    assert changed["version"] == 3


async def test_another_type_moves_the_relationship_to_its_function(registry: Registry):
    created = await registry.register()
    answer = await registry.http.patch(
        f"/v1/stakeholders/{created['id']}", json={"type": "hcp"}, headers={"If-Match": '"v1"'}
    )
    assert answer.json()["owner_function"] == "medical"


async def test_an_opt_out_reaches_the_permission_and_the_topic_and_stays(registry: Registry):
    created = await registry.register(lawful_basis="consent")
    url = f"/v1/stakeholders/{created['id']}"
    assert (await registry.http.get(f"{url}/permission")).json()["may_approach"] is True
    for _ in range(2):
        answer = await registry.http.post(f"{url}/opt-out", json={"reason": "asked by mail"})
        assert answer.status_code == 200
    permission = (await registry.http.get(f"{url}/permission")).json()
    assert (permission["may_approach"], permission["reasons"], permission["version"]) == (False, ["opted_out"], 2)
    assert permission["facts"]["opted_out"] is True
    assert [kind for kind, _ in await registry.published()][1:] == ["registry.stakeholder.opted_out.v1"]
    (change, _) = (await registry.http.get(f"{url}/changes")).json()
    assert (change["what"], change["reason"], change["changed_by"]) == ("OptedOut", "asked by mail", "amira.medical")
    assert (change["old"], change["new"]) == ({"opted_out": False}, {"opted_out": True})


async def test_do_not_engage_is_set_and_lifted_with_reasons(registry: Registry):
    created = await registry.register(lawful_basis="consent")
    url = f"/v1/stakeholders/{created['id']}"
    await registry.http.post(f"{url}/do-not-engage", json={"reason": "open complaint"})
    assert (await registry.http.get(f"{url}/permission")).json()["reasons"] == ["do_not_engage"]
    lifted = await registry.http.request("DELETE", f"{url}/do-not-engage", json={"reason": "complaint closed"})
    assert lifted.json()["do_not_engage"] is False
    again = await registry.http.request("DELETE", f"{url}/do-not-engage", json={"reason": "complaint closed"})
    assert again.status_code == 409


async def test_a_complaint_is_recorded_and_settled_by_named_people_with_reasons(registry: Registry):
    created = await registry.register(lawful_basis="consent")
    url = f"/v1/stakeholders/{created['id']}"
    recorded = await registry.http.post(f"{url}/complaint", json={"reason": "wrote to the regulator"})
    assert recorded.json()["open_complaint"] is True
    assert (await registry.http.get(f"{url}/permission")).json()["reasons"] == ["open_complaint"]
    assert (await registry.http.get(url)).json()["open_complaint"] is True
    twice = await registry.http.post(f"{url}/complaint", json={"reason": "again"})
    empty = await registry.http.post(f"{url}/complaint/settlement", json={"reason": " "})
    more = await registry.http.post(f"{url}/complaint/settlement", json={"reason": "x", "by": "somebody"})
    settled = await registry.http.post(f"{url}/complaint/settlement", json={"reason": "apologised"})
    nothing = await registry.http.post(f"{url}/complaint/settlement", json={"reason": "again"})
    assert (twice.status_code, empty.status_code // 100, more.status_code, nothing.status_code) == (409, 4, 422, 409)
    assert settled.json()["open_complaint"] is False
    told = [each for each in (await registry.http.get(f"{url}/changes")).json() if "open_complaint" in each["new"]]
    assert [each["reason"] for each in told][:2] == ["apologised", "wrote to the regulator"]
    kinds = [kind for kind, _ in await registry.published()]
    assert kinds[-2:] == ["registry.stakeholder.updated.v1"] * 2


async def test_a_program_records_no_complaint(registry: Registry):
    created = await registry.register()
    program = registry.as_program("registry:write")
    answer = await registry.http.post(
        f"/v1/stakeholders/{created['id']}/complaint", json={"reason": "r"}, headers=program
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "person_required")


async def test_erasing_leaves_nothing_but_the_last_event(registry: Registry):
    created = await registry.register(handles=[{"platform": "x", "name": "lena"}])
    url = f"/v1/stakeholders/{created['id']}"
    assert (await registry.http.delete(url)).status_code == 204
    assert (await registry.http.get(url)).status_code == 404
    assert (await registry.http.get(f"{url}/permission")).status_code == 404
    assert await registry.fetch("SELECT FROM changes") == []
    kind, payload = (await registry.published())[-1]
    assert kind == "registry.stakeholder.erased.v1"
    assert json.loads(payload) == {"stakeholder_id": created["id"], "version": 2}
    await registry.register(handles=[{"platform": "x", "name": "lena"}])


async def test_the_list_pages_through_everybody_once_and_finds_by_name_account_and_type(registry: Registry):
    for number in range(5):
        await registry.register(name=f"Person {number}", handles=[{"platform": "x", "name": f"acc_{number}"}])
    await registry.register(name="Dr Vera", type="hcp")
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
        body = (await registry.http.get("/v1/stakeholders", params=query)).json()
        seen += [item["name"] for item in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert seen == [*(f"Person {number}" for number in range(5)), "Dr Vera"]

    async def names(**query: str) -> list[str]:
        body = (await registry.http.get("/v1/stakeholders", params=query)).json()
        return [item["name"] for item in body["items"]]

    assert await names(q="VERA") == ["Dr Vera"]
    assert await names(q="x:@acc_3") == ["Person 3"]
    assert await names(q="c_3") == ["Person 3"]
    assert await names(q="%") == []
    assert await names(type="hcp") == ["Dr Vera"]


async def test_an_engager_is_added_changed_and_published(registry: Registry):
    body = {"name": "Jonas", "function": "communications", "relation": "employee", "authorised_platforms": ["x", "x"]}
    created = (await registry.http.post("/v1/engagers", json=body)).json()
    assert created["authorised_platforms"] == ["x"]
    url = f"/v1/engagers/{created['id']}"
    trained = {**body, "trained_until": "2027-01-31"}
    assert (await registry.http.put(url, json=trained)).json()["version"] == 2
    assert (await registry.http.put(url, json=trained)).json()["version"] == 2
    stale = await registry.http.put(url, json=body, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["code"], stale.headers["ETag"]) == (412, "precondition_failed", '"v2"')
    assert (await registry.http.get(url)).json()["trained_until"] == "2027-01-31"
    assert (await registry.http.get("/v1/engagers")).json()["items"][0]["id"] == created["id"]
    assert [kind for kind, _ in await registry.published()] == ["registry.engager.updated.v1"] * 2


async def test_who_may_only_read_cannot_write(fresh_database: Callable[[str], str]):
    async with a_registry(fresh_database, scopes=("registry:read",)) as registry:
        answer = await registry.http.post("/v1/stakeholders", json={"name": "Ida", "type": "hcp"})
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert (await registry.http.get("/v1/stakeholders")).status_code == 200
        bare = await registry.http.get("/v1/stakeholders", headers={"Authorization": ""})
        assert bare.status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/v1/stakeholders/nonsense", "/v1/stakeholders?cursor=!!", "/v1/stakeholders?limit=0", "/v1/stakeholders?q=%00"],
)
async def test_a_malformed_address_is_explained(registry: Registry, path: str):
    answer = await registry.http.get(path)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize("text", ["\u0000", "a\u0007b", "\ud800"])
async def test_characters_that_no_database_keeps_are_refused_and_nothing_breaks(registry: Registry, text: str):
    bodies = [
        {"name": text, "type": "hcp"},
        {"name": "Ida", "type": "hcp", "outreach_policy": text},
        {"name": "Ida", "type": "hcp", "country": text},
        {"name": "Ida", "type": "hcp", "handles": [{"platform": "x", "name": text}]},
    ]
    for body in bodies:
        answer = await registry.http.post(
            "/v1/stakeholders", content=json.dumps(body), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in {400, 422}, (body, answer.text)
    assert await registry.published() == []
