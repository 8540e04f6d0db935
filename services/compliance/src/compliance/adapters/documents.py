"""Judgements, votes and findings as JSON documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from compliance.domain.findings import Finding
from compliance.domain.judgement import Judgement
from compliance.domain.votes import Vote


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """A finding by the names of the verdict line."""
    return {
        "rule_id": finding.rule_id,
        "severity": finding.severity,
        "message": finding.message,
        "clause": finding.clause,
        "remedy": finding.remedy,
        "evidence": None if finding.evidence is None else dict(finding.evidence),
    }


def judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    """The judgement with the resolved snapshot."""
    return {
        "resolved": dict(judgement.resolved),
        "findings": [finding_to_json(finding) for finding in judgement.findings],
        "verdict": judgement.verdict,
        "rule_set": judgement.rule_set,
        "stakeholder_version": judgement.stakeholder_version,
        "approvals_required": judgement.approvals_required,
        "safety_handover": judgement.safety_handover,
    }


def judgement_from_json(document: Mapping[str, Any]) -> Judgement:
    """The judgement as stored."""
    fields: dict[str, Any] = {**document, "findings": tuple(Finding(**finding) for finding in document["findings"])}
    return Judgement(**fields)


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
