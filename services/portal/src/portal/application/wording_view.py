"""A pre-approved wording in words, and why this person may not sign it, if so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from portal.application.answers import part
from portal.application.deciding import REVIEW_SCOPE
from portal.application.words import ACTION_TYPES, readable

STATES = {
    "proposed": "waits for two signatures",
    "approved": "approved",
    "suspended": "suspended",
    "withdrawn": "withdrawn",
    "expired": "expired",
}
MEANINGS = ("Approved for use without a review of each action", "Checked for accuracy and compliance")
SAMPLE_MEANINGS = ("What went out was looked at afterwards",)
_NO_REVIEWER = f"This needs the scope {REVIEW_SCOPE}. Sign in as a reviewer."
_KINDS = {
    "person_name": "the person's name, as the registry knows it",
    "company_name": "our name",
    "slot_day": "the day it goes out",
}


def wording_view(wording: Mapping[str, Any], *, subject: str, scopes: Collection[str]) -> dict[str, Any]:
    """Its content as named facts, what its variables stand for, and reasons not to sign."""
    content = part(wording, "content")
    facts = [
        ("For", ", ".join(ACTION_TYPES.get(each, each) for each in sorted(content["action_types"]))),
        ("To", ", ".join(readable(each) for each in sorted(content["person_types"]))),
        ("In", ", ".join(sorted(content["countries"]))),
        ("Audience", ", ".join(readable(each) for each in sorted(content["audiences"]))),
        ("Language", content["language"]),
        ("Used", f"{content['valid_from']} to {content['valid_until']}"),
        ("Written by", ", ".join(wording["written_by"])),
    ]
    variables = [
        (each["name"], _KINDS.get(each["kind"]) or "one of: " + "; ".join(each["choices"]))
        for each in content["variables"]
    ]
    return {
        "state": STATES.get(wording["state"], wording["state"]),
        "facts": facts,
        "variables": variables,
        "why_not": _why_not(wording, subject, scopes),
        "may_suspend": wording["state"] == "approved" and REVIEW_SCOPE in scopes,
    }


def why_not_look(sample: Mapping[str, Any], *, subject: str, scopes: Collection[str]) -> str | None:
    """Why this person may not decide on a sample; None where they may."""
    if REVIEW_SCOPE not in scopes:
        return _NO_REVIEWER
    excluded: list[str] = part(sample, "details").get("not_by") or []
    return "You wrote, edited or signed a part of it; somebody else looks at it." if subject in excluded else None


def _why_not(wording: Mapping[str, Any], subject: str, scopes: Collection[str]) -> list[str]:
    reasons: list[str] = []
    if REVIEW_SCOPE not in scopes:
        reasons.append(_NO_REVIEWER)
    if subject in wording["written_by"]:
        reasons.append("You wrote it; two other people sign it.")
    if any(each["by"] == subject for each in wording["signatures"]):
        reasons.append("You have signed this edition. A colleague signs next.")
    return reasons
