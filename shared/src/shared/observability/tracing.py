"""Traces across HTTP and Kafka, in the W3C `traceparent` format.

Without an endpoint nothing is recorded: `span` only hands the trace on (about a microsecond), so that
correlation in messages works everywhere and costs next to nothing.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, use_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_PROPAGATOR = TraceContextTextMapPropagator()
_recording: list[Tracer] = []  # empty, or the one tracer of this process
_flush: list[Callable[[], object]] = []


def configure_tracing(service: str, endpoint: str | None, *, exporter: SpanExporter | None = None) -> None:
    """Record spans of this process and send them to `endpoint` (an OTLP/HTTP base URL); None records nothing."""
    _recording.clear()
    _flush.clear()
    if endpoint is not None or exporter is not None:
        from shared.observability import exporting  # noqa: PLC0415 - half a second that only recording should cost

        provider = exporting.provider(service, exporter or exporting.to_collector(str(endpoint)))
        _recording.append(provider.get_tracer("rapport"))
        _flush.append(provider.force_flush)


def flush() -> None:
    """Send what is recorded and not sent yet; the end of the process does so by itself."""
    for each in _flush:
        each()


def valid_traceparent(value: str | None) -> str | None:
    """`value` if it is a well-formed W3C traceparent, else None."""
    return value if value is not None and _TRACEPARENT.fullmatch(value) else None


def new_traceparent() -> str:
    """The start of a trace that is not recorded."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: Mapping[str, str | int] | None = None,
) -> Generator[str]:
    """Run the block as one span below `parent` and yield the traceparent to hand on.

    Kafka: `with span(envelope.type, kind=SpanKind.CONSUMER, parent=envelope.traceparent) as traceparent:`
    """
    if not _recording:
        yield parent or new_traceparent()
        return
    opened = start_span(name, kind=kind, parent=parent, attributes=attributes)
    with use_span(opened, end_on_exit=True, record_exception=True, set_status_on_exception=True):
        yield traceparent_of(opened)


def is_recording() -> bool:
    """Whether spans of this process go anywhere."""
    return bool(_recording)


def start_span(
    name: str, *, kind: SpanKind, parent: str | None, attributes: Mapping[str, str | int] | None = None
) -> Span:
    """A recorded span the caller ends itself. Only while `is_recording()`."""
    origin = _PROPAGATOR.extract({"traceparent": parent}, Context()) if parent else Context()
    return _recording[0].start_span(name, context=origin, kind=kind, attributes=dict(attributes or {}))


def end_http_span(opened: Span, *, route: str, status: int) -> None:
    """Close a server span with what only the answer tells."""
    opened.update_name(route)
    opened.set_attribute("http.response.status_code", status)
    if status >= 500:  # noqa: PLR2004 - the class of server errors
        opened.set_status(StatusCode.ERROR)
    opened.end()


def traceparent_of(opened: Span) -> str:
    """The W3C header value of a span."""
    context = opened.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"
