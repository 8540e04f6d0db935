"""Composition root: settings to HTTP clients, cookies, console."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from pydantic import HttpUrl

from portal.adapters.cookies import SignedCookies
from portal.adapters.open_id import OpenIdSignIn
from portal.adapters.services import HttpServices
from portal.application.answers import ServiceName
from portal.entrypoints.app import create_console
from portal.entrypoints.console import Console, templates
from portal.settings import Settings
from shared.auth.verifier import TokenVerifier
from shared.kernel.clock import Clock, SystemClock
from shared.observability.health import Check


def build_console(
    settings: Settings,
    *,
    http: httpx.AsyncClient | None = None,
    verifier: TokenVerifier | None = None,
    clock: Clock | None = None,
) -> FastAPI:
    """The console; `http`, `verifier` and `clock` replace what would look outside."""
    client = http or httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=100))
    issuer = _plain(settings.auth_issuer)
    addresses: dict[ServiceName, str] = {
        "registry": _plain(settings.registry_url),
        "audit": _plain(settings.audit_url),
        "planner": _plain(settings.planner_url),
        "compliance": _plain(settings.compliance_url),
    }

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await client.aclose()

    console = Console(
        services=HttpServices(addresses, client),
        cookies=SignedCookies(settings.session_secret.get_secret_value()),
        sign_in=OpenIdSignIn(
            issuer,
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            redirect_uri=f"{_plain(settings.public_url)}/auth/callback",
            http=client,
        ),
        verifier=verifier or TokenVerifier(issuer, settings.auth_audience, client),
        clock=clock or SystemClock(),
        templates=templates(),
        secure=settings.public_url.scheme == "https",
    )
    return create_console(console, ready={"issuer": _answers(client, issuer)}, lifespan=lifespan)


def _plain(url: HttpUrl) -> str:
    return str(url).rstrip("/")


def _answers(http: httpx.AsyncClient, issuer: str) -> Check:
    async def check() -> None:
        answer = await http.get(f"{issuer}/.well-known/openid-configuration", timeout=2.0)
        answer.raise_for_status()

    return check
