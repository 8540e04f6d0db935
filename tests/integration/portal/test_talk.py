"""Absence, assignment, comments and requested changes in the console, without scripts."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from support.portal_builders import AUTHOR, WAITING, a_console, payload, problem, silence

CASE = payload("case_in_review")
VOTES = f"POST compliance /v1/cases/{WAITING}/votes"
COMMENTS = f"/v1/cases/{WAITING}/comments"
ASSIGNMENTS = f"/v1/cases/{WAITING}/assignments"
DECISION = {
    "decision": "request_changes",
    "meaning": "I sign as the final signatory.",
    "reason": "too warm",
    "etag": '"v2"',
    "content_sha256": CASE["content_sha256"],
}
WORDS = "everyday questions"
START = CASE["snapshot"]["text"].index(WORDS)
PLACE = {"field": "text", "start": START, "end": START + len(WORDS), "quote": WORDS}
ABSENCE = payload("absences")["items"][0]
DONE = lambda _request: httpx.Response(204)  # noqa: E731 - an answer like the others in a table


async def test_the_action_shows_what_was_said_with_its_place_and_who_is_asked():
    async with a_console() as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert page.status == 200
    for said in (
        f"on Words: {WORDS}",
        "Which questions are these, @jonas.comms?",
        "see <the newsletter>.",
        "on version 1; this is version 2",
        "Rosa Marín corrects entry 1",
        "Sam Okafor for review, away until",
        "Rosa Marín stands in",
        "for Sam Okafor, who is away",
    ):
        assert said in page.text, said
    assert "<the newsletter>" not in page.response.text


async def test_every_field_of_the_new_forms_has_a_label():
    async with a_console() as browser:
        pages = [await browser.get(path) for path in (f"/actions/{WAITING}", "/absence", "/")]
    for page in pages:
        fields = [*page.all("textarea"), *page.all("select"), *page.all("input")]
        visible = [each for each in fields if each.get("type") not in {"hidden", "radio", "checkbox"}]
        assert {each.get("id") for each in visible if "in-label" not in each} <= page.labelled
        names = [each["id"] for each in visible if each.get("id")]
        assert len(names) == len(set(names))


async def test_requested_changes_are_placed_in_the_words_and_sent_with_the_decision():
    async with a_console({VOTES: {"action_id": WAITING, "state": "changes_requested"}}) as browser:
        page = await browser.submit(
            f"/actions/{WAITING}/decision", **DECISION, at1="text", quote1=WORDS, wanted1="first questions"
        )
        assert browser.last_body()["changes"] == [{**PLACE, "wanted": "first questions"}]
        assert "on_behalf_of" not in browser.last_body()
    assert page.response.headers["location"].endswith("?done=changes_requested")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"at2": "text", "quote2": "e"}, "times in"),
        ({"at2": "text", "quote2": "nowhere at all"}, "do not stand in"),
        ({"at2": "no such text", "quote2": "x"}, "Choose the text"),
    ],
)
async def test_words_that_stand_nowhere_or_twice_are_asked_for_again_and_nothing_is_signed(
    row: dict[str, str], said: str
):
    async with a_console() as browser:
        page = await browser.submit(f"/actions/{WAITING}/decision", **DECISION, **row)
        assert not any(request.method == "POST" and "votes" in request.url.path for request in browser.sent)
    assert page.status == 400
    assert said in page.text
    assert "too warm" in page.text


async def test_requested_changes_and_whom_one_stood_in_for_stand_with_the_decision():
    vote: dict[str, Any] = {
        "by": "rosa.reviewer",
        "name": "Rosa Marín",
        "decision": "request_changes",
        "meaning": "m",
        "reason": "too warm",
        "content_sha256": "x",
        "at": "2026-11-22T06:59:00Z",
        "step": None,
        "capacity": None,
        "on_behalf_of": "sam.signatory",
        "on_behalf_of_name": "Sam Okafor",
        "absence_id": "a",
        "changes": [{**PLACE, "wanted": "first questions"}, {**PLACE, "wanted": ""}],
    }
    decided = {f"GET compliance /v1/cases/{WAITING}": {**CASE, "state": "changes_requested", "votes": [vote]}}
    async with a_console(decided, scopes=AUTHOR, subject="amira.medical") as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert "Rosa Marín for Sam Okafor requested changes" in page.text
    assert f"Words: {WORDS} first questions" in page.text
    assert f"{WORDS} is to go" in page.text


async def test_a_delegate_says_for_whom_they_sign_also_after_signing_in_again():
    asked = {"on_behalf_of": "sam.signatory", "quote1": "", "decision": "approve"}
    async with a_console({VOTES: {"action_id": WAITING, "state": "approved"}}) as browser:
        await browser.submit(f"/actions/{WAITING}/decision", **{**DECISION, **asked})
        assert browser.last_body()["on_behalf_of"] == "sam.signatory"
    again = problem(401, "reauthentication_required", "you signed in long ago")
    async with a_console({VOTES: again}) as browser:
        wanted = {"at2": "text", "quote2": WORDS, "wanted2": "first questions"}
        await browser.submit(f"/actions/{WAITING}/decision", **{**DECISION, "on_behalf_of": "sam.signatory", **wanted})
        page = await browser.get(f"/actions/{WAITING}")
    chosen = {each.get("value") for each in page.all("option") if "selected" in each}
    assert {"sam.signatory", "text"} <= chosen
    assert {WORDS, "first questions"} <= {each.get("value") for each in page.all("input")}


async def test_a_comment_is_sent_with_its_version_and_place():
    async with a_console({f"POST compliance {COMMENTS}": {}}) as browser:
        form = {"text": "Which ones?", "action_version": "2", "field": "text", "quote": WORDS}
        page = await browser.submit(f"/actions/{WAITING}/comments", **form)
        assert browser.last_body() == {"text": "Which ones?", "action_version": 2, "anchor": PLACE}
        await browser.submit(f"/actions/{WAITING}/comments", text="Fine.", action_version="2", field="", quote="")
        assert browser.last_body() == {"text": "Fine.", "action_version": 2}
        misplaced = await browser.submit(f"/actions/{WAITING}/comments", **{**form, "quote": "nowhere"})
    assert page.response.headers["location"] == f"/actions/{WAITING}?done=said"
    assert (misplaced.status, "do not stand in" in misplaced.text) == (400, True)


async def test_replies_corrections_and_ends_reach_the_discussion():
    comment = payload("comments")["items"][1]["comment_id"]
    place = f"POST compliance /v1/comments/{comment}"
    answers = {f"{place}/{step}": {} for step in ("replies", "corrections", "resolution", "reopening")}
    page = f"/actions/{WAITING}/comments/{comment}"
    async with a_console(answers) as browser:
        await browser.submit(f"{page}/replies", text="So it is.")
        assert browser.last_body() == {"text": "So it is."}
        await browser.submit(f"{page}/corrections", text="No.", corrects="1")
        assert browser.last_body() == {"text": "No.", "corrects": 1}
        ended = await browser.submit(f"{page}/reopening", version="3")
        assert browser.sent[-1].headers["if-match"] == '"v3"'
        assert ended.response.headers["location"].endswith("?done=reopening")
        before = len(browser.sent)
        await browser.submit(f"{page}/elsewhere", text="x")
        assert len(browser.sent) == before


async def test_an_unknown_mention_is_explained_by_the_gate():
    refusal = problem(400, "unknown_colleague", "nobody called nobody has signed in here yet", "name a colleague")
    async with a_console({f"POST compliance {COMMENTS}": refusal}) as browser:
        page = await browser.submit(f"/actions/{WAITING}/comments", text="@nobody", action_version="2")
    assert page.status == 400
    assert "nobody called nobody" in page.text
    assert "name a colleague" in page.text


async def test_a_colleague_is_asked_and_asked_no_more():
    place = payload("assignments")[0]["assignment_id"]
    answers = {f"POST compliance {ASSIGNMENTS}": {}, f"DELETE compliance /v1/assignments/{place}": DONE}
    async with a_console(answers) as browser:
        asked = await browser.submit(f"/actions/{WAITING}/assignments", assignee="noor.lead", step="")
        assert browser.last_body() == {"assignee": "noor.lead", "step": None}
        ended = await browser.submit(f"/actions/{WAITING}/assignments/{place}/end", version="1")
        assert (browser.sent[-1].method, browser.sent[-1].headers["if-match"]) == ("DELETE", '"v1"')
    assert asked.response.headers["location"].endswith("?done=assigned")
    assert ended.response.headers["location"].endswith("?done=unassigned")


async def test_authors_talk_but_do_not_assign():
    async with a_console(scopes=AUTHOR, subject="jonas.comms") as browser:
        own = await browser.get(f"/actions/{WAITING}")
    async with a_console(scopes=AUTHOR, subject="somebody.else") as browser:
        foreign = await browser.get(f"/actions/{WAITING}")
    assert ("Say it" in own.text, "Say it" in foreign.text) == (True, False)
    assert 'id="assignee"' not in own.response.text


async def test_what_was_said_is_not_known_while_the_gate_does_not_tell():
    async with a_console({f"GET compliance {COMMENTS}": silence, f"GET compliance {ASSIGNMENTS}": silence}) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert page.status == 200
    assert "What was said cannot be shown" in page.text
    assert "Nobody has said anything" not in page.text
    assert "Nobody in particular" not in page.text


async def test_one_is_named_on_the_first_page_and_read_it_when_it_is_opened():
    mention = payload("mentions")["items"][0]["mention_id"]
    async with a_console({f"POST compliance /v1/mentions/{mention}/reading": DONE}) as browser:
        home = await browser.get("/")
        read = await browser.submit(f"/mentions/{mention}/reading", action_id=WAITING)
        assert browser.sent[-1].url.path == f"/v1/mentions/{mention}/reading"
    assert "What do you think, @rosa.reviewer?" in home.text
    assert read.response.headers["location"] == f"/actions/{WAITING}"


async def test_the_queue_can_be_ones_own():
    async with a_console() as browser:
        page = await browser.get("/queue?state=in_review&mine=yes")
        assert browser.sent[0].url.params["assigned_to"] == "me"
        await browser.get("/queue")
        assert "assigned_to" not in browser.sent[-2].url.params
    assert "somebody you stand in for" in page.text


@pytest.mark.parametrize(
    ("first", "sent"), [("", None), ("2026-11-22", None), ("2026-12-01", "2026-12-01T00:00:00+00:00")]
)
async def test_an_absence_ends_with_its_last_day_and_begins_now_or_later(first: str, sent: str | None):
    form = {"from": first, "until": "2026-12-04", "delegate": "noor.lead", "reason": ""}
    async with a_console({"POST compliance /v1/absences": ABSENCE}) as browser:
        page = await browser.submit("/absence", **form)
        assert browser.last_body() == {
            "from": sent,
            "until": "2026-12-05T00:00:00+00:00",
            "delegate": "noor.lead",
            "reason": None,
        }
    assert page.response.headers["location"] == "/absence?done=registered"


async def test_my_absence_is_shown_with_its_delegate_and_ended_in_the_version_shown():
    ending = {f"DELETE compliance /v1/absences/{ABSENCE['absence_id']}": DONE}
    async with a_console(ending, subject="sam.signatory") as browser:
        page = await browser.get("/absence")
        ended = await browser.submit(f"/absence/{ABSENCE['absence_id']}/end", version="1")
        assert browser.sent[-1].headers["if-match"] == '"v1"'
    assert "Rosa Marín decides in your place as reviewer, medical reviewer" in page.text
    assert ended.response.headers["location"] == "/absence?done=ended"


async def test_a_refused_absence_keeps_what_was_filled_in():
    refusal = problem(409, "absences_overlap", "you are away already", "end that absence first")
    async with a_console({"POST compliance /v1/absences": refusal}) as browser:
        page = await browser.submit("/absence", until="2026-12-04", delegate="noor.lead", reason="away")
        slip = await browser.submit("/absence", until="soon", delegate="noor.lead")
    assert (page.status, "end that absence first" in page.text) == (409, True)
    assert {"2026-12-04", "away"} <= {each.get("value") for each in page.all("input")}
    assert (slip.status, "from which day until which" in slip.text) == (400, True)


async def test_only_who_reviews_has_somebody_stand_in():
    async with a_console(scopes=AUTHOR) as browser:
        page = await browser.get("/absence")
    assert "lacks the scope compliance:review" in page.text
    assert 'id="delegate"' not in page.response.text
