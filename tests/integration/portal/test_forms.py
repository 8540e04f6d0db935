from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from support.portal_builders import AUTHOR, PERSON, WAITING, a_console, payload, problem

HASH = payload("case_in_review")["content_sha256"]
VOTES = f"POST compliance /v1/cases/{WAITING}/votes"
DECISION = {"decision": "approve", "meaning": "I sign as the final signatory.", "etag": '"v2"', "content_sha256": HASH}


async def test_an_approval_signs_exactly_the_version_and_content_that_were_shown():
    async with a_console({VOTES: {"action_id": WAITING, "state": "approved"}}) as browser:
        page = await browser.submit(f"/actions/{WAITING}/decision", **DECISION)
        sent = browser.sent[-1]
        body = browser.last_body()
    assert (page.status, page.response.headers["location"]) == (303, f"/actions/{WAITING}?done=approved")
    assert sent.headers["if-match"] == '"v2"'
    assert body == {
        "decision": "approve",
        "meaning": "I sign as the final signatory.",
        "reason": None,
        "step": None,
        "content_sha256": HASH,
    }


@pytest.mark.parametrize("csrf", ["", "forged"])
async def test_a_form_from_elsewhere_changes_nothing(csrf: str):
    async with a_console() as browser:
        page = await browser.submit(f"/actions/{WAITING}/decision", csrf=csrf, **DECISION)
        assert browser.sent == []
    assert page.status == 403
    assert "Nothing was changed" in page.text


@pytest.mark.parametrize("decision", ["request_changes", "reject"])
async def test_a_no_without_a_reason_is_asked_for_one_and_keeps_what_was_chosen(decision: str):
    async with a_console() as browser:
        page = await browser.submit(f"/actions/{WAITING}/decision", **{**DECISION, "decision": decision})
        assert not any(request.url.path.endswith("/votes") for request in browser.sent)
    assert page.status == 400
    assert "Say what is wrong and what would be acceptable" in page.text
    chosen = [each["value"] for each in page.all("input") if "checked" in each]
    assert chosen == ["I sign as the final signatory."]


@pytest.mark.parametrize("code", ["precondition_failed", "concurrent_change", "content_changed"])
async def test_a_stale_page_is_explained_and_shown_again_as_it_stands_now(code: str):
    stale = problem(412 if code == "precondition_failed" else 409, code, "version 2, but the current one is 4")
    async with a_console({VOTES: stale}) as browser:
        page = await browser.submit(f"/actions/{WAITING}/decision", **{**DECISION, "reason": "my reason"})
    assert page.status in {409, 412}
    assert "This changed while you were reading" in page.text
    assert "Nothing was signed." in page.text
    assert "A practice newsletter" in page.text
    assert "my reason" in page.text


async def test_a_refusal_of_the_gate_is_shown_with_its_code_remedy_and_reference():
    refusal = problem(403, "self_approval", "you wrote or edited this action", "ask a colleague")
    async with a_console({VOTES: refusal}) as browser:
        page = await browser.submit(f"/actions/{WAITING}/decision", **DECISION)
    assert page.status == 403
    for said in ("you wrote or edited this action", "ask a colleague", "self_approval", "conversation-1"):
        assert said in page.text


@pytest.mark.parametrize(
    ("seen", "body"),
    [
        ("unchanged", {"unchanged": True, "deleted": False}),
        ("changed", {"unchanged": False, "deleted": False}),
        ("deleted", {"unchanged": False, "deleted": True}),
        ("", {"unchanged": False, "deleted": False}),
    ],
)
async def test_what_was_seen_at_the_target_is_told_to_audit(seen: str, body: dict[str, bool]):
    async with a_console({"POST audit /v1/posts/p-1/confirmations": {}}) as browser:
        page = await browser.submit(f"/actions/{WAITING}/target", seen=seen, post_id="p-1", text_sha256=HASH)
        assert browser.last_body() == {"text_sha256": HASH, **body}
    assert page.response.headers["location"].endswith("?done=target")


async def test_a_post_id_cannot_reach_another_route_of_audit():
    async with a_console() as browser:
        await browser.submit(f"/actions/{WAITING}/target", seen="unchanged", post_id="../audits?x=")
        assert browser.sent[0].url.raw_path == b"/v1/posts/..%2Faudits%3Fx%3D/confirmations"


