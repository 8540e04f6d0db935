"""Integration events and the CloudEvents envelope that carries them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class IntegrationEvent(BaseModel):
    """A published, versioned fact. Readers ignore fields they do not know.

    `TYPE` is the wire name (`<service>.<aggregate>.<past participle>.v<n>`), `TOPIC` where it travels. `IS_STATE`: the
    topic holds one full state per key, so that its reader must understand every record of a key it follows.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]
    IS_STATE: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """The id of the aggregate: the Kafka key, so that its events stay in order."""
        raise TypeError(f"{type(self).__name__} names no key")


class Envelope(BaseModel):
    """The CloudEvents 1.0 attributes of one message, as carried in `ce_*` headers (binary mode).

    `id` is the idempotency key of every consumer. `correlation_id` names the whole conversation,
    `causation_id` the message that led to this one, `traceparent` the W3C trace.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    source: str
    time: datetime
    subject: str
    dataschema: str
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
