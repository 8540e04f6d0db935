"""Who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shared.auth.principal import Principal


@dataclass(frozen=True, slots=True)
class Session:
    """The signed-in person, their access token and the secret every form of theirs carries."""

    principal: Principal
    token: str
    csrf: str


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """What the browser keeps while it is at the issuer: against mixed-up, forged or stolen answers."""

    state: str
    verifier: str
    came_from: str


class Cookies(Protocol):
    """Signed cookies; None for one that is missing, forged or too old."""

    def sign_session(self, token: str, csrf: str) -> str: ...

    def read_session(self, cookie: str | None) -> tuple[str, str] | None:
        """Token and form secret."""
        ...

    def sign_attempt(self, attempt: SignInAttempt) -> str: ...

    def read_attempt(self, cookie: str | None) -> SignInAttempt | None: ...

    def sign_form(self, form: Mapping[str, str]) -> str: ...

    def read_form(self, cookie: str | None) -> dict[str, str] | None: ...


class SignIn(Protocol):
    """The authorization code flow with PKCE. Raises SignInFailed."""

    async def address(self, attempt: SignInAttempt, *, fresh: bool = False) -> str:
        """Where to send the browser. With `fresh`, people prove who they are even if the issuer remembers them."""
        ...

    async def token(self, code: str, attempt: SignInAttempt, *, issuer: str | None) -> str:
        """The access token for a code the browser brought back."""
        ...


class SignInFailed(Exception):
    """Signing in did not work; the message says why and what to do."""
