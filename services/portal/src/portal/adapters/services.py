"""The four APIs over HTTP, called with the token of the signed-in person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import httpx

from portal.application.answers import USUAL_SECONDS, Answer, Problem, ServiceName, ServiceRefused, listed
from shared.observability.context import current_message

_CONNECT_SECONDS = 2.0


class HttpServices:
    """Meets `Services`. `addresses` are base URLs; `http` is shared and closed by its owner."""

    def __init__(self, addresses: Mapping[ServiceName, str], http: httpx.AsyncClient) -> None:
        self._addresses = addresses
        self._http = http

    async def get(
        self,
        service: ServiceName,
        path: str,
        token: str,
        *,
        within: float = USUAL_SECONDS,
        **query: str | int | None,
    ) -> Answer:
        given = {name: value for name, value in query.items() if value not in (None, "")}
        return await self._send(service, "GET", path, token, params=given, timeout=_patience(within))

    async def post(
        self,
        service: ServiceName,
        path: str,
        token: str,
        body: Mapping[str, Any],
        *,
        if_match: str | None = None,
        within: float = USUAL_SECONDS,
    ) -> Answer:
        headers = {} if if_match is None else {"If-Match": if_match}
        return await self._send(service, "POST", path, token, json=body, headers=headers, timeout=_patience(within))

    async def page(self, service: ServiceName, path: str, token: str, *, within: float = USUAL_SECONDS) -> str:
        return (await self._asked(service, "GET", path, token, timeout=_patience(within))).text

    async def delete(self, service: ServiceName, path: str, token: str, *, if_match: str) -> Answer:
        patience = _patience(USUAL_SECONDS)
        return await self._send(service, "DELETE", path, token, headers={"If-Match": if_match}, timeout=patience)

    async def _send(self, service: ServiceName, method: str, path: str, token: str, **more: Any) -> Answer:
        response = await self._asked(service, method, path, token, **more)
        return Answer(_object(response), response.headers.get("etag"))

    async def _asked(self, service: ServiceName, method: str, path: str, token: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", **_conversation(), **more.pop("headers", {})}
        url = f"{self._addresses[service].rstrip('/')}{path}"
        try:
            response = await self._http.request(method, url, headers=headers, **more)
        except httpx.HTTPError as error:
            raise ServiceRefused(_silent(service)) from error
        if response.is_success:
            return response
        raise ServiceRefused(_problem(service, response))


def _patience(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=_CONNECT_SECONDS)


def _conversation() -> dict[str, str]:
    """The request's correlation and trace travel on."""
    context = current_message()
    headers = {"X-Correlation-ID": context.correlation_id, "traceparent": context.traceparent}
    return {name: value for name, value in headers.items() if value}


def _silent(service: ServiceName) -> Problem:
    return Problem(
        service=service,
        status=0,
        code="no_answer",
        detail=f"The service {service} does not answer.",
        remedy="Try again in a moment. If it lasts, ask whoever runs the system to look at `rapport status`.",
    )


def _problem(service: ServiceName, response: httpx.Response) -> Problem:
    body = _object(response)
    errors = listed(body, "errors")
    problem = Problem(
        service=service,
        status=response.status_code,
        code=str(body.get("code") or f"http_{response.status_code}"),
        detail=str(body.get("detail") or f"{service} answered {response.status_code} without saying why."),
        remedy=None if body.get("remedy") is None else str(body["remedy"]),
        errors=tuple(errors),
        correlation_id=response.headers.get("x-correlation-id"),
    )
    if any(
        str(each.get("field")).endswith("cursor") for each in errors
    ):  # the services' words for it speak to programs
        detail = "The address of this page of the list is not complete, or not one of ours."
        return replace(problem, detail=detail, remedy="Start again at the first page of the list.", errors=())
    return problem


def _object(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of a body; a list stands under `items`; anything else is nothing."""
    try:
        body: Any = response.json()
    except ValueError:
        return {}
    if isinstance(body, list):
        return {"items": cast("list[Any]", body)}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}
