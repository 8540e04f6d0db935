"""One engagement plan on one screen: what it says with the marks of the screen, and what may be done with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.application.answers import listed, part
from portal.application.deciding import REVIEW_SCOPE
from portal.application.marking import Segment, segments, spans_in

WRITE_SCOPE = "planner:write"
PLAN_STATES = {
    "draft": "draft",
    "submitted": "being screened",
    "blocked": "blocked",
    "in_review": "waits for a second person",
    "approved": "approved",
    "closed": "closed",
}
PLAN_DONE = {
    "submission": "The plan was submitted; the screen answers in a moment.",
    "approval": "The plan is approved.",
}
_LABELS = {"objective": "Objective", "purpose": "What it is for"}


@dataclass(frozen=True, slots=True)
class PlanText:
    """One text of the plan with its evidence marked."""

    path: str
    label: str
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class PlanView:
    """`why_not` says why this person may not approve, empty where they may; `confirmed_by` who confirmed a ranking.

    `asked_again`: the rules changed, and what is shown is what the ones before said.
    """

    state: str
    texts: list[PlanText]
    findings: list[Mapping[str, Any]]
    confirmed_by: str | None
    may_submit: bool
    asked_again: bool
    why_not: list[str]


def plan_view(plan: Mapping[str, Any], *, subject: str, scopes: Collection[str]) -> PlanView:
    """The plan as the person with these scopes sees it."""
    findings = listed(part(plan, "answer"), "findings")
    texts = [
        PlanText(path, label, segments(text, spans_in(path, text, findings))) for path, label, text in _texts(plan)
    ]
    state = str(plan["state"])
    return PlanView(
        state=PLAN_STATES.get(state, state),
        texts=texts,
        findings=list(findings),
        confirmed_by=part(plan, "tiering").get("confirmed_by"),
        may_submit=state in ("draft", "blocked") and WRITE_SCOPE in scopes,
        asked_again=_asked_again(plan),
        why_not=list(_why_not(plan, subject, scopes)),
    )


def _texts(plan: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, label in _LABELS.items():
        if plan.get(name):
            yield name, label, str(plan[name])
    for index, text in enumerate(plan.get("kpis") or ()):
        yield f"kpis[{index}]", "Measured by", str(text)
    for index, text in enumerate(part(plan, "tiering").get("criteria") or ()):
        yield f"tiering.criteria[{index}]", "People are chosen or ranked by", str(text)


def _asked_again(plan: Mapping[str, Any]) -> bool:
    asked, answered = part(plan, "submission").get("version"), part(plan, "answer").get("version")
    return None not in (asked, answered) and asked != answered


def _why_not(plan: Mapping[str, Any], subject: str, scopes: Collection[str]) -> Iterator[str]:
    if REVIEW_SCOPE not in scopes:
        yield f"Your account may not review: it lacks the scope {REVIEW_SCOPE}. Sign in as a reviewer."
    if subject in {plan["created_by"], *(plan.get("editors") or ())}:
        yield "You wrote or edited this plan. Somebody who did not work on it has to approve."
    if _asked_again(plan):
        yield "The rules changed and the screen has not answered by the new ones yet. Load the page again in a moment."
