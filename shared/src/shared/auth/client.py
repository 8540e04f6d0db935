"""Access tokens for calls from one service to another (OAuth 2 client credentials)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from http import HTTPStatus
from typing import Any, Protocol

import httpx

from shared.auth.discovery import discovered, endpoint
from shared.kernel.errors import Unavailable

EARLY_SECONDS = 30
"""A token is renewed this long before it expires, so that it does not expire on the way."""


class BearerTokens(Protocol):
    """Supplies a service's own access token; `forget` drops one that was refused."""

    async def bearer(self) -> str: ...
    async def forget(self) -> None: ...


class ServiceAuth(httpx.Auth):
    """Sends a request with the service's token, and once more with a new one when that is refused (401).

    A refused request had no effect, so that sending it again is safe. Raises Unavailable when there is no token.
    `await http.get(path, auth=ServiceAuth(tokens))`
    """

    def __init__(self, tokens: BearerTokens) -> None:
        self._tokens = tokens

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Httpx asks for the request to send, and tells what was answered."""
        request.headers["Authorization"] = f"Bearer {await self._tokens.bearer()}"
        response = yield request
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            await self._tokens.forget()
            request.headers["Authorization"] = f"Bearer {await self._tokens.bearer()}"
            yield request


class ServiceTokens:
    """Fetches and keeps this service's own access token.

    `await http.get(path, auth=ServiceAuth(tokens))`
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        http: httpx.AsyncClient,
        *,
        scope: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._credentials = (client_id, client_secret)
        self._http = http
        self._scope = scope
        self._now = now
        self._token = ""
        self._expires_at = 0.0
        self._token_endpoint: str | None = None
        self._lock = asyncio.Lock()

    async def bearer(self) -> str:
        """A token valid for at least some seconds. Raises Unavailable when the issuer gives none."""
        async with self._lock:
            if self._now() >= self._expires_at - EARLY_SECONDS:
                await self._fetch()
            return self._token

    async def forget(self) -> None:
        """Fetch anew next time: the receiver answered 401."""
        async with self._lock:
            self._expires_at = 0.0

    async def _fetch(self) -> None:
        form = {"grant_type": "client_credentials", **({"scope": self._scope} if self._scope else {})}
        try:
            address = self._token_endpoint or await self._discover()
            answer = await self._http.post(address, data=form, auth=self._credentials, timeout=5.0)
            answer.raise_for_status()
            body: dict[str, Any] = answer.json()
            self._token, self._expires_at = str(body["access_token"]), self._now() + float(body["expires_in"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise Unavailable(
                f"the token issuer {self._issuer} gave no token for {self._credentials[0]}",
                remedy="check that the issuer runs and that client id and secret are right",
            ) from error

    async def _discover(self) -> str:
        self._token_endpoint = endpoint(await discovered(self._issuer, self._http), "token_endpoint")
        return self._token_endpoint
