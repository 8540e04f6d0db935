"""Registry and audit over HTTP. Whatever is not a clear answer is no answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from compliance.application.ports.peers import Permission, Recapture
from compliance.domain.facts import PERSON_FACTS, KnownStakeholder
from shared.auth.client import BearerTokens, ServiceAuth
from shared.kernel.errors import Unavailable


class _PermissionRead(BaseModel):
    model_config = ConfigDict(extra="ignore")

    stakeholder_id: str
    version: int
    may_approach: bool
    reasons: tuple[str, ...] = ()
    facts: dict[str, Any]


class _RecaptureRead(BaseModel):
    model_config = ConfigDict(extra="ignore")

    state: Any
    text: str | None = None
    media_text: str | None = None
    confirmed_by: str | None = None


class HttpRegistry:
    """Implements `RegistryGateway`. `http` has the registry's base URL and a timeout."""

    def __init__(self, http: httpx.AsyncClient, tokens: BearerTokens) -> None:
        self._http = http
        self._auth = ServiceAuth(tokens)

    async def permission(self, stakeholder_id: str) -> Permission | None:
        request = self._http.build_request("GET", f"/v1/stakeholders/{stakeholder_id}/permission")
        response = await _send("the registry", self._http, self._auth, request)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return None
        if response.status_code != HTTPStatus.OK:
            raise Unavailable(f"the registry answered {response.status_code}")
        try:
            read = _PermissionRead.model_validate_json(response.content)
        except ValidationError as error:
            raise Unavailable("the registry's answer cannot be read") from error
        if read.stakeholder_id != stakeholder_id:
            raise Unavailable("the registry answered about somebody else")
        facts = {name: read.facts.get(name) for name in PERSON_FACTS}
        known = KnownStakeholder(stakeholder_id=stakeholder_id, version=read.version, facts=facts)
        return Permission(known=known, may_approach=read.may_approach, reasons=read.reasons)


class HttpAudit:
    """Implements `AuditGateway`. `http` has the audit's base URL and a timeout."""

    def __init__(self, http: httpx.AsyncClient, tokens: BearerTokens) -> None:
        self._http = http
        self._auth = ServiceAuth(tokens)

    async def recapture(self, url: str) -> Recapture:
        request = self._http.build_request("POST", "/v1/recaptures", json={"url": url})
        response = await _send("the audit", self._http, self._auth, request)
        if response.status_code != HTTPStatus.OK:
            raise Unavailable(f"the audit answered {response.status_code}")
        try:
            read = _RecaptureRead.model_validate_json(response.content)
            state = _STATES[read.state]
        except (ValidationError, KeyError, TypeError) as error:
            raise Unavailable("the audit's answer cannot be read") from error
        if state == "confirmed" and not read.confirmed_by:
            raise Unavailable("the audit does not say who confirmed the target")
        return Recapture(state=state, text=read.text, media_text=read.media_text, confirmed_by=read.confirmed_by)


_STATES: dict[str, Any] = {
    name: name for name in ("captured", "confirmed", "unconfirmed", "changed", "deleted", "unknown")
}


async def _send(who: str, http: httpx.AsyncClient, auth: ServiceAuth, request: httpx.Request) -> httpx.Response:
    try:
        return await http.send(request, auth=auth)
    except httpx.HTTPError as error:
        raise Unavailable(f"{who} does not answer ({type(error).__name__})") from error
