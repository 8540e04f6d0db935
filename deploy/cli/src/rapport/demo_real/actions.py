"""Second half of the run on real posts: one action to its release, another to a block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from rapport.demo_real.audit import captured_post
from rapport.demo_real.input import ChosenPost
from rapport.demo_real.safety import case_beyond_safety
from rapport.problem import Problem
from rapport.story.client import Caller
from rapport.story.steps import action_in, case_in, confirm_target, findings_of, submit_known, vote

Say = Callable[[str], None]

ENGAGER = {
    "name": "Jonas Weber",
    "function": "communications",
    "relation": "employee",
    "trained_until": "2029-03-31",
    "authorised_platforms": ["x", "linkedin", "mastodon", "email", "phone", "in_person"],
}
MEANING = "I have read the post and its findings, and it may go out as it stands."
COMPANY = "Havelmark Pharma"
_ACTING = 60.0


def open_plan(author: Caller, now: datetime, say: Say) -> str:
    """A plan of nine months."""
    body = {
        "title": "Listening to health desks",
        "therapy_area": "diabetes",
        "objective": "Give health desks a reader who answers, and pass on what helps the public debate",
        "starts_on": now.date().isoformat(),
        "ends_on": (now + timedelta(days=270)).date().isoformat(),
    }
    plan = author.post("planner", "/v1/plans", body)
    say(f"planner: plan “{plan['title']}” opened")
    return str(plan["id"])


def our_engager(author: Caller) -> str:
    """The id of the colleague who acts, registered if need be."""
    for each in author.every("registry", "/v1/engagers"):
        if each["name"] == ENGAGER["name"]:
            return str(each["id"])
    return str(author.post("registry", "/v1/engagers", ENGAGER)["id"])


def _share(post: Mapping[str, Any], stakeholder_id: str, engager_id: str, start: datetime) -> dict[str, Any]:
    return {
        "type": "share",
        "stakeholder_id": stakeholder_id,
        "engager_id": engager_id,
        "channel": {
            "platform": "x",
            "audience": "public",
            "account": "corporate",
            "country": "DE",
            "moderation_owner": "community.desk",
        },
        "purpose": "Pass on a voice from the debate on health services",
        "value_statement": "The health desk reaches readers in another country",
        "kpi": "Questions answered",
        "declaration": f"Shared by {COMPANY}",
        "target_post_id": post["id"],
        "scheduled_for": {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()},
    }


def release_one(
    author: Caller,
    reviewer: Caller,
    chosen: ChosenPost,
    *,
    plan: str,
    stakeholder: str,
    engager: str,
    starts: Callable[[], datetime],
    say: Say,
) -> None:
    """Submit, screen, review by a second person, confirm the target, release, redeem, report."""
    post = captured_post(author, chosen)
    say(f"share of @{post['author_handle']}: “{post['text']}”")
    action = submit_known(author, reviewer, plan, lambda: _share(post, stakeholder, engager, starts()))
    case = case_beyond_safety(reviewer, action, {"in_review", "blocked"}, say, seconds=_ACTING)
    _show(case, say)
    if case["state"] != "in_review":
        raise Problem("the gate blocks a post that names no medicine", remedy="read the findings above")
    say("compliance: in review")
    say(f"compliance: {author.name}, who wrote it, tries to approve it: {_own_vote_refused(author, case)}")
    vote(reviewer, case, "approve", meaning=MEANING)
    say(f"compliance: approved by {reviewer.name}")
    confirm_target(reviewer, post["id"])
    say(f"audit: {reviewer.name} looked at the source and confirms the post as captured, for 24 hours")
    released = case_beyond_safety(reviewer, action, {"released", "redeemed"}, say, seconds=_ACTING)
    say(f"compliance: released under permit {released['permit_id']}")
    done = action_in(author, action["id"], {"done", "not_done"}, seconds=_ACTING)
    outcome: Mapping[str, Any] = done.get("outcome") or {}
    if done["state"] != "done":
        raise Problem(f"the executor did not act: {outcome.get('detail')}", remedy="see the log of the executor")
    case_in(reviewer, action["id"], {"redeemed"})
    say(f"executor: permit redeemed online, once; outcome done, evidence {outcome.get('evidence_url')}")


def block_one(
    author: Caller,
    reviewer: Caller,
    chosen: ChosenPost,
    *,
    plan: str,
    stakeholder: str,
    engager: str,
    starts: Callable[[], datetime],
    say: Say,
) -> None:
    """The same kind of action on a post that names an own medicine with its use."""
    post = captured_post(author, chosen)
    say(f"share of @{post['author_handle']}: “{post['text']}”")
    action = submit_known(author, reviewer, plan, lambda: _share(post, stakeholder, engager, starts()))
    case = case_in(reviewer, action["id"], {"in_review", "blocked"})
    _show(case, say)
    wanted = [
        each for each in findings_of(case) if each["rule_id"] == chosen.rule and (chosen.quote or "") in str(each)
    ]
    if case["state"] != "blocked" or not wanted:
        raise Problem(
            f"the gate must block this by {chosen.rule} and quote “{chosen.quote}”; the case is {case['state']}",
            remedy="the demo company's product list (deploy/demo/company.yaml) must hold the medicine",
        )
    blocked = action_in(author, action["id"], {"blocked"})
    say(f"planner: the action is {blocked['state']}; nothing goes out")


def _own_vote_refused(author: Caller, case: Mapping[str, Any]) -> str:
    body = {"decision": "approve", "meaning": MEANING, "content_sha256": case["content_sha256"]}
    headers = {"If-Match": f'"v{case["version"]}"'}
    refused = author.refusal("POST", "compliance", f"/v1/cases/{case['action_id']}/votes", body, **headers)
    return f"refused ({refused.status} {refused.code})"


def _show(case: Mapping[str, Any], say: Say) -> None:
    findings = findings_of(case)
    judgement: Mapping[str, Any] = case.get("judgement") or {}
    say(f"compliance: verdict {judgement.get('verdict')}, {len(findings)} findings")
    for each in findings:
        say(f"  [{each['severity']}] {each['rule_id']}: {each['message']}")
        say(f"      {each['clause']}")
        say(f"      remedy: {each['remedy']}")
