"""The third part: a permit, the one act it allows, the outcome, a stop, and the proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rapport.demo.cast import slot, thank_in_person
from rapport.demo.review import Approved
from rapport.demo.setting import EXECUTOR, INSPECTOR, WRONG_EXECUTOR, Setting, now
from rapport.demo.telling import Telling
from rapport.problem import Problem
from rapport.story.client import Refused, wait_until
from rapport.story.steps import action_in, case_in, draft, submit
from rapport_permit import BadPermit, VerifiedPermit, verify_permit
from shared.contracts.hashing import sha256_of

RELEASE_SECONDS = 40.0
FORBIDDEN = 403


class ReleasePart:
    """Release, redeem, act, report; stop; verify."""

    def __init__(self, setting: Setting, approved: Approved, telling: Telling) -> None:
        self._setting = setting
        self._approved = approved
        self._telling = telling

    def play(self) -> None:
        """Until the last proof."""
        permit = self._released()
        self._wrong_executor(permit)
        verified = self._verified(permit)
        content = self._redeemed(permit, verified)
        self._outcome(permit, content)
        self._stopped()
        self._proof()

    def _released(self) -> dict[str, Any]:
        reviewer, action_id = self._setting.reviewer, self._approved.action_id
        with self._telling.step(
            "At its slot the action is checked against the world as it is now, and released with a permit",
            expected="a signed permit for the executor of the channel, within its slot",
            look="the log of compliance-worker",
        ) as say:
            say(f"the slot starts at {self._approved.case['slot_start']}")
            case = case_in(reviewer, action_id, {"released"}, seconds=RELEASE_SECONDS)
            permit: dict[str, Any] = reviewer.get("compliance", f"/v1/permits/{case['permit_id']}")
            self._telling.expect(permit["audience"] == EXECUTOR, f"the permit is for {permit['audience']}")
            say(f"permit {permit['permit_id']} for {permit['audience']}, until {permit['expires_at']}")
            return permit

    def _wrong_executor(self, permit: Mapping[str, Any]) -> None:
        with self._telling.step(
            "Another executor shows the permit", expected="a refusal", look="the log of compliance-api"
        ) as say:
            say(f"{WRONG_EXECUTOR} is refused: {self._refused_redemption(permit)}")

    def _refused_redemption(self, permit: Mapping[str, Any]) -> str:
        refused = self._setting.wrong_executor.refusal(
            "POST", "compliance", _redemption(permit), {"content_sha256": permit["content_sha256"]}
        )
        self._telling.expect(refused.status == FORBIDDEN, f"refused with {refused.status}, expected {FORBIDDEN}")
        return refused.code

    def _verified(self, permit: Mapping[str, Any]) -> VerifiedPermit:
        with self._telling.step(
            "The right executor verifies the permit offline, with the published keys",
            expected="a good signature, and a bad one once a single character differs",
            look="/.well-known/jwks.json of compliance",
        ) as say:
            keys = self._setting.executor.get("compliance", "/.well-known/jwks.json")
            token = str(permit["token"])
            try:
                verified = verify_permit(token, keys, audience=EXECUTOR, now=now())
            except BadPermit as error:
                raise Problem(str(error), remedy="compare the permit with the published keys") from error
            say(
                f"good: for this executor, this content ({verified.content_sha256[:12]}), {verified.approvals} approval"
            )
            try:
                verify_permit(_forged(token), keys, audience=EXECUTOR, now=now())
            except BadPermit as error:
                say(f"one character changed: {error}")
            else:
                raise Problem("a changed permit was taken for good", remedy="do not act on permits until this is found")
            return verified

    def _redeemed(self, permit: Mapping[str, Any], verified: VerifiedPermit) -> Mapping[str, Any]:
        with self._telling.step(
            "It redeems the permit online: only this answer allows the act, once",
            expected="the content to publish; the same answer again for the same executor, none for another",
            look="the log of compliance-api",
        ) as say:
            body = {"content_sha256": verified.content_sha256}
            first, again = (self._setting.executor.post("compliance", _redemption(permit), body) for _ in range(2))
            self._telling.expect(first == again, f"asked again, the gate answered {again}, first {first}")
            content: Mapping[str, Any] = first["content"]
            self._telling.expect(sha256_of(content) == verified.content_sha256, "the content is not what was approved")
            say(f"redeemed at {first['redeemed_at']}; asked again: the same answer")
            say(f"{WRONG_EXECUTOR} is still refused: {self._refused_redemption(permit)}")
            say(f"published (played here): “{content['text']}” {content['target_url']}")
            return content

    def _outcome(self, permit: Mapping[str, Any], content: Mapping[str, Any]) -> None:
        setting, action_id = self._setting, self._approved.action_id
        with self._telling.step(
            "The outcome is reported and recorded",
            expected="state done with the evidence; nobody but the executor may report it",
            look="the log of planner-api",
        ) as say:
            path = f"/v1/actions/{action_id}/outcome"
            report = {
                "permit_id": permit["permit_id"],
                "outcome": "done",
                "evidence_url": f"{content['target_url']}#shared-{permit['permit_id']}",
            }
            wait_until("the planner takes the report", lambda: self._report(path, report))
            refused = setting.wrong_executor.refusal("POST", "planner", path, report)
            action = action_in(setting.reviewer, action_id, {"done"})
            say(f"{action['state']}: {action['outcome']['evidence_url']}")
            say(f"a report by {WRONG_EXECUTOR} is refused: {refused.code}")

    def _report(self, path: str, report: Mapping[str, Any]) -> Any:
        """None while the news of the redemption is still on its way to the planner."""
        try:
            return self._setting.executor.post("planner", path, report)
        except Refused as refused:
            if refused.code != "permit_not_known_yet":
                raise
            return None

    def _stopped(self) -> None:
        setting = self._setting
        with self._telling.step(
            "Somebody opts out while an action for them is queued",
            expected="the action is paused in compliance and in the planner",
            look="the logs of compliance-worker and planner-worker",
        ) as say:
            body = {
                **thank_in_person(),
                "stakeholder_id": setting.people[setting.cast.leaver],
                "engager_id": setting.engager_id,
                "scheduled_for": slot(now() + timedelta(days=2), minutes=60),
            }
            action = submit(setting.author, draft(setting.author, setting.plan_id, body)["id"])
            queued = case_in(setting.reviewer, action["id"], {"in_review"})
            path = f"/v1/stakeholders/{setting.people[setting.cast.leaver]}/opt-out"
            setting.author.post("registry", path, {"reason": "asked us to stop"})
            paused = case_in(setting.reviewer, action["id"], {"paused"})
            action_in(setting.reviewer, action["id"], {"paused"})
            say(f"{setting.cast.leaver}: {queued['state']} → {paused['state']} ({', '.join(paused['stops'])})")

    def _proof(self) -> None:
        with self._telling.step(
            "The ledger tells who decided what, and when",
            expected="a row per state change, from the first screening to the redemption",
            look="GET /v1/ledger of compliance",
        ) as say:
            rows = self._setting.inspector.every("compliance", "/v1/ledger", aggregate_id=self._approved.action_id)
            for row in rows:
                change = f"{row['old_state'] or '-':>9} → {row['new_state']:<9}"
                say(f"{row['sequence']:>5}  {change} by {row['who']}: {row['why']}")
            reached = {row["new_state"] for row in rows}
            missing = {"screening", "in_review", "approved", "released", "redeemed"} - reached
            self._telling.expect(not missing, f"the ledger of this action does not show {', '.join(sorted(missing))}")
            say(f"{len(rows)} rows, read by {INSPECTOR}; as one file that proves itself:")
            say(f"rapport evidence {self._approved.action_id} -o pack.html --as {INSPECTOR}")


def _redemption(permit: Mapping[str, Any]) -> str:
    return f"/v1/permits/{permit['permit_id']}/redemption"


def _forged(token: str) -> str:
    """Another first character of the signature."""
    body, _, signature = token.rpartition(".")
    return f"{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
