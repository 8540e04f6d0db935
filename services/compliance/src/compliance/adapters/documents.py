"""Judgements, votes and findings as JSON documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from compliance.domain.findings import Evidence, Finding
from compliance.domain.judgement import Judgement
from compliance.domain.votes import Vote


def judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    """The judgement with the resolved snapshot."""
    return {
        "resolved": dict(judgement.resolved),
        "findings": [finding.as_json() for finding in judgement.findings],
        "verdict": judgement.verdict,
        "rule_set": judgement.rule_set,
        "stakeholder_version": judgement.stakeholder_version,
        "approvals_required": judgement.approvals_required,
        "safety_handover": judgement.safety_handover,
    }


def judgement_from_json(document: Mapping[str, Any]) -> Judgement:
    """The judgement as stored."""
    fields: dict[str, Any] = {**document, "findings": tuple(map(finding_from_json, document["findings"]))}
    return Judgement(**fields)


def finding_from_json(document: Mapping[str, Any]) -> Finding:
    """The finding as its verdict line spells it."""
    found = document["evidence"]
    fields: dict[str, Any] = {**document, "evidence": None if found is None else Evidence(**found)}
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
    }


def vote_from_json(document: Mapping[str, Any]) -> Vote:
    """The vote as stored."""
    fields: dict[str, Any] = {**document, "at": datetime.fromisoformat(document["at"])}
    return Vote(**fields)
