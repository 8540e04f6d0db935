"""What an executor asks of compliance and planner."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import httpx

from shared.auth.client import ServiceTokens
from shared.contracts.compliance import ActionRecalledV1, ActionReleasedV1
from shared.kernel.errors import TransientError, Unavailable

KEYS_GOOD_FOR, KEYS_ANEW_AFTER = 300.0, 10.0
"""Seconds: how long published keys are kept, and how often an unknown one may make us look again."""
_TRY_AGAIN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


class NotAllowed(Exception):
    """The gate said no; the message says why."""


class Gate:
    """Compliance and planner over HTTP, each call as the audience of the permit at hand."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        compliance: str,
        planner: str,
        tokens: Mapping[str, ServiceTokens],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._compliance = compliance.rstrip("/")
        self._planner = planner.rstrip("/")
        self._tokens = tokens
        self._keys: Mapping[str, Any] = {}
        self._keys_from = float("-inf")
        self._monotonic = monotonic

    async def keys(self, *, anew: bool = False) -> Mapping[str, Any]:
        """The published keys permits are signed with, kept for offline use. Raises TransientError.

        `anew` looks again, though not at every forged permit: right after a look it is not told, but tried again.
        """
        age = self._monotonic() - self._keys_from
        if anew and age < KEYS_ANEW_AFTER:
            raise TransientError("the keys were looked at a moment ago")
        if anew or age > KEYS_GOOD_FOR:
            answer = await self._send("GET", f"{self._compliance}/.well-known/jwks.json", {}, None)
            self._keys, self._keys_from = answer.json(), self._monotonic()
        return self._keys

    async def redeem(self, release: ActionReleasedV1) -> Mapping[str, Any]:
        """The content to publish, now. Raises NotAllowed or TransientError."""
        path = f"{self._compliance}/v1/permits/{release.permit_id}/redemption"
        answer = await self._as(release.audience, path, {"content_sha256": release.content_sha256})
        if answer.status_code != HTTPStatus.OK:
            raise NotAllowed(_said(answer))
        content: Mapping[str, Any] = answer.json()["content"]
        return content

    async def report(self, release: ActionReleasedV1, report: Mapping[str, Any]) -> str | None:
        """Tell the planner what happened; what it objected to, None when it took the report. Raises TransientError."""
        body = {"permit_id": release.permit_id, **report}
        answer = await self._as(release.audience, f"{self._planner}/v1/actions/{release.action_id}/outcome", body)
        return None if answer.is_success else _said(answer)

    async def report_take_down(self, recall: ActionRecalledV1, proof: Mapping[str, Any]) -> str | None:
        """Tell compliance that it is gone; what it objected to, None when it took the report. Raises TransientError."""
        path = f"{self._compliance}/v1/take-downs/{recall.action_id}/report"
        answer = await self._as(recall.audience, path, proof)
        return None if answer.is_success else _said(answer)

    async def _as(self, audience: str, url: str, body: Mapping[str, Any]) -> httpx.Response:
        tokens = self._tokens[audience]
        try:
            headers = {"Authorization": f"Bearer {await tokens.bearer()}"}
        except Unavailable as error:
            raise TransientError(error.message) from error
        answer = await self._send("POST", url, headers, body)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            await tokens.forget()
        if answer.status_code in _TRY_AGAIN or answer.is_server_error:
            raise TransientError(f"{url} answered {_said(answer)}")
        return answer

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> httpx.Response:
        try:
            answer = await self._http.request(method, url, headers=headers, json=body)
        except httpx.HTTPError as error:
            raise TransientError(f"{url} does not answer ({type(error).__name__})") from error
        if body is None and not answer.is_success:
            raise TransientError(f"{url} answered {_said(answer)}")
        return answer


def _said(answer: httpx.Response) -> str:
    try:
        body: Mapping[str, Any] = answer.json()
    except ValueError:
        body = {}
    return f"{answer.status_code} {body.get('code', '')}: {body.get('detail', answer.text[:200])}"
