"""Take-downs in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from portal.application.answers import part
from portal.application.deciding import REVIEW_SCOPE
from portal.application.moments import plain

TAKE_DOWN_STATES = {
    "open": "still out there",
    "done": "said to be gone, nobody has confirmed it",
    "not_possible": "said to be impossible, nobody has confirmed it",
    "closed": "settled",
}
PROOFS = {
    "url_gone": "the address was looked at and it is gone",
    "screenshot": "a screenshot, named by its SHA-256",
    "note": "a note",
}
OUTCOMES = {"taken_down": "taken down", "not_possible": "could not be taken down"}


def take_down_view(task: Mapping[str, Any], *, subject: str, scopes: Collection[str]) -> dict[str, Any]:
    """The task as named facts, and which steps this person may take."""
    details = part(task, "details")
    answer = part(details, "answer")
    proof = part(answer, "proof")
    facts = [
        ("Where", details.get("platform")),
        ("Asked", details.get("asked") or "nobody is named for this channel"),
        ("Recalled", plain(details.get("recalled_at"))),
        ("Due", plain(details.get("due_at"))),
    ]
    if answer:
        facts.append(("Answered by", f"{answer['by']}{', a program' if answer.get('by_program') else ''}"))
    if proof:
        facts.append(("Proof", PROOFS.get(proof["kind"], proof["kind"])))
        facts += [
            (name, proof[key])
            for name, key in (("Address", "url"), ("SHA-256", "sha256"), ("Note", "note"))
            if proof.get(key)
        ]
    if details.get("confirmed_by"):
        facts.append(("Confirmed by", details["confirmed_by"]))
        facts.append(("Outcome", OUTCOMES.get(details["outcome"], details["outcome"])))
    return {
        "facts": facts,
        "state": TAKE_DOWN_STATES.get(task["state"], task["state"]),
        **_may(task, answer, subject, scopes),
    }


def _may(task: Mapping[str, Any], answer: Mapping[str, Any], subject: str, scopes: Collection[str]) -> dict[str, Any]:
    reviews, state = REVIEW_SCOPE in scopes, task["state"]
    answered = state in ("done", "not_possible")
    return {
        "may_answer": reviews and state == "open",
        "may_confirm": reviews and answered and answer.get("by") != subject,
        "is_own_answer": reviews and answered and answer.get("by") == subject,
        "may_reopen": reviews and state != "open",
        "urgency": "block" if task.get("overdue") else ("review" if state != "closed" else "pass"),
    }
