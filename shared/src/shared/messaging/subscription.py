"""What a service listens to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from shared.contracts.envelope import Envelope, IntegrationEvent

Handler = Callable[[Any, Envelope, Any], Awaitable[None]]
"""`(event, envelope, unit_of_work)`; runs inside the consumer's transaction and never commits."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Calls `handler` for every event of the given contracts, which share one topic."""

    contracts: tuple[type[IntegrationEvent], ...]
    handler: Handler

    @property
    def topic(self) -> str:
        """The one topic of the contracts."""
        return self.contracts[0].TOPIC
