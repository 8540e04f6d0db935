"""Health, readiness and metrics of one process, as facts (`probe`) and as a tiny ASGI application (`probes`).

Use::

    uvicorn.Config(probes(service="audit", ready={"database": ping}), ...)   # a worker without an API
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from shared.observability import metrics

Check = Callable[[], Awaitable[None]]
"""Returns when the thing answers, raises when it does not."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

CHECK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Result per named check: "ok" or the kind of failure, never its detail (it may hold addresses)."""

    service: str
    checks: Mapping[str, str]

    @property
    def ready(self) -> bool:
        return all(result == "ok" for result in self.checks.values())

    @property
    def status(self) -> int:
        """200 or 503."""
        return 200 if self.ready else 503

    def body(self) -> dict[str, Any]:
        """`{"status": "ready"|"not_ready", "service": ..., "checks": {name: "ok"|failure}}`."""
        state = "ready" if self.ready else "not_ready"
        return {"status": state, "service": self.service, "checks": dict(self.checks)}


async def probe(service: str, ready: Mapping[str, Check]) -> Readiness:
    """Run all checks at once, each within three seconds."""
    results = await asyncio.gather(*(_outcome(check) for check in ready.values()))
    return Readiness(service, dict(zip(ready, results, strict=True)))


async def _outcome(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} seconds"
    except Exception as error:  # noqa: BLE001 - whatever a check raises means "not ready"
        return f"failed: {type(error).__name__}"
    return "ok"


def probes(*, service: str, ready: Mapping[str, Check]) -> Application:
    """An ASGI application that answers /healthz, /readyz and /metrics."""

    async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            status, kind, body = await _answer(scope["path"], service, ready)
            headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return application


async def _answer(path: str, service: str, ready: Mapping[str, Check]) -> tuple[int, str, bytes]:
    if path == "/healthz":
        return 200, "application/json", json.dumps({"status": "alive", "service": service}).encode()
    if path == "/readyz":
        readiness = await probe(service, ready)
        return readiness.status, "application/json", json.dumps(readiness.body()).encode()
    if path == "/metrics":
        return 200, metrics.CONTENT_TYPE, metrics.exposition()
    return 404, "text/plain", b"not found: this process answers /healthz, /readyz and /metrics\n"


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
