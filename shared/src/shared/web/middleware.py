"""One ASGI layer around every request: correlation, trace, metric, access log, and the last catch.

Plain ASGI and one layer only: it is on the path of every read.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

import structlog
from opentelemetry.trace import Span, SpanKind
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.stdlib import BoundLogger

from shared.kernel.ids import new_id
from shared.observability import tracing
from shared.observability.context import MessageContext, message_context
from shared.observability.metrics import HTTP_SECONDS
from shared.web.body_limit import limited
from shared.web.problem import internal_error, unavailable
from shared.web.unreachable import what_is_unreachable

_HEADER = b"x-correlation-id"
_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})

_log = structlog.stdlib.get_logger("http")


class Conversation:
    """Runs every request in its `MessageContext`; `X-Correlation-ID` comes in (if sensible) and goes out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._series: dict[tuple[str, str, int], Histogram] = {}
        self._log: BoundLogger = structlog.stdlib.get_logger().bind()  # bound once: a proxy binds at every call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        correlation_id, parent = _incoming(scope["headers"])
        traceparent, span = _open_span(scope, parent)
        outgoing = (_HEADER, correlation_id.encode())
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), outgoing]
            await send(message)

        with message_context(MessageContext(correlation_id=correlation_id, traceparent=traceparent)):
            try:
                await self._app(scope, limited(scope["headers"], receive), answer)
            except Exception as error:
                if status:
                    raise  # too late for an answer; the server closes the connection
                await _last_answer(error, scope, receive, answer)
            finally:
                self._account(scope, status, time.perf_counter() - started, span)

    def _account(self, scope: Scope, status: int, seconds: float, span: Span | None) -> None:
        method, route = scope["method"], route_template(scope)
        series = self._series.get((method, route, status))
        if series is None:
            series = HTTP_SECONDS.labels(method=method, route=route, status=str(status))
            self._series[method, route, status] = series
        series.observe(seconds)
        if span is not None:
            tracing.end_http_span(span, route=f"{method} {route}", status=status)
        if scope["path"] in _QUIET and status < 400:  # noqa: PLR2004 - the class of client errors
            return
        self._log.info(
            "http.request",
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 2),
            principal=scope.get("principal"),
        )


def route_template(scope: Scope) -> str:
    """The matched route as declared, such as `/v1/posts/{id}`; never the path itself, which holds ids."""
    return getattr(scope.get("route"), "path", None) or (scope["path"] if scope["path"] in _QUIET else "unmatched")


def _incoming(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str | None]:
    correlation_id: str | None = None
    traceparent: str | None = None
    for name, value in headers:
        if name == _HEADER and _ACCEPTABLE.fullmatch(value):
            correlation_id = value.decode("ascii")
        elif name == b"traceparent":
            traceparent = tracing.valid_traceparent(value.decode("latin-1"))
    return correlation_id or new_id(), traceparent


def _open_span(scope: Scope, parent: str | None) -> tuple[str, Span | None]:
    if not tracing.is_recording():
        return parent or tracing.new_traceparent(), None
    attributes = {"http.request.method": str(scope["method"])}
    span = tracing.start_span(str(scope["method"]), kind=SpanKind.SERVER, parent=parent, attributes=attributes)
    return tracing.traceparent_of(span), span


async def _last_answer(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    unreachable = what_is_unreachable(error)
    if unreachable is None:
        _log.error("http.unexpected_error", route=route_template(scope), exc_info=error)
        response = internal_error()
    else:
        _log.warning("http.unavailable", route=route_template(scope), what=unreachable[0], error=type(error).__name__)
        response = unavailable(*unreachable)
    await response(scope, receive, send)
