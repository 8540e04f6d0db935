"""From a Kafka record to the event it carries and the handlers that want it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol
from uuid import NAMESPACE_OID, UUID, uuid5

from prometheus_client import Histogram
from pydantic import ValidationError

from shared.contracts.envelope import Envelope, IntegrationEvent
from shared.inbox.parking import ParkedMessage, printable
from shared.messaging.headers import envelope_of, present
from shared.messaging.subscription import Foresee, Handler, Subscription
from shared.messaging.verdicts import Unreadable
from shared.observability import metrics
from shared.observability.causes import places_of

LONGEST_KEY_BYTES = 500
"""A longer key is known by its beginning and its hash: the index of the parked keys takes no more than 2.7 kB."""

_KEPT_OF_KEY = 80
_WIRE_TYPE = re.compile(rb"[a-z][a-z0-9_]{0,99}(?:\.[a-z][a-z0-9_]{0,99}){2}\.v[1-9][0-9]{0,5}")


class Record(Protocol):
    """What this module needs of an `aiokafka.ConsumerRecord`."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


@dataclass(frozen=True, slots=True)
class Route:
    """What one wire type is and who handles it; `timer` measures its handlers."""

    contract: type[IntegrationEvent]
    handlers: list[Handler]
    foresee: list[Foresee]
    timer: Histogram
    while_parked: list[Handler] = field(default_factory=list[Handler])


@dataclass(frozen=True, slots=True)
class Delivery:
    """A record that could be read. `key` is the record's, `id` the idempotency key."""

    id: str
    key: str
    record: Record
    envelope: Envelope
    event: IntegrationEvent
    route: Route


class Router:
    """Knows which contract a wire type has and who handles it. All subscriptions belong to one service."""

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self._routes: dict[bytes, Route] = {}
        for subscription in subscriptions:
            for contract in subscription.contracts:
                if subscription.topic != contract.TOPIC:
                    raise TypeError(f"{contract.TYPE} travels on {contract.TOPIC}, not on {subscription.topic}")
                new = Route(contract, [], [], metrics.HANDLER_SECONDS.labels(type=contract.TYPE))
                route = self._routes.setdefault(contract.TYPE.encode(), new)
                route.handlers.append(subscription.handler)
                if subscription.foresee is not None:
                    route.foresee.append(subscription.foresee)
                if subscription.while_parked is not None:
                    route.while_parked.append(subscription.while_parked)
        self._state_topics = {route.contract.TOPIC for route in self._routes.values() if route.contract.IS_STATE}
        self.topics = sorted({subscription.topic for subscription in subscriptions})

    def read(self, record: Record) -> Delivery | None:
        """The event in `record`; None for a type of a stream that nobody here handles: a tolerant reader skips it.

        Raises Unreadable saying what does not fit. On a state topic that includes every type without a handler: it is
        a later release's state of a key we follow, and what we hold of it is no longer known to be true.
        """
        headers = present(record.headers)
        name = headers.get("ce_type")
        route = self._routes.get(name) if name is not None else None
        if route is None and name is not None:
            self._skippable(name, record.topic)
            return None
        envelope = envelope_of(headers)
        if route is None or record.value is None:
            raise Unreadable("the value is null")
        try:
            event = route.contract.model_validate_json(record.value)
        except ValidationError as error:
            raise Unreadable(places_of(error)) from None
        return Delivery(envelope.id, key_of(record), record, envelope, event, route)

    def _skippable(self, name: bytes, topic: str) -> None:
        if not _WIRE_TYPE.fullmatch(name):
            raise Unreadable("header ce_type is no type: <word>.<word>.<word>.v<number> is one")
        if topic in self._state_topics:
            raise Unreadable(f"the type {name.decode()} is not known here, and {topic} holds states")


def key_of(record: Record) -> str:
    """The record's key as text; one of its own for a record without a key, so that it holds nobody back."""
    if record.key is None:
        return f"(no key) {record.partition}-{record.offset}"
    key = record.key.decode("utf-8", "backslashreplace")
    if "\x00" in key:
        key = printable(key)
    return key if len(key) * 4 <= LONGEST_KEY_BYTES or len(key.encode()) <= LONGEST_KEY_BYTES else _shortened(key)


def _shortened(key: str) -> str:
    return f"{key[:_KEPT_OF_KEY]}... (sha256 {sha256(key.encode()).hexdigest()})"


def to_parked(record: Record) -> ParkedMessage:
    """The record as it is parked. Rubbish without an id gets one derived from its place on the topic."""
    return ParkedMessage(
        message_id=_id_of(record),
        topic=record.topic,
        key=key_of(record),
        partition=record.partition,
        offset=record.offset,
        headers=record.headers,
        payload=record.value,
    )


def _id_of(record: Record) -> str:
    for name, value in record.headers:
        if name == "ce_id" and value is not None:
            try:
                return str(UUID(value.decode()))
            except ValueError:
                break
    place = f"{record.topic}/{record.partition}/{record.offset}/{record.timestamp}"
    return str(uuid5(NAMESPACE_OID, place))
