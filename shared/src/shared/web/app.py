"""The one way to make a service's API.

Use::

    app = create_app(title="Rapport registry", service="registry", routers=[stakeholders.router],
                     verifier=TokenVerifier(settings.auth_issuer, settings.auth_audience, http),
                     ready={"kafka": broker_answers}, lifespan=lifespan, engine=engine)
    app.state.ports = ...        # routes read what bootstrap bound from request.app.state
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.exceptions import HTTPException

from shared.auth.verifier import TokenVerifier
from shared.kernel.errors import ConcurrentChange, DomainError
from shared.observability import metrics
from shared.observability.health import Check, probe
from shared.web.etag import as_precondition
from shared.web.malformed import malformed
from shared.web.middleware import Conversation
from shared.web.problem import http_refusal, refusal, unreadable_json
from shared.web.text_only import TextOnly

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


def create_app(
    *,
    title: str,
    service: str,
    routers: Sequence[APIRouter],
    verifier: TokenVerifier,
    ready: Mapping[str, Check],
    lifespan: Lifespan | None = None,
    engine: AsyncEngine | None = None,
) -> FastAPI:
    """An application with problem+json errors, correlation, metrics, /healthz, /readyz, /metrics and OpenAPI.

    `ready` holds one check per thing the service needs; `engine` adds the check "database" and is disposed of
    at shutdown, as is the verifier's own HTTP client.
    """
    checks = {**({} if engine is None else {"database": database_answers(engine)}), **ready}
    app = FastAPI(
        title=title,
        version="1",
        lifespan=_closing(lifespan, engine, verifier),
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},  # ours: Conversation
        exception_handlers={
            DomainError: _on_domain_error,
            RequestValidationError: _on_malformed,
            HTTPException: _on_http_error,
        },
    )
    app.state.verifier = verifier
    app.add_middleware(TextOnly)
    app.add_middleware(Conversation)
    for router in (*routers, _operations(service, checks)):
        # The routes themselves, not `include_router`: its wrapper matches every path twice.
        app.router.routes.extend(router.routes)
    return app


def database_answers(engine: AsyncEngine) -> Check:
    """A readiness check: one round trip to PostgreSQL."""

    async def check() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    return check


def _operations(service: str, checks: Mapping[str, Check]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive() -> JSONResponse:  # pyright: ignore[reportUnusedFunction] - the router holds it
        return JSONResponse({"status": "alive", "service": service})

    @router.get("/readyz")
    async def ready() -> JSONResponse:  # pyright: ignore[reportUnusedFunction] - the router holds it
        readiness = await probe(service, checks)
        return JSONResponse(readiness.body(), status_code=readiness.status)

    @router.get("/metrics")
    async def measured() -> Response:  # pyright: ignore[reportUnusedFunction] - the router holds it
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    return router


def _closing(inner: Lifespan | None, engine: AsyncEngine | None, verifier: TokenVerifier) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[Any]:
        try:
            if inner is None:
                yield
            else:
                async with inner(app) as state:
                    yield state
        finally:
            await verifier.aclose()
            if engine is not None:
                await engine.dispose()

    return lifespan


async def _on_domain_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, DomainError):
        raise error
    if error.code == ConcurrentChange.code and isinstance(error, ConcurrentChange) and "if-match" in request.headers:
        return refusal(as_precondition(error))
    return refusal(error)


async def _on_malformed(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return malformed(error.errors())


async def _on_http_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error.__cause__, DomainError):  # the framework wraps whatever reading a body raises
        return refusal(error.__cause__)
    return unreadable_json(error.__cause__) or http_refusal(error.status_code, error.detail, error.headers)
