"""Signing in at the OpenID Connect issuer: authorization code with PKCE (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode

import httpx

from portal.application.sessions import SignInAttempt, SignInFailed
from shared.auth.discovery import discovered, endpoint


class OpenIdSignIn:
    """Meets `SignIn`. The issuer's endpoints are discovered when first needed."""

    def __init__(
        self, issuer: str, *, client_id: str, client_secret: str, redirect_uri: str, http: httpx.AsyncClient
    ) -> None:
        self._issuer = issuer.rstrip("/")
        self._client = (client_id, client_secret)
        self._redirect_uri = redirect_uri
        self._http = http
        self._document: dict[str, Any] | None = None

    async def address(self, attempt: SignInAttempt, *, fresh: bool = False) -> str:
        digest = hashlib.sha256(attempt.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._client[0],
            "redirect_uri": self._redirect_uri,
            "scope": "openid",
            "state": attempt.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if fresh else {}),
        }
        return f"{await self._endpoint('authorization_endpoint')}?{urlencode(query)}"

    async def token(self, code: str, attempt: SignInAttempt, *, issuer: str | None) -> str:
        if issuer is not None and issuer.rstrip("/") != self._issuer:  # RFC 9207: an answer of another issuer
            raise SignInFailed("The answer came from another issuer. Start signing in again.")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": attempt.verifier,
        }
        address = await self._endpoint("token_endpoint")
        try:
            answer = await self._http.post(address, data=form, auth=self._client, timeout=5.0)
            body: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise SignInFailed("The sign-in service did not answer. Try again in a moment.") from error
        if not answer.is_success or not isinstance(body.get("access_token"), str):
            reason = body.get("error_description") or body.get("error") or f"status {answer.status_code}"
            raise SignInFailed(f"The sign-in service refused: {reason}. Start signing in again.")
        return str(body["access_token"])

    async def _endpoint(self, name: str) -> str:
        try:
            if self._document is None:
                self._document = await discovered(self._issuer, self._http)
            return endpoint(self._document, name)
        except (httpx.HTTPError, ValueError) as error:
            raise SignInFailed("The sign-in service does not answer. Try again in a moment.") from error
