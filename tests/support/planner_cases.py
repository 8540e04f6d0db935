"""The gate's news about an action, as compliance publishes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shared.contracts.compliance import (
    ActionRecalledV1,
    ActionReleasedV1,
    CaseApprovedV1,
    CaseChangesRequestedV1,
    CaseExpiredV1,
    CaseInReviewV1,
    CasePausedV1,
    CaseScreenedV1,
    CaseStateV1,
    PermitRedeemedV1,
)
from support.planner_builders import NOW

_TYPES: dict[str, type[CaseStateV1]] = {
    "blocked": CaseScreenedV1,
    "in_review": CaseInReviewV1,
    "changes_requested": CaseChangesRequestedV1,
    "approved": CaseApprovedV1,
    "paused": CasePausedV1,
    "expired": CaseExpiredV1,
}


def case_of(action: dict[str, Any], state: str, *, version: int, **facts: Any) -> CaseStateV1:
    submission = action["submission"]
    return _TYPES[state].model_validate(
        {
            "action_id": action["id"],
            "version": version,
            "action_version": submission["version"],
            "stakeholder_id": action["stakeholder_id"],
            "state": state,
            "content_sha256": submission["content_sha256"],
            "snapshot_sha256": submission["snapshot_sha256"],
            **facts,
        }
    )


def release_of(
    action: dict[str, Any], permit_id: str, *, version: int = 5, audience: str = "executor-mastodon"
) -> ActionReleasedV1:
    return ActionReleasedV1(
        action_id=action["id"],
        version=version,
        action_version=action["submission"]["version"],
        permit_id=permit_id,
        permit="signed",
        audience=audience,
        content={},
        content_sha256=action["submission"]["content_sha256"],
        not_before=NOW,
        expires_at=NOW + timedelta(hours=3),
    )


def redemption_of(action: dict[str, Any], permit_id: str, *, at: datetime = NOW) -> PermitRedeemedV1:
    return PermitRedeemedV1(
        action_id=action["id"], version=6, permit_id=permit_id, audience="executor-mastodon", redeemed_at=at
    )


def recall_of(action: dict[str, Any], permit_id: str, *, was_redeemed: bool = True) -> ActionRecalledV1:
    return ActionRecalledV1(
        action_id=action["id"],
        version=7,
        permit_id=permit_id,
        audience="executor-mastodon",
        recalled_at=NOW,
        code="content",
        was_redeemed=was_redeemed,
    )