async def test_an_opt_out_is_sent_with_its_reason():
    path = f"POST registry /v1/stakeholders/{PERSON}/opt-out"
    async with a_console({path: payload("stakeholder")}, scopes=AUTHOR) as browser:
        empty = await browser.submit(f"/people/{PERSON}/opt-out", reason=" ")
        page = await browser.submit(f"/people/{PERSON}/opt-out", reason="asked by mail")
        assert browser.last_body() == {"reason": "asked by mail"}
    assert empty.status == 400
    assert page.response.headers["location"] == f"/people/{PERSON}?done=opted_out"


async def test_a_hand_over_to_drug_safety_is_confirmed():
    case = payload("safety_cases")["items"][1]["safety_case_id"]
    done = {f"POST compliance /v1/safety-cases/{case}/hand-over": lambda _request: httpx.Response(204)}
    async with a_console(done) as browser:
        unsaid = await browser.submit(f"/safety/{case}/hand-over")
        assert browser.sent[-1].method == "GET"
        page = await browser.submit(f"/safety/{case}/hand-over", confirmed="yes", version="1")
        assert browser.sent[-1].headers["if-match"] == '"v1"'
    assert unsaid.status == 400
    assert page.response.headers["location"] == f"/safety/{case}?done=handed_over"


@pytest.mark.parametrize(("value", "known"), [("known", True), ("not known", False), ("yes", None), ("", None)])
async def test_a_criterion_is_corrected_to_known_or_not_known_and_to_nothing_else(value: str, known: bool | None):
    case = payload("safety_cases")["items"][1]["safety_case_id"]
    path = f"/safety/{case}/corrections"
    done = {f"POST compliance /v1{path.replace('/safety', '/safety-cases')}": lambda _request: httpx.Response(204)}
    async with a_console(done) as browser:
        page = await browser.submit(path, name="patient", value=value, reason="asked back")
        posted = [request for request in browser.sent if request.method == "POST"]
        if known is None:
            assert (page.status, posted) == (400, [])
            assert "nothing was recorded" in page.text
        else:
            assert page.status == 303
            assert browser.last_body() == {"name": "patient", "known": known, "reason": "asked back"}


async def test_a_sentence_is_screened_and_its_evidence_marked_with_the_remedy():
    line = {
        "action_id": "x",
        "verdict": "block",
        "safety_handover": True,
        "rule_set": "f" * 64,
        "findings": [
            {
                "rule_id": "PUB-01",
                "severity": "block",
                "message": "names a medicine",
                "clause": "Art. 88",
                "remedy": "leave it out",
                "evidence": {"field": "text", "start": 0, "end": 7, "quote": "Velorin"},
            }
        ],
    }
    async with a_console({"POST compliance /v1/screenings": line}) as browser:
        page = await browser.submit("/try", text="Velorin <b>works</b>", type="post", platform="x", declaration="")
        body = browser.last_body()
    assert (body["text"], body["declaration"], body["type"]) == ("Velorin <b>works</b>", None, "post")
    assert page.marks() == ["Velorin"]
    assert "leave it out" in page.text
    assert "This may be a safety report." in page.text
    assert page.all("b") == []


async def test_an_empty_sentence_is_asked_for_and_nothing_is_sent():
    async with a_console() as browser:
        page = await browser.submit("/try", text="  ", target="")
        assert browser.sent == []
    assert page.status == 400


async def test_a_token_the_services_no_longer_take_means_signing_in_again():
    gone = problem(401, "unauthenticated", "the access token has expired")
    async with a_console({"GET compliance /v1/cases": gone}) as browser:
        page = await browser.get("/queue?state=all")
    assert page.response.headers["location"] == "/auth/sign-in"
    assert 'rapport_session=""' in page.response.headers["set-cookie"]


async def test_a_signature_that_needs_a_new_proof_of_identity_asks_for_it_and_keeps_the_form():
    refused = problem(401, "reauthentication_required", "you signed in more than 5 minutes ago", "sign in again")
    async with a_console({VOTES: refused}) as browser:
        asked = await browser.submit(f"/actions/{WAITING}/decision", **DECISION, reason='Good "work" & fair.')
        to_issuer = urlsplit(asked.response.headers["location"])
        query = parse_qs(to_issuer.query)
        back = await browser.get(query["next"][0])
        later = await browser.get(query["next"][0])
    assert (asked.status, to_issuer.path, query["fresh"]) == (303, "/auth/sign-in", ["true"])
    assert query["next"] == [f"/actions/{WAITING}"], "what people write stands in no address"
    assert "Good" not in later.text, "it is filled in once"
    assert "You have proved who you are" in back.text
    assert "Press Approve" in back.text
    assert "Good &#34;work&#34; &amp; fair." in back.response.text
    assert re.search(r'value="I sign as the final signatory\."\s+checked', back.response.text)
