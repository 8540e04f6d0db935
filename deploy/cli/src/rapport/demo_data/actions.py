"""Demo actions: drafted with a slot from now on, submitted, and taken as far as their line says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rapport.problem import Problem
from rapport.story.client import Caller, Refused
from rapport.story.steps import SLOT_BEGAN, case_in, confirm_target, draft, submit, submit_known, vote

Line = Mapping[str, Any]
"""`{plan, person, engager, by, target?, starts_in (seconds), lasts_minutes, then, reason?, body}`."""

MEANING = "I have read the content and its findings, and it may go out as it stands."
TRIES = 5
_SCREENED = frozenset({"in_review", "blocked", "paused", "approved"})


@dataclass(frozen=True, slots=True)
class People:
    """Who plays in the demo data."""

    authors: Mapping[str, Caller]
    reviewer: Caller


@dataclass(frozen=True, slots=True)
class Known:
    """Ids by the names the files use."""

    stakeholders: Mapping[str, str]
    engagers: Mapping[str, str]
    posts: Mapping[str, str]
    plans: Mapping[str, str]


class Actions:
    """Plans the demo actions."""

    def __init__(self, people: People, known: Known) -> None:
        self._people = people
        self._known = known

    def begin(self, line: Line, drafted: Mapping[str, Any] | None, *, first: bool) -> str:
        """The id of the action: drafted unless it was, and submitted unless it shall stay a draft."""
        author, plan_id = self._people.authors[line["by"]], self._known.plans[line["plan"]]
        if first and line["then"]:
            return submit_known(author, self._people.reviewer, plan_id, lambda: self._body(line))["id"]
        action = drafted or draft(author, plan_id, self._body(line))
        if line["then"]:
            self._submit(author, line, action["id"])
        return action["id"]

    def go_on(self, line: Line, action_id: str) -> None:
        """Take the steps in `then` that follow the submission."""
        for step in line["then"]:
            case = case_in(self._people.reviewer, action_id, _SCREENED)
            self._take(step, line, case)

    def _take(self, step: str, line: Line, case: Mapping[str, Any]) -> None:
        reviewer = self._people.reviewer
        match step:
            case "submit":
                pass
            case "confirm":
                confirm_target(reviewer, self._known.posts[line["target"]])
            case "approve":
                vote(reviewer, case, "approve", meaning=MEANING)
            case "request_changes" | "reject":
                vote(reviewer, case, step, meaning="My decision on this content.", reason=line["reason"])
            case "opt_out":
                path = f"/v1/stakeholders/{self._known.stakeholders[line['person']]}/opt-out"
                self._people.authors[line["by"]].post("registry", path, {"reason": line["reason"]})
                case_in(reviewer, case["action_id"], {"paused"})
            case _:
                raise Problem(f"actions.jsonl: unknown step {step!r}", remedy="correct deploy/demo/actions.jsonl")

    def _submit(self, author: Caller, line: Line, action_id: str) -> None:
        """Submit; where the slot began meanwhile on a slow machine, move it and submit again."""
        for attempt in range(1, TRIES + 1):
            try:
                submit(author, action_id)
            except Refused as refused:
                if SLOT_BEGAN not in refused.message or attempt == TRIES:
                    raise
                path = f"/v1/actions/{action_id}"
                version = author.get("planner", path)["version"]
                change = {"scheduled_for": _slot(line)}
                author.ask("PATCH", "planner", path, json=change, headers={"If-Match": f'"v{version}"'})
            else:
                return

    def _body(self, line: Line) -> dict[str, Any]:
        return {
            **line["body"],
            "stakeholder_id": self._known.stakeholders[line["person"]],
            "engager_id": self._known.engagers[line["engager"]],
            "scheduled_for": _slot(line),
            **({"target_post_id": self._known.posts[line["target"]]} if "target" in line else {}),
        }


def _slot(line: Line) -> dict[str, str]:
    start = datetime.now(UTC) + timedelta(seconds=line["starts_in"])  # noqa: TID251 - slots start from now
    return {"start": start.isoformat(), "end": (start + timedelta(minutes=line["lasts_minutes"])).isoformat()}
