"""What is signed into a permit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitClaims:
    """What is signed. Nothing about the person, the reviewers or the reasons."""

    permit_id: str
    audience: str
    action_id: str
    content_sha256: str
    snapshot_sha256: str
    rule_set: str
    approvals: int
    approvals_sha256: str
    stakeholder_version: int
    not_before: datetime
    expires_at: datetime
    issued_at: datetime


Sign = Callable[[PermitClaims], str]
"""The signed token; the private key never leaves the signer."""
