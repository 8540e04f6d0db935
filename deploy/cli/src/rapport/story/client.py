"""A small client of the whole system for demos and demo data: sign in, call, wait with a deadline."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from rapport.launcher.folder import DataFolder
from rapport.launcher.issuer import demo_client_secrets
from rapport.launcher.ports import DEFAULTS
from rapport.place import Place, find_place
from rapport.problem import Problem

T = TypeVar("T")

SERVICES = ("registry", "audit", "planner", "compliance")
DEMO_PASSWORD = "demo"  # noqa: S105 - the development issuer's demo users, on loopback only
HTTP_SECONDS = 15.0


class Refused(Problem):
    """A service answered something else than was expected. `status` and `body` are what it said."""

    def __init__(self, message: str, *, remedy: str, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status
        self.body = body

    @property
    def code(self) -> str:
        """The stable code of the problem document, empty where there is none."""
        return str(self.body.get("code", ""))


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base URLs without a trailing slash."""

    issuer: str
    services: Mapping[str, str]

    @classmethod
    def from_environment(cls, place: Place | None) -> Addresses:
        """RAPPORT_<SERVICE>_URL and RAPPORT_AUTH_ISSUER, else the ports of the system on this data folder."""
        ports = {**DEFAULTS, **(DataFolder(place.data).ports if place else {})}

        def address(variable: str, part: str) -> str:
            return (os.environ.get(variable) or f"http://127.0.0.1:{ports[part]}").rstrip("/")

        services = {name: address(f"RAPPORT_{name.upper()}_URL", name) for name in SERVICES}
        return cls(issuer=address("RAPPORT_AUTH_ISSUER", "issuer"), services=services)


@dataclass(slots=True)
class Caller:
    """Somebody with an access token. `name` is the user or client it was issued to; `again` gets them a new one."""

    name: str
    token: str
    http: httpx.Client
    addresses: Addresses
    headers: dict[str, str] = field(default_factory=dict[str, str])
    again: Callable[[], str] | None = None

    def prove_identity(self) -> None:
        """Sign in anew, because each signature asks for it; a token that was given from outside stays."""
        if self.again is not None:
            self.token = self.again()

    def ask(
        self, method: str, service: str, path: str, *, expect: int | tuple[int, ...] = (200, 201, 202), **content: Any
    ) -> httpx.Response:
        """The answer. Raises Refused when its status is not expected, Problem when the service does not answer."""
        url = f"{self.addresses.services[service]}{path}"
        headers = {"Authorization": f"Bearer {self.token}", **content.pop("headers", {})}
        try:
            answer = self.http.request(method, url, headers=headers, **content)
        except httpx.HTTPError as error:
            raise Problem(
                f"{service} does not answer at {url} ({type(error).__name__})",
                remedy=f"`rapport status` shows what runs; look at the log of {service}",
            ) from error
        if answer.status_code not in ((expect,) if isinstance(expect, int) else expect):
            raise _refused(f"{method} {service} {path}", answer, expect)
        return answer

    def get(self, service: str, path: str, **query: Any) -> Any:
        """The JSON of a resource."""
        return self.ask("GET", service, path, params=query).json()

    def post(self, service: str, path: str, body: Any = None, *, key: str | None = None, **query: Any) -> Any:
        """Post JSON and get JSON; `key` is the Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", service, path, json=body, params=query, headers=headers).json()

    def upload(self, service: str, path: str, content: bytes, media_type: str, **query: Any) -> Any:
        """Post a file as the plain body."""
        headers = {"Content-Type": media_type}
        return self.ask("POST", service, path, content=content, params=query, headers=headers).json()

    def every(self, service: str, path: str, **query: Any) -> list[dict[str, Any]]:
        """All items of a paged list."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            shown = self.get(service, path, limit=200, **query, **({"cursor": cursor} if cursor else {}))
            items += shown["items"]
            cursor = shown["next_cursor"]
            if cursor is None:
                return items

    def refusal(self, method: str, service: str, path: str, body: Any = None, **headers: str) -> Refused:
        """The refusal this call must meet. Raises Problem when it is not refused."""
        try:
            self.ask(method, service, path, json=body, headers=headers)
        except Refused as refused:
            return refused
        raise Problem(
            f"{method} {service} {path} by {self.name} should have been refused and was not",
            remedy=f"look at the log of {service}: a rule of the gate does not hold",
        )


