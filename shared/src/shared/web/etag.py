"""Optimistic locking over HTTP: the aggregate's version as a strong entity tag (RFC 9110, section 8.8).

Use::

    response.headers["ETag"] = etag(stakeholder.version)
    async def change(expected_version: IfMatch, ...): ensure_version(expected_version, thing.version)
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header

from shared.kernel.errors import ConcurrentChange, DomainError
from shared.web.problem import etag

__all__ = ["IfMatch", "IfMatchIfGiven", "PreconditionFailed", "as_precondition", "ensure_version", "etag"]

_TAG = re.compile(r'"v(\d{1,18})"')


class PreconditionRequired(DomainError):
    """A change must say which version it was made on."""

    code = "precondition_required"


class UnreadableCondition(DomainError):
    """If-Match is no ETag of ours. The request's content is fine, so this is a bad request, not a malformed one."""

    code = "bad_request"


class PreconditionFailed(ConcurrentChange):
    """The aggregate is no longer in the version the change was made on."""

    code = "precondition_failed"


def ensure_version(expected: int, actual: int) -> None:
    """Raise PreconditionFailed (412) when the caller's version is not the current one."""
    if expected != actual:
        raise PreconditionFailed(
            f"If-Match names version {expected}, but the current version is {actual}",
            remedy="read it again, look at what changed, and repeat the change with the new ETag",
            field="If-Match",
            current_version=actual,
        )


def as_precondition(error: ConcurrentChange) -> PreconditionFailed:
    """The same refusal to a caller who sent If-Match: whoever was faster, the condition does not hold (any more)."""
    return PreconditionFailed(
        error.message, remedy=error.remedy, field="If-Match", current_version=error.current_version
    )


async def _expected_version(if_match: Annotated[str | None, Header()] = None) -> int:
    if if_match is None:
        raise PreconditionRequired(
            "this change needs the header If-Match",
            remedy="read the resource and send back its ETag as If-Match",
            field="If-Match",
        )
    match = _TAG.fullmatch(if_match.strip())
    if match is None:
        raise UnreadableCondition("If-Match is not an ETag of ours", remedy='send one such as "v7"', field="If-Match")
    return int(match.group(1))


IfMatch = Annotated[int, Depends(_expected_version)]
"""The version named by If-Match; 428 without one."""


async def _expected_version_if_given(if_match: Annotated[str | None, Header()] = None) -> int | None:
    return None if if_match is None else await _expected_version(if_match)


IfMatchIfGiven = Annotated[int | None, Depends(_expected_version_if_given)]
"""The version named by If-Match; None without one: the caller takes whatever is there now."""
