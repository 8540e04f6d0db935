"""The three ways to a token: authorization code with PKCE, client credentials, password (terminal only)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import ECKey

from shared.auth.embedded.directory import Client, Directory, User
from shared.auth.embedded.errors import OAuthError
from shared.auth.embedded.signing import sign
from shared.kernel.ids import new_id

CODE_SECONDS = 60
PERSON_SECONDS = 8 * 3600
SERVICE_SECONDS = 3600
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A checked request to sign in: it is safe to redirect to `redirect_uri`."""

    client: Client
    redirect_uri: str
    scope: str
    state: str
    challenge: str
    nonce: str


@dataclass(frozen=True, slots=True)
class _Code:
    request: AuthorizationRequest
    user: User
    expires_at: float


class Grants:
    """Checks requests and makes tokens. Codes live in this process: after a restart people sign in again."""

    def __init__(self, *, url: str, directory: Directory, key: ECKey, now: Callable[[], float]) -> None:
        self._url = url
        self._directory = directory
        self._key = key
        self._now = now
        self._codes: dict[str, _Code] = {}

    def authorization_request(self, query: Mapping[str, str]) -> AuthorizationRequest:
        """The checked request. Raises OAuthError for one that must not be answered by a redirect."""
        client = self._directory.client(query.get("client_id", ""))
        if client is None or "code" not in client.grants:
            raise OAuthError("invalid_client", "client_id names no client that may sign people in")
        redirect_uri = query.get("redirect_uri", "")
        if not client.may_redirect_to(redirect_uri):
            raise OAuthError("invalid_request", f"redirect_uri is not registered for the client {client.id}")
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "response_type must be code")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise OAuthError("invalid_request", "PKCE is required: send code_challenge and code_challenge_method=S256")
        scope, state, nonce = query.get("scope", ""), query.get("state", ""), query.get("nonce", "")
        return AuthorizationRequest(client, redirect_uri, scope, state, challenge, nonce)

    def issue_code(self, request: AuthorizationRequest, subject: str) -> str:
        """A code for the person who was chosen on the page; good once, for a minute."""
        user = self._directory.user(subject)
        if user is None:
            raise OAuthError("access_denied", "there is no such user")
        now = self._now()
        self._codes = {code: issued for code, issued in self._codes.items() if issued.expires_at > now}
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(request, user, now + CODE_SECONDS)
        return code

    def token(self, form: Mapping[str, str], credentials: tuple[str, str] | None) -> dict[str, Any]:
        """The token endpoint's answer. Raises OAuthError."""
        client = self._authenticated(form, credentials)
        match form.get("grant_type"):
            case "authorization_code":
                return self._by_code(client, form)
            case "client_credentials":
                return self._for_itself(client, form)
            case "password":
                return self._by_password(client, form)
            case _:
                raise OAuthError("unsupported_grant_type", "use authorization_code, client_credentials or password")

    def _authenticated(self, form: Mapping[str, str], credentials: tuple[str, str] | None) -> Client:
        client_id, secret = credentials or (form.get("client_id", ""), form.get("client_secret", ""))
        client = self._directory.client(client_id)
        if client is None or not hmac.compare_digest((client.secret or "").encode(), secret.encode()):
            raise OAuthError("invalid_client", "client id or secret is wrong", status=401)
        return client

    def _by_code(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        issued = self._codes.pop(form.get("code", ""), None)
        if issued is None or issued.expires_at <= self._now() or issued.request.client != client:
            raise OAuthError("invalid_grant", "the code is unknown, used or expired: sign in again")
        if form.get("redirect_uri") != issued.request.redirect_uri:
            raise OAuthError("invalid_grant", "redirect_uri differs from the one the code was issued for")
        verifier = form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(digest, issued.request.challenge):
            raise OAuthError("invalid_grant", "code_verifier does not belong to the code")
        answer = self._for_person(client, issued.user, issued.request.scope)
        if "openid" in issued.request.scope.split():
            answer["id_token"] = self._id_token(client, issued)
        return answer

    def _by_password(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        if "password" not in client.grants:
            raise OAuthError("unauthorized_client", f"the client {client.id} may not send passwords")
        user = self._directory.user(form.get("username", ""))
        expected = user.password if user is not None else secrets.token_urlsafe()
        matches = hmac.compare_digest(expected.encode(), form.get("password", "").encode())
        if user is None or not matches:
            raise OAuthError("invalid_grant", "user or password is wrong")
        return self._for_person(client, user, form.get("scope", ""))

    def _for_itself(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        if "service" not in client.grants:
            raise OAuthError("unauthorized_client", f"the client {client.id} may not act for itself")
        scopes = _granted(self._directory.scopes_of(client), form.get("scope", ""))
        claims = {"sub": client.id, "client_id": client.id}
        return self._answer(claims, scopes, SERVICE_SECONDS)

    def _for_person(self, client: Client, user: User, requested: str) -> dict[str, Any]:
        scopes = _granted(self._directory.scopes_of(user), requested)
        claims = {
            "sub": user.subject,
            "name": user.name,
            "client_id": client.id,
            "roles": list(user.roles),
            "auth_time": round(self._now(), 3),
        }
        return self._answer(claims, scopes, PERSON_SECONDS)

    def _answer(self, claims: Mapping[str, Any], scopes: tuple[str, ...], seconds: int) -> dict[str, Any]:
        scope = " ".join(scopes)
        profile = {**self._times(seconds), "aud": self._directory.audience, "jti": new_id(), "scope": scope}
        token = sign(self._key, {**claims, **profile}, kind="at+jwt")
        return {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": scope}

    def _id_token(self, client: Client, issued: _Code) -> str:
        claims = {
            **self._times(CODE_SECONDS * 5),
            "aud": client.id,
            "sub": issued.user.subject,
            "name": issued.user.name,
            **({"nonce": issued.request.nonce} if issued.request.nonce else {}),
        }
        return sign(self._key, claims, kind="JWT")

    def _times(self, seconds: int) -> dict[str, Any]:
        now = int(self._now())
        return {"iss": self._url, "iat": now, "exp": now + seconds}


def _granted(allowed: tuple[str, ...], requested: str) -> tuple[str, ...]:
    """What was asked for and is allowed; everything allowed when nothing but identity was asked for."""
    wanted = set(requested.split()) - {"openid", "profile"}
    return tuple(scope for scope in allowed if not wanted or scope in wanted)
