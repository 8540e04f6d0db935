"""The development issuer: OpenID Connect discovery, a sign-in page and a token endpoint, on this machine only."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from shared.auth.discovery import is_loopback
from shared.auth.embedded.directory import Directory, read_directory
from shared.auth.embedded.errors import OAuthError
from shared.auth.embedded.grants import Grants
from shared.auth.embedded.local import LocalOnly
from shared.auth.embedded.page import HEADERS, refusal_page, sign_in_page
from shared.auth.embedded.signing import ALGORITHM, jwks, load_or_create_key

MAX_FORM_BYTES = 16_384


def create_issuer(*, url: str, key_dir: Path, users_file: Path, now: Callable[[], float] = time.time) -> FastAPI:
    """The issuer for `url`. Raises ValueError when that is not an address of this machine only."""
    url = url.rstrip("/")
    if not is_loopback(urlsplit(url).hostname):
        raise ValueError(f"the development issuer serves this machine only, so its URL must be a loopback one: {url}")
    directory = read_directory(users_file)
    key = load_or_create_key(key_dir)
    grants = Grants(url=url, directory=directory, key=key, now=now)
    app = FastAPI(title="Rapport development issuer", openapi_url=None, max_body_size=MAX_FORM_BYTES)
    app.add_middleware(LocalOnly, netloc=urlsplit(url).netloc)
    app.add_api_route("/healthz", _constant({"status": "alive", "service": "issuer"}))
    app.add_api_route("/favicon.ico", _no_icon, response_model=None)
    app.add_api_route("/readyz", _constant({"status": "ready", "service": "issuer", "checks": {}}))
    app.add_api_route("/.well-known/openid-configuration", _constant(_discovery(url, directory)))
    app.add_api_route("/jwks", _constant(jwks(key)))
    app.add_api_route("/authorize", _choose_user(grants, directory), methods=["GET"], response_model=None)
    app.add_api_route("/authorize", _redirect_back(grants, url), methods=["POST"], response_model=None)
    app.add_api_route("/token", _token(grants), methods=["POST"], response_model=None)
    return app


def _discovery(url: str, directory: Directory) -> dict[str, Any]:
    scopes = {scope for holder in (*directory.users, *directory.clients) for scope in directory.scopes_of(holder)}
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials", "password"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": ["openid", *sorted(scopes)],
    }


def _constant(body: dict[str, Any]) -> Callable[[], Any]:
    async def answer() -> JSONResponse:
        return JSONResponse(body)

    return answer


async def _no_icon() -> Response:
    """Browsers ask for it by themselves; the log stays free of their 404."""
    return Response(status_code=204)


def _choose_user(grants: Grants, directory: Directory) -> Callable[..., Any]:
    async def authorize(request: Request) -> Response:
        query = dict(request.query_params)
        try:
            wanted = grants.authorization_request(query)
        except OAuthError as error:
            return HTMLResponse(refusal_page(error.description), status_code=error.status, headers=HEADERS)
        client_name = wanted.client.name or wanted.client.id
        return HTMLResponse(sign_in_page(directory, client_name, query), headers=HEADERS)

    return authorize


def _redirect_back(grants: Grants, url: str) -> Callable[..., Any]:
    async def authorize(request: Request) -> Response:
        form = await _form(request)
        try:
            wanted = grants.authorization_request(form)
            code = grants.issue_code(wanted, form.get("subject", ""))
        except OAuthError as error:
            return HTMLResponse(refusal_page(error.description), status_code=error.status, headers=HEADERS)
        answer = {"code": code, "iss": url, **({"state": wanted.state} if wanted.state else {})}
        separator = "&" if "?" in wanted.redirect_uri else "?"
        return RedirectResponse(f"{wanted.redirect_uri}{separator}{urlencode(answer)}", status_code=303)

    return authorize


def _token(grants: Grants) -> Callable[..., Any]:
    async def token(request: Request) -> Response:
        headers = {"Cache-Control": "no-store"}
        try:
            answer = grants.token(await _form(request), _basic_credentials(request))
        except OAuthError as error:
            body = {"error": error.code, "error_description": error.description}
            challenge = {"WWW-Authenticate": "Basic"} if error.status == 401 else {}  # noqa: PLR2004 - unauthorized
            return JSONResponse(body, status_code=error.status, headers={**headers, **challenge})
        return JSONResponse(answer, headers=headers)

    return token


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=50))


def _basic_credentials(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError("invalid_client", "the Authorization header is not readable", status=401) from error
    return unquote(client_id), unquote(secret)
