"""Every state change of the gate is one event with who, when, why, old and new state: the ledger's raw material."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from shared.kernel.events import DomainEvent

SYSTEM = "system:compliance"
"""The one who acts when no person does."""


SIGNATORY, ON_BEHALF_OF = "signatory", "on_behalf_of"
"""Personal values that tell of a colleague's act, the printed name of whoever signed and for whom: no erasure of the
person that an entry is about takes them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who changes something, when and why. `by` is a token subject or `SYSTEM`."""

    by: str
    at: datetime
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange(DomainEvent):
    """One aggregate moved to `version`; `old_state` is None for a new one."""

    AGGREGATE: ClassVar[str]

    aggregate_id: str
    version: int
    old_state: str | None
    new_state: str
    occasion: Occasion

    def evidence(self) -> Mapping[str, Any]:
        """JSON values that prove what was decided on; no personal data."""
        return {}

    def personal(self) -> Mapping[str, Any]:
        """JSON values that prove it too and may be about a person: the ledger only commits to them."""
        return {}

    @property
    def about(self) -> str | None:
        """The stakeholder whose erasure takes the reason and the personal values of this entry with it."""
        return None
