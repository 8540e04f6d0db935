"""What the routes of aftercare are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from compliance.application.aftercare.recall import Recall, Recalled


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareDesk:
    """Bound over one database. `revocations` gives the signed list of one executor."""

    recall: Callable[[str, Recall], Awaitable[Recalled]]
    revocations: Callable[[str], Awaitable[str]]
