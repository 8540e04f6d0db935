"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shared.kernel.errors import DomainError, Forbidden


@dataclass(frozen=True, slots=True)
class Principal:
    """The verified caller. `subject` is stable and goes into records; `name` is for people to read.

    `kind` is "service" when a client acts for itself (client credentials), else "person".
    `client_id` is the application the token was issued to: an executor is known by it.
    """

    subject: str
    name: str
    kind: Literal["person", "service"]
    scopes: frozenset[str]
    roles: frozenset[str]
    client_id: str


class Unauthenticated(DomainError):
    """Nobody we can trust said who is asking."""

    code = "unauthenticated"


class InsufficientScope(Forbidden):
    """The caller is known, but the token does not allow this."""

    code = "insufficient_scope"
