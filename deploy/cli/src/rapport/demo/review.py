"""The second part: three submissions, three answers of the gate, and who may decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rapport.demo.cast import comment, share, slot
from rapport.demo.setting import AUTHOR, REVIEWER, Setting, now
from rapport.demo.telling import Say, Telling
from rapport.story.client import wait_until
from rapport.story.steps import case_in, confirm_target, draft, findings_of, submit, submit_known, vote

SCREENED = frozenset({"blocked", "in_review", "paused"})
SLOT_STARTS_IN = timedelta(seconds=6)
LATER = timedelta(hours=1)
SELF_APPROVAL = "self_approval"
MEANING = "I have read the content and its findings, and it may go out as it stands."


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The action that a second person approved."""

    action_id: str
    case: Mapping[str, Any]


class ReviewPart:
    """Submit, screen, decide."""

    def __init__(self, setting: Setting, telling: Telling) -> None:
        self._setting = setting
        self._telling = telling

    def play(self) -> Approved:
        """The approved action."""
        good, named, safety = self._submit()
        self._blocked(named)
        self._safety(safety)
        case = self._passed(good)
        self._author_tries(case)
        return self._second_person(case)

    def _submit(self) -> tuple[str, str, str]:
        cast = self._setting.cast
        with self._telling.step(
            "Three actions are planned and submitted: their facts and targets are frozen",
            expected="three submissions with a hash each",
            look="the log of planner-api",
        ) as say:
            words = share(
                text="Seven questions to ask before you leave the consultation.",
                purpose="Pass on questions that help in a consultation",
                value="Her questions reach more readers",
            )
            good = self._action(cast.explainer, words, first=True)
            named = self._action(
                cast.enthusiast,
                share(
                    text="A thread from the congress.",
                    purpose="Pass on a thread from the congress",
                    value="His thread reaches more readers",
                ),
            )
            answer = comment(
                text="Thank you for asking. Please write to us, so that we can tell you where to report this.",
                purpose="Answer a question that was asked in public",
                value="She learns where a side effect is reported",
            )
            safety = self._action(cast.reporter, answer)
            for action in (good, named, safety):
                say(f"{action['type']}: “{action['particulars']['text']}” ({_short(action['submission'])})")
            return good["id"], named["id"], safety["id"]

    def _action(self, person: str, words: Mapping[str, Any], *, first: bool = False) -> dict[str, Any]:
        setting = self._setting

        def body() -> dict[str, Any]:
            return {
                **words,
                "stakeholder_id": setting.people[person],
                "engager_id": setting.engager_id,
                "target_post_id": setting.posts[person],
                "scheduled_for": slot(now() + (SLOT_STARTS_IN if first else LATER), minutes=30),
            }

        if first:
            return submit_known(setting.author, setting.reviewer, setting.plan_id, body)
        return submit(setting.author, draft(setting.author, setting.plan_id, body())["id"])

    def _blocked(self, action_id: str) -> None:
        with self._telling.step(
            "The gate blocks the share of a post that names our medicine together with its use",
            expected="verdict block, with the shortest edit that would pass",
            look="the log of compliance-worker and the rule set in force",
        ) as say:
            case = case_in(self._setting.reviewer, action_id, SCREENED)
            self._telling.expect(case["state"] == "blocked", f"the case is {case['state']}, not blocked")
            for finding in _blocks(case):
                say(f"{finding['rule_id']}: {finding['message']}")
                say(f"remedy: {finding['remedy']}")

    def _safety(self, action_id: str) -> None:
        with self._telling.step(
            "The gate hands a possible side effect to drug safety, whatever becomes of the action",
            expected="an open safety case that quotes the post, and no answer in public meanwhile",
            look="the log of compliance-worker",
        ) as say:
            reviewer = self._setting.reviewer
            case = case_in(reviewer, action_id, SCREENED)
            judged: Mapping[str, Any] = case["judgement"]
            self._telling.expect(judged["safety_handover"], "the screen saw no safety report in the post")

            def opened() -> dict[str, Any] | None:
                cases = reviewer.every("compliance", "/v1/safety-cases")
                return next((each for each in cases if each["source_id"] == action_id), None)

            found = wait_until("a safety case is opened for the action", opened)
            say(f"“{found['quote']}”")
            say(f"due with drug safety by {found['due_at']}; the answer itself is {case['state']}")

    def _passed(self, action_id: str) -> dict[str, Any]:
        with self._telling.step(
            "The third action goes to review: no verdict releases anything by itself",
            expected="state in_review, verdict pass or review",
            look="the log of compliance-worker and the rule set in force",
        ) as say:
            case = case_in(self._setting.reviewer, action_id, SCREENED)
            found = "; ".join(f"{each['rule_id']} {each['message']}" for each in findings_of(case)) or "no finding"
            self._telling.expect(case["state"] == "in_review", f"the case is {case['state']}: {found}")
            say(f"verdict {case['verdict']}: {found}; it waits for {', '.join(step['name'] for step in case['steps'])}")
            return case

    def _author_tries(self, case: Mapping[str, Any]) -> None:
        with self._telling.step(
            "The author may review, and tries to approve the own action",
            expected="a refusal: nobody decides on what they wrote or edited",
            look="the log of compliance-api",
        ) as say:
            body = {"decision": "approve", "meaning": MEANING, "content_sha256": case["content_sha256"]}
            refused = self._setting.author.refusal(
                "POST",
                "compliance",
                f"/v1/cases/{case['action_id']}/votes",
                body,
                **{"If-Match": f'"v{case["version"]}"'},
            )
            self._telling.expect(refused.code == SELF_APPROVAL, f"refused with {refused.code}, not {SELF_APPROVAL}")
            say(f"{AUTHOR} is refused: {refused.code}")

    def _second_person(self, case: Mapping[str, Any]) -> Approved:
        setting = self._setting
        with self._telling.step(
            "A second person looks at the post, confirms that it stands, and approves",
            expected="the case is approved; approval is not release",
            look="the log of compliance-api",
        ) as say:
            confirm_target(setting.reviewer, setting.posts[setting.cast.explainer])
            say(f"{REVIEWER} has seen the post unchanged; that holds for 24 hours")
            vote(setting.reviewer, case, "approve", meaning=MEANING)
            approved = case_in(setting.reviewer, case["action_id"], {"approved", "released", "redeemed"})
            _say_votes(approved, say)
            return Approved(action_id=approved["action_id"], case=approved)


def _say_votes(case: Mapping[str, Any], say: Say) -> None:
    for each in case["votes"]:
        say(f"{each['name']}: {each['decision']}, “{each['meaning']}”, on content {each['content_sha256'][:12]}")


def _blocks(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [finding for finding in findings_of(case) if finding["severity"] == "block"]


def _short(submission: Mapping[str, Any]) -> str:
    return f"snapshot {submission['snapshot_sha256'][:12]}"
