"""Judgements, votes and findings as JSON documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from compliance.domain.findings import Evidence, Finding, OverridePermission
from compliance.domain.judgement import Judgement
from compliance.domain.review.spans import Anchor, RequestedChange
from compliance.domain.review.steps import ReviewStep, progress
from compliance.domain.review.votes import Vote
from compliance.domain.wordings.pre_approval import PreApproval, WordingRef, WordingSignature


def judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    """The judgement with the resolved snapshot."""
    return {
        "resolved": dict(judgement.resolved),
        "findings": [finding.as_json() for finding in judgement.findings],
        "verdict": judgement.verdict,
        "rule_set": judgement.rule_set,
        "stakeholder_version": judgement.stakeholder_version,
        "route": [step_to_json(step) for step in judgement.route],
        "safety_handover": judgement.safety_handover,
    }


def judgement_from_json(document: Mapping[str, Any]) -> Judgement:
    """The judgement as stored."""
    fields: dict[str, Any] = {
        **document,
        "findings": tuple(map(finding_from_json, document["findings"])),
        "route": tuple(map(_step_from_json, document["route"])),
    }
    return Judgement(**fields)


def step_to_json(step: ReviewStep) -> dict[str, Any]:
    """A step of the review."""
    return {"name": step.name, "tier": step.tier, "any_of": sorted(step.any_of), "approvals": step.approvals}


def steps_of(judgement: str | None, votes: str) -> list[dict[str, Any]]:
    """Each step of a stored review and where it stands; none before the judgement."""
    route = map(_step_from_json, json.loads(judgement)["route"]) if judgement else ()
    approvals = [vote for vote in map(vote_from_json, json.loads(votes)) if vote.decision == "approve"]
    return [
        {
            **step_to_json(each.step),
            "approved_by": [vote.signed for vote in each.approved_by],
            "is_complete": each.is_complete,
            "is_open": each.is_open,
        }
        for each in progress(tuple(route), approvals)
    ]


def _step_from_json(document: Mapping[str, Any]) -> ReviewStep:
    fields: dict[str, Any] = {**document, "any_of": frozenset(document["any_of"])}
    return ReviewStep(**fields)


def finding_from_json(document: Mapping[str, Any]) -> Finding:
    """The finding as its verdict line spells it."""
    found, leave = document["evidence"], document.get("override")
    fields: dict[str, Any] = {
        **document,
        "evidence": None if found is None else Evidence(**found),
        "override": None if leave is None else OverridePermission(**{**leave, "by": tuple(leave["by"])}),
    }
    return Finding(**fields)


def vote_to_json(vote: Vote) -> dict[str, Any]:
    """A vote with its signature's meaning."""
    return {
        "by": vote.by,
        "name": vote.name,
        "decision": vote.decision,
        "meaning": vote.meaning,
        "reason": vote.reason,
        "content_sha256": vote.content_sha256,
        "at": vote.at.isoformat(),
        "step": vote.step,
        "capacity": vote.capacity,
        "on_behalf_of": vote.on_behalf_of,
        "on_behalf_of_name": vote.on_behalf_of_name,
        "absence_id": vote.absence_id,
        "changes": [change.as_json() for change in vote.changes],
    }


def vote_from_json(document: Mapping[str, Any]) -> Vote:
    """The vote as stored."""
    changes = tuple(map(_change_from_json, document.get("changes", ())))
    fields: dict[str, Any] = {**document, "at": datetime.fromisoformat(document["at"]), "changes": changes}
    return Vote(**fields)


def _change_from_json(document: Mapping[str, Any]) -> RequestedChange:
    place = Anchor(**{name: value for name, value in document.items() if name != "wanted"})
    return RequestedChange(place=place, wanted=document["wanted"])


def pre_approval_to_json(given: PreApproval) -> dict[str, Any]:
    """The wording's edition with its signatures and authors."""
    return {
        "wording": given.wording.as_json(),
        "signatures": [each.as_json() for each in given.signatures],
        "written_by": list(given.written_by),
    }


def pre_approval_from_json(document: Mapping[str, Any]) -> PreApproval:
    """The pre-approval as stored."""
    return PreApproval(
        wording=WordingRef(**document["wording"]),
        signatures=tuple(map(_signature_from_json, document["signatures"])),
        written_by=tuple(document["written_by"]),
    )


def _signature_from_json(document: Mapping[str, Any]) -> WordingSignature:
    fields: dict[str, Any] = {**document, "at": datetime.fromisoformat(document["at"])}
    return WordingSignature(**fields)
