"""Small applications to talk to, and the client that talks to them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from shared.observability.health import Check
from shared.testing import TestIssuer
from shared.web.app import create_app

ISSUER = TestIssuer()


def an_app(*routers: APIRouter, ready: dict[str, Check] | None = None, **options: Any) -> FastAPI:
    return create_app(
        title="Test", service="test", routers=routers, verifier=ISSUER.verifier(), ready=ready or {}, **options
    )


@asynccontextmanager
async def a_client(app: FastAPI | APIRouter | Sequence[APIRouter], **headers: str) -> AsyncGenerator[httpx.AsyncClient]:
    if not isinstance(app, FastAPI):
        app = an_app(*([app] if isinstance(app, APIRouter) else app))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client
