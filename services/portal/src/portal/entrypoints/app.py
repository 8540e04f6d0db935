"""The portal as an ASGI application: routes, security headers, static files, health."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from importlib.resources import files
from pathlib import Path
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.entrypoints import (
    absence,
    actions,
    aftercare,
    auth,
    desks,
    home,
    money,
    overrides,
    people,
    plans,
    queue,
    recalls,
    review_metrics,
    rule_proposals,
    rules,
    talk,
    watches,
    wordings,
)
from portal.entrypoints.console import Console
from portal.entrypoints.refusals import add_refusals, unexpected
from shared.observability import metrics
from shared.observability.health import Check, probe
from shared.web.middleware import Conversation

MAX_FORM_BYTES = 256 * 1024
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Strict headers on everything; pages are never cached, because they hold personal data."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, answer)


class LastPage:
    """A page instead of a stack trace for what nobody expected; the log has the rest under the reference."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception:
            if started or scope["type"] != "http":
                raise
            structlog.stdlib.get_logger("portal").exception("page.failed")
            await unexpected(Request(scope))(scope, receive, send)


class Assets(StaticFiles):
    """Stylesheet and script, cached for an hour."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        response = super().file_response(*args, **named)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def create_console(
    console: Console,
    *,
    ready: Mapping[str, Check],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[Any]] | None = None,
) -> FastAPI:
    """The application; `ready` holds one check per thing it cannot do without."""
    app = FastAPI(title="Rapport console", openapi_url=None, lifespan=lifespan, max_body_size=MAX_FORM_BYTES)
    app.state.console = console
    for module in (
        home,
        review_metrics,
        queue,
        actions,
        absence,
        talk,
        overrides,
        recalls,
        people,
        plans,
        money,
        watches,
        aftercare,
        wordings,
        rule_proposals,
        rules,
        auth,
    ):
        app.include_router(module.router)
    app.include_router(desks.safety)
    app.include_router(desks.questions)
    app.include_router(_operations(ready))
    static = Path(str(files("portal.entrypoints"))) / "static"
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)
    app.mount("/static", Assets(directory=static), name="static")
    add_refusals(app)
    app.add_middleware(LastPage)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Conversation)
    return app


async def _icon() -> Response:
    """Browsers ask for it by themselves, even where a page names another icon."""
    return RedirectResponse("/static/icon.svg", status_code=308)


def _operations(ready: Mapping[str, Check]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive() -> JSONResponse:  # pyright: ignore[reportUnusedFunction] - the router holds it
        return JSONResponse({"status": "alive", "service": "portal"})

    @router.get("/readyz")
    async def readiness() -> JSONResponse:  # pyright: ignore[reportUnusedFunction] - the router holds it
        found = await probe("portal", ready)
        return JSONResponse(found.body(), status_code=found.status)

    @router.get("/metrics")
    async def measured() -> Response:  # pyright: ignore[reportUnusedFunction] - the router holds it
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    return router
