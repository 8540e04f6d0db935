"""What a service listens to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.envelope import Envelope, IntegrationEvent

Handler = Callable[[Any, Envelope, Any], Awaitable[None]]
"""`(event, envelope, unit_of_work)`; runs inside the consumer's transaction and never commits."""


Foresee = Callable[[Sequence[Any], Any], Awaitable[None]]
"""`(events, unit_of_work)`: reads at once what the handler will need for each of `events` in that unit of work."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Calls `handler` for every event of the given contracts, which share one topic.

    With `foresee`, events are handled in smaller transactions, because it may lock what all of them concern. An event
    that waits behind a dead letter of its key goes to `while_parked` at every delivery, for what cannot wait until
    somebody has repaired that one; `handler` gets it at the replay.
    """

    contracts: tuple[type[IntegrationEvent], ...]
    handler: Handler
    foresee: Foresee | None = None
    while_parked: Handler | None = None

    @property
    def topic(self) -> str:
        """The one topic of the contracts."""
        return self.contracts[0].TOPIC
