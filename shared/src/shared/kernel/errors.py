"""Refusals a domain model can utter. Codes are public and stable; HTTP statuses live in shared.web."""

from __future__ import annotations


class DomainError(Exception):
    """A rule said no.

    `code` is snake_case and stable across releases. `message` says what is wrong, `remedy` what to do
    about it, `field` names the offending input where there is one. `parts` holds one refusal per field where
    several things are wrong at once.
    """

    code = "refused"

    def __init__(
        self,
        message: str,
        *,
        remedy: str | None = None,
        field: str | None = None,
        parts: tuple[DomainError, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field
        self.parts = parts


class InvalidValue(DomainError):
    """The input is well-formed but its value is not acceptable."""

    code = "invalid_value"


class NotFound(DomainError):
    """No such aggregate, or none the caller may see."""

    code = "not_found"


class InvalidTransition(DomainError):
    """The aggregate is in a state that does not allow this."""

    code = "invalid_transition"


class ConcurrentChange(DomainError):
    """Somebody else changed the aggregate since it was read. `current_version` is the one it has now, where known."""

    code = "concurrent_change"

    def __init__(
        self, message: str, *, remedy: str | None = None, field: str | None = None, current_version: int | None = None
    ) -> None:
        super().__init__(message, remedy=remedy, field=field)
        self.current_version = current_version


class Forbidden(DomainError):
    """The caller is known but may not do this."""

    code = "forbidden"


class ReauthenticationRequired(DomainError):
    """The caller is known, but has to prove anew who they are before this (RFC 9470)."""

    code = "reauthentication_required"


class Unavailable(DomainError):
    """Something this decision needs does not answer, so the decision is no."""

    code = "unavailable"


class TransientError(Exception):
    """Not a refusal: the same work may succeed later, so a consumer waits and tries again for as long as it takes."""
