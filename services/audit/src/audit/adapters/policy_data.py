"""The published thresholds, dated: the edition in force is the newest that is already valid."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

from audit.domain.footprint_values import Thresholds


def thresholds_in_force(as_of: date) -> Thresholds:
    """The edition valid on `as_of`; before the first edition, the first."""
    text = files("audit.adapters").joinpath("data/audit_policy.json").read_text(encoding="utf-8")
    editions = sorted((_thresholds(each) for each in json.loads(text)), key=lambda edition: edition.valid_from)
    valid = [edition for edition in editions if edition.valid_from <= as_of]
    return valid[-1] if valid else editions[0]


def _thresholds(stated: dict[str, Any]) -> Thresholds:
    return Thresholds(
        version=stated["version"],
        valid_from=date.fromisoformat(stated["valid_from"]),
        source=stated["source"],
        window_days=stated["window_days"],
        active_posts_per_30_days=stated["active_posts_per_30_days"],
        confirmation_valid_hours=stated["confirmation_valid_hours"],
    )