class System:
    """The system under the addresses, and those who may call it."""

    def __init__(self, addresses: Addresses, http: httpx.Client, client_secrets: Mapping[str, str]) -> None:
        self.addresses = addresses
        self.http = http
        self._client_secrets = client_secrets

    @classmethod
    @contextmanager
    def open(cls) -> Generator[System]:
        """The system that the environment, or the data folder of this checkout, points to."""
        place = _place_if_any()
        secrets = demo_client_secrets(place.demo / "users.yaml") if place else {}
        with httpx.Client(timeout=HTTP_SECONDS, trust_env=False) as http:
            yield cls(Addresses.from_environment(place), http, secrets)

    def sign_in(self, user: str) -> Caller:
        """A person, by password (RAPPORT_DEMO_PASSWORD, else the demo one) or by RAPPORT_TOKEN_<USER>."""
        given = os.environ.get(f"RAPPORT_TOKEN_{_variable(user)}")
        form = {
            "grant_type": "password",
            "client_id": "cli",
            "username": user,
            "password": os.environ.get("RAPPORT_DEMO_PASSWORD", DEMO_PASSWORD),
        }
        if given:
            return self._caller(user, given)
        caller = self._caller(user, self._token(user, form, None))
        caller.again = lambda: self._token(user, form, None)
        return caller

    def executor(self, client_id: str) -> Caller:
        """An executor, by its secret (RAPPORT_CLIENT_SECRET_<CLIENT>, else the demo one)."""
        secret = os.environ.get(f"RAPPORT_CLIENT_SECRET_{_variable(client_id)}") or self._client_secrets.get(client_id)
        if secret is None:
            raise Problem(
                f"there is no secret for the client {client_id}",
                remedy=f"set RAPPORT_CLIENT_SECRET_{_variable(client_id)}",
            )
        return self._caller(client_id, self._token(client_id, {"grant_type": "client_credentials"}, secret))

    def _caller(self, name: str, token: str) -> Caller:
        return Caller(name, token, self.http, self.addresses)

    def _token(self, name: str, form: dict[str, str], secret: str | None) -> str:
        issuer = self.addresses.issuer
        try:
            found = self.http.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()
            auth = None if secret is None else httpx.BasicAuth(name, secret)
            answer = self.http.post(found["token_endpoint"], data=form, auth=auth or httpx.USE_CLIENT_DEFAULT)
        except httpx.HTTPError as error:
            raise Problem(
                f"the token issuer {issuer} does not answer ({type(error).__name__})",
                remedy="start the system with `make up`, or point RAPPORT_AUTH_ISSUER to its issuer",
            ) from error
        if not answer.is_success:
            raise _refused(f"signing in as {name}", answer, 200)
        return str(answer.json()["access_token"])


def wait_until(
    what: str, probe: Callable[[], T | None], *, seconds: float = 15.0, every: float = 0.15, where: str = ""
) -> T:
    """The first value of `probe` that is not None. Raises Problem naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if value is not None:
            return value
        if time.monotonic() > deadline:
            raise Problem(
                f"{what}: did not happen within {seconds:.0f} s",
                remedy=where or "`rapport status` shows whether everything runs; then look at the workers' logs",
            )
        time.sleep(every)


def _refused(what: str, answer: httpx.Response, expected: int | tuple[int, ...]) -> Refused:
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        body = {"detail": answer.text[:500]}
    said = body.get("detail") or body.get("error_description") or body.get("error") or answer.text[:500]
    fields = "; ".join(f"{each.get('field')}: {each.get('message')}" for each in body.get("errors", ()))
    return Refused(
        f"{what} was answered with {answer.status_code}, expected {expected}: {said}"
        + (f" ({fields})" if fields else ""),
        remedy=str(body.get("remedy") or "look at the log of that service under the correlation id it names"),
        status=answer.status_code,
        body=body,
    )


def _variable(name: str) -> str:
    return name.upper().replace(".", "_").replace("-", "_")


def _place_if_any() -> Place | None:
    try:
        return find_place()
    except Problem:
        return None
