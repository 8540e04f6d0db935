"""CloudEvents 1.0 in Kafka's binary mode: the envelope travels in headers, the value is the payload alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from shared.contracts.envelope import Envelope
from shared.messaging.verdicts import Unreadable

Headers = Iterable[tuple[str, bytes | None]]
"""As they come: Kafka allows a header whose value is null; here it counts as absent."""

_SPEC_VERSION = ("ce_specversion", b"1.0")
_SCHEMA = "ce_dataschema"
_JSON = ("content-type", b"application/json")
_EXTENSIONS = ("correlationid", "causationid", "traceparent")
_CANONICAL_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def schema_of(event_type: str) -> str:
    """The `dataschema` of a published type."""
    return f"urn:rapport:schema:{event_type}"


def event_headers(
    *,
    message_id: str,
    event_type: str,
    source: str,
    time: datetime,
    subject: str,
    extra: Mapping[str, str],
) -> list[tuple[str, bytes]]:
    """The headers of one message; `extra` goes out under its own names (correlationid, traceparent, causes)."""
    headers = [
        *_constant(event_type, source),
        ("ce_id", message_id.encode()),
        ("ce_time", time.astimezone(UTC).isoformat().encode()),
        ("ce_subject", subject.encode()),
    ]
    for name, value in extra.items():
        headers.append((name, value.encode()))
    return headers


@lru_cache(maxsize=1024)
def _constant(event_type: str, source: str) -> tuple[tuple[str, bytes], ...]:
    """What all messages of one type and source share."""
    return (
        _SPEC_VERSION,
        _JSON,
        ("ce_type", event_type.encode()),
        ("ce_source", source.encode()),
        (_SCHEMA, schema_of(event_type).encode()),
    )


def to_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """The headers that carry `envelope`; `to_envelope` reads them back."""
    optional = {
        "correlationid": envelope.correlation_id,
        "causationid": envelope.causation_id,
        "traceparent": envelope.traceparent,
    }
    headers = event_headers(
        message_id=envelope.id,
        event_type=envelope.type,
        source=envelope.source,
        time=envelope.time,
        subject=envelope.subject,
        extra={name: value for name, value in optional.items() if value is not None},
    )
    return [(name, envelope.dataschema.encode() if name == _SCHEMA else value) for name, value in headers]


def type_of(headers: Headers) -> str | None:
    """The wire type, or None where the message is no CloudEvent."""
    for name, value in headers:
        if name == "ce_type" and value is not None:
            return value.decode("utf-8", "replace")
    return None


def present(headers: Headers) -> dict[str, bytes]:
    """Headers by name, the last of a name, without those whose value is null."""
    return {name: value for name, value in headers if value is not None}


def to_envelope(headers: Headers) -> Envelope:
    """The envelope in `headers`.

    Raises Unreadable naming the header that is missing or malformed.
    """
    return envelope_of(present(headers))


def envelope_of(found: Mapping[str, bytes]) -> Envelope:
    """The same for headers by name."""
    if (version := found.get("ce_specversion")) != b"1.0":
        raise Unreadable(f"header ce_specversion is {version!r}, not b'1.0': this is no CloudEvent")
    correlation, causation, trace = (found.get(name) for name in _EXTENSIONS)
    try:
        return Envelope(
            id=_uuid(found["ce_id"].decode()),
            type=found["ce_type"].decode(),
            source=found["ce_source"].decode(),
            time=_moment(found["ce_time"].decode()),
            subject=found["ce_subject"].decode(),
            dataschema=found[_SCHEMA].decode(),
            correlation_id=None if correlation is None else correlation.decode(),
            causation_id=None if causation is None else causation.decode(),
            traceparent=None if trace is None else trace.decode(),
        )
    except KeyError as missing:
        raise Unreadable(f"header {missing.args[0]} is missing") from None
    except UnicodeDecodeError:
        raise Unreadable(f"header {_not_text(found)} is not UTF-8 text") from None


def _not_text(found: Mapping[str, bytes]) -> str:
    for name, value in found.items():
        if name.startswith("ce_") or name in _EXTENSIONS:
            try:
                value.decode()
            except UnicodeDecodeError:
                return name
    return "?"


def _uuid(value: str) -> str:
    if _CANONICAL_UUID.fullmatch(value):
        return value
    try:
        return str(UUID(value))
    except ValueError:
        raise Unreadable("header ce_id is not a UUID") from None


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Unreadable("header ce_time is not an RFC 3339 timestamp") from None
    if moment.tzinfo is None:
        raise Unreadable("header ce_time names no time zone")
    return moment
