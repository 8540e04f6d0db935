"""What the planner has learned about one submission: the frozen content, its case, its permit, its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The frozen snapshot. `version` is the action's version that it created and that its case judges."""

    version: int
    snapshot: Mapping[str, Any]
    snapshot_sha256: str
    content_sha256: str
    submitted_by: str
    submitted_by_name: str
    edited_by: tuple[str, ...]
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSeen:
    """The newest state of the case that judges `action_version`; `changes` are what a reviewer wants, and where."""

    action_version: int
    version: int
    state: str
    verdict: str | None = None
    findings: tuple[Mapping[str, Any], ...] = ()
    by: str | None = None
    reason: str | None = None
    changes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitSeen:
    """The permit issued for the submission; only `audience` may redeem it and report back.

    `case_version` is the version of the case that released it, which puts it in order with other news of the case.
    `action_version` is the submission it was issued for, None where the gate did not say. `earlier` are the ids of
    the permits for the same submission that came before it and were never redeemed.
    """

    id: str
    case_version: int
    audience: str
    content_sha256: str
    issued_at: datetime
    not_before: datetime
    expires_at: datetime
    action_version: int | None = None
    redeemed_at: datetime | None = None
    recalled_at: datetime | None = None
    earlier: tuple[str, ...] = ()

    def is_for(self, submission: Submission) -> bool:
        """Whether it was issued for `submission`; by content and time only where the gate named no version."""
        if self.content_sha256 != submission.content_sha256:
            return False
        if self.action_version is not None:
            return self.action_version == submission.version
        return self.issued_at >= submission.submitted_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the executor reported. `result` is `done` or `not_done`."""

    permit_id: str
    result: str
    detail: str | None
    evidence_url: str | None
    reported_by: str
    completed_at: datetime
