"""Overrides as JSON documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from compliance.adapters.documents import finding_from_json, judgement_from_json
from compliance.domain.overriding import Overridden, Override, standing


def override_to_json(override: Override) -> dict[str, Any]:
    """An override with each finding as it was overridden."""
    return {
        "by": override.by,
        "name": override.name,
        "decision": override.decision,
        "meaning": override.meaning,
        "reason": override.reason,
        "content_sha256": override.content_sha256,
        "rule_set": override.rule_set,
        "findings": [{"finding": each.finding.as_json(), "capacity": each.capacity} for each in override.findings],
        "at": override.at.isoformat(),
    }


def override_from_json(document: Mapping[str, Any]) -> Override:
    """The override as stored."""
    fields: dict[str, Any] = {
        **document,
        "findings": tuple(
            Overridden(finding=finding_from_json(each["finding"]), capacity=each["capacity"])
            for each in document["findings"]
        ),
        "at": datetime.fromisoformat(document["at"]),
    }
    return Override(**fields)


def blocks_of(judgement: str | None, overrides: str, content_sha256: str) -> list[dict[str, Any]]:
    """Each finding of a stored judgement that blocks, who may override it and who has; none before the judgement."""
    if judgement is None:
        return []
    given = map(override_from_json, json.loads(overrides))
    return [
        {
            "rule_id": each.finding.rule_id,
            "message": each.finding.message,
            "by": [] if each.finding.override is None else list(each.finding.override.by),
            "agreed_by": [one.name for one in each.agreed],
            "missing": each.missing,
        }
        for each in standing(judgement_from_json(json.loads(judgement)), given, content_sha256)
    ]


def signed_overrides(overrides: str) -> list[dict[str, Any]]:
    """Each override of a stored case as people read it."""
    return [
        {
            "by": each.by,
            "name": each.name,
            "decision": each.decision,
            "meaning": each.meaning,
            "reason": each.reason,
            "rule_ids": list(each.rules),
            "capacities": list(each.capacities),
            "at": each.at,
        }
        for each in map(override_from_json, json.loads(overrides))
    ]
