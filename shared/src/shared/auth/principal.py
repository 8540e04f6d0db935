"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.kernel.errors import DomainError, Forbidden


@dataclass(frozen=True, slots=True)
class Principal:
    """The verified caller. `subject` is stable and goes into records; `name` is for people to read.

    `kind` is "service" when a client acts for itself (client credentials), else "person".
    `client_id` is the application the token was issued to: an executor is known by it.
    `authenticated_at` is when the person last proved who they are (the claim auth_time), None where it is not known.
    """

    subject: str
    name: str
    kind: Literal["person", "service"]
    scopes: frozenset[str]
    roles: frozenset[str]
    client_id: str
    authenticated_at: datetime | None = None


class Unauthenticated(DomainError):
    """Nobody we can trust said who is asking."""

    code = "unauthenticated"


class InsufficientScope(Forbidden):
    """The caller is known, but the token does not allow this."""

    code = "insufficient_scope"
