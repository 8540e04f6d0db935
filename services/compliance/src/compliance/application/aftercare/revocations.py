"""The list of permits that an executor must not act on, or has to take down again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.domain.permit import LONGEST_LIFE

FRESH_FOR = timedelta(minutes=5)
"""How long a list is good: whoever has none that is newer knows nothing."""
KEPT_FOR = LONGEST_LIFE
"""How long a permit stays on the list after its revocation at least; until its own end in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """One permit; `reason` is a RecallCode or `stopped`: no more than an executor may know."""

    permit_id: str
    at: datetime
    reason: str
