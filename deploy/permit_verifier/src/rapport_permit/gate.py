"""Asking the gate over HTTP: its published keys, and whether to act now. Standard library only."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any, cast
from urllib.parse import quote, urlsplit

from rapport_permit.content import content_sha256
from rapport_permit.keys import Jwks, UnusableKeys
from rapport_permit.permits import VerifiedPermit

TIMEOUT = 10.0
"""Seconds without an answer."""
_LARGEST = 1_000_000
_LOCAL = ("127.0.0.1", "::1", "localhost")
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.UNAUTHORIZED}


class NotAllowed(Exception):
    """Do not act. `code` is the gate's stable word for why, `remedy` what to do.

    `again` says that asking again may help (no answer, an expired access token, the gate is busy): the answer to the
    same question never changes once it was yes, so asking again is always safe.
    """

    def __init__(self, message: str, *, code: str, remedy: str = "", again: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy
        self.again = again


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Act now, once, with exactly this content; `permit_id` is the idempotency key on the platform."""

    permit_id: str
    content: Mapping[str, Any]
    redeemed_at: str


def redeem(
    gate: str, permit: VerifiedPermit, content: Mapping[str, Any], *, access_token: str, timeout: float = TIMEOUT
) -> Allowed:
    """Ask the gate whether to act now with `content`. Only a returned `Allowed` allows the act; raises NotAllowed.

    `gate` is the address of the compliance API, https unless it is this machine; `access_token` the OAuth 2 access
    token of the permit's audience. Asked again for the same permit, the gate gives the same answer.
    """
    if not _is_released(content, permit):
        raise NotAllowed(
            "the content at hand is not the content the permit was issued for",
            code="content_changed",
            remedy="publish exactly the content that came with the permit, or nothing",
        )
    url = f"{gate.rstrip('/')}/v1/permits/{quote(permit.permit_id, safe='')}/redemption"
    body = json.dumps({"content_sha256": permit.content_sha256}).encode()
    headers = {"Authorization": f"Bearer {access_token}", "Content-Type": "application/json"}
    answer = _answered(urllib.request.Request(_safe(url), data=body, headers=headers, method="POST"), timeout)  # noqa: S310 - _safe
    return _allowed(answer, permit)


def fetch_jwks(url: str, *, timeout: float = TIMEOUT) -> Jwks:
    """The JWK set published at `url` (`.../.well-known/jwks.json`). Raises UnusableKeys."""
    try:
        return _answered(urllib.request.Request(_safe(url)), timeout)  # noqa: S310 - _safe
    except NotAllowed as refusal:
        raise UnusableKeys(f"{url}: {refusal}") from refusal


def _allowed(answer: Mapping[str, Any], permit: VerifiedPermit) -> Allowed:
    content: object = answer.get("content")
    redeemed_at = answer.get("redeemed_at")
    if answer.get("permit_id") != permit.permit_id or not isinstance(content, dict) or not isinstance(redeemed_at, str):
        raise NotAllowed("the gate's answer is not an answer to this question", code="unreadable_answer")
    released = cast("dict[str, Any]", content)
    if not _is_released(released, permit):
        raise NotAllowed("the gate's answer carries other content than the permit", code="content_changed")
    return Allowed(permit_id=permit.permit_id, content=released, redeemed_at=redeemed_at)


def _is_released(content: Mapping[str, Any], permit: VerifiedPermit) -> bool:
    try:
        return content_sha256(content) == permit.content_sha256
    except ValueError:
        return False


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An access token goes nowhere but where it was sent."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _safe(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise NotAllowed(
            f"{url} is neither https nor on this machine",
            code="unsafe_address",
            remedy="give the https address of the compliance API",
        )
    return url


def _proxies(request: urllib.request.Request) -> list[urllib.request.ProxyHandler]:
    """Those of the environment, none on the way to this machine itself."""
    return [urllib.request.ProxyHandler({})] if urlsplit(request.full_url).hostname in _LOCAL else []


def _answered(request: urllib.request.Request, timeout: float) -> Mapping[str, Any]:
    """The JSON object of a 200, nothing else. Raises NotAllowed."""
    opener = urllib.request.build_opener(_NoRedirects, *_proxies(request))
    try:
        with opener.open(request, timeout=timeout) as response:
            status, raw = response.status, _read(response)
    except urllib.error.HTTPError as refusal:
        with refusal:
            raise _refused(refusal.code, _read(refusal)) from None
    except (OSError, http.client.HTTPException) as silence:
        raise NotAllowed(
            f"the gate does not answer ({type(silence).__name__})",
            code="no_answer",
            remedy="do not act; ask again within the slot",
            again=True,
        ) from silence
    answer = _object(raw)
    if status != HTTPStatus.OK or answer is None:
        raise NotAllowed("the gate's answer cannot be read", code="unreadable_answer", remedy="do not act", again=True)
    return answer


def _refused(status: int, raw: bytes) -> NotAllowed:
    told = _object(raw) or {}
    return NotAllowed(
        f"{status} {told.get('detail') or HTTPStatus(status).phrase}",
        code=str(told.get("code") or "refused"),
        remedy=str(told.get("remedy") or "do not act"),
        again=status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _read(response: IO[bytes]) -> bytes:
    return response.read(_LARGEST + 1)


def _object(raw: bytes) -> dict[str, Any] | None:
    if len(raw) > _LARGEST:
        return None
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
