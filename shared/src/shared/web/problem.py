"""Errors as RFC 9457 problem details. The one table from stable codes to HTTP statuses.

Body: `{type, title, status, detail, code, remedy?, errors?: [{field, message, remedy?}], correlation_id}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from shared.kernel.errors import ConcurrentChange, DomainError, ReauthenticationRequired
from shared.observability.context import current_message

MEDIA_TYPE = "application/problem+json"

STATUS_BY_CODE: dict[str, int] = {
    "refused": 409,
    "invalid_value": 400,
    "not_found": 404,
    "invalid_transition": 409,
    "concurrent_change": 409,
    "forbidden": 403,
    "unavailable": 503,
    "unauthenticated": 401,
    "reauthentication_required": 401,
    "insufficient_scope": 403,
    "malformed": 422,
    "bad_request": 400,
    "method_not_allowed": 405,
    "content_too_large": 413,
    "unsupported_media_type": 415,
    "precondition_failed": 412,
    "precondition_required": 428,
    "idempotency_key_reused": 409,
    "idempotency_key_in_use": 409,
    "too_many_requests": 429,
    "internal": 500,
}
"""A code that is not listed takes the status of the nearest base class that is; a plain refusal is 409."""

_HTTP_REMEDIES = {
    404: ("not_found", "check the path; /openapi.json lists every route"),
    405: ("method_not_allowed", "use a method named in the Allow header; /openapi.json lists every route"),
    400: ("bad_request", "check the request against /openapi.json"),
    413: ("content_too_large", "send a smaller body, in several requests if need be"),
    415: ("unsupported_media_type", "send the content type that /openapi.json names"),
    429: ("too_many_requests", "wait and try again"),
    401: ("unauthenticated", "send the header Authorization: Bearer <access token>"),
    403: ("forbidden", "ask for the scope that /openapi.json names"),
}


class Malformed(DomainError):
    """The request cannot be read at all: the only thing that is 422."""

    code = "malformed"


def etag(version: int) -> str:
    """The header value for a version, such as `"v7"` with its quotes."""
    return f'"v{version}"'


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error."""
    codes = [error.code, *(getattr(kind, "code", None) for kind in type(error).__mro__)]
    return next(STATUS_BY_CODE[code] for code in codes if code in STATUS_BY_CODE)


def problem(
    *,
    status: int,
    code: str,
    detail: str,
    remedy: str | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem+json response with the correlation id of the request at hand."""
    body: dict[str, Any] = {
        "type": f"urn:rapport:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if remedy is not None:
        body["remedy"] = remedy
    if errors:
        body["errors"] = list(errors)
    correlation_id = current_message().correlation_id
    if correlation_id is not None:
        body["correlation_id"] = correlation_id
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def refusal(error: DomainError) -> JSONResponse:
    """The response to a domain error."""
    status = status_of(error)
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        again = isinstance(error, ReauthenticationRequired)
        why = "insufficient_user_authentication" if again else "invalid_token"
        headers["WWW-Authenticate"] = f'Bearer error="{why}"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "2"
    if isinstance(error, ConcurrentChange) and error.current_version is not None:
        headers["ETag"] = etag(error.current_version)
    named = error.parts or ((error,) if error.field else ())
    errors = [error_at(part.field, part.message, part.remedy) for part in named]
    return problem(
        status=status, code=error.code, detail=error.message, remedy=error.remedy, errors=errors, headers=headers
    )


def http_refusal(status: int, detail: object, headers: Mapping[str, str] | None) -> JSONResponse:
    """The response to an error of the framework: unknown route, wrong method, unreadable body."""
    code, remedy = _HTTP_REMEDIES.get(status, (HTTPStatus(status).name.lower(), None))
    return problem(status=status, code=code, detail=str(detail), remedy=remedy, headers=headers)


def unreadable_json(cause: BaseException | None) -> JSONResponse | None:
    """The response to a body that is no JSON for another reason than its grammar; None for any other cause."""
    match cause:
        case UnicodeDecodeError():
            byte = cause.object[cause.start]
            detail = f"the body is not {cause.encoding.upper()}: byte 0x{byte:02X} at {cause.start}"
            remedy = "send JSON encoded in UTF-8"
        case RecursionError():
            detail, remedy = "the body is nested too deeply", "send the fields that /openapi.json names, and no others"
        case _:
            return None
    return problem(status=400, code="bad_request", detail=detail, remedy=remedy)


def unavailable(what: str, remedy: str) -> JSONResponse:
    """503: something the answer needs does not answer itself."""
    return problem(status=503, code="unavailable", detail=what, remedy=remedy, headers={"Retry-After": "2"})


def internal_error() -> JSONResponse:
    """500 without any detail but the correlation id, under which the log tells the rest."""
    return problem(
        status=500,
        code="internal",
        detail="an unexpected error; nothing of this request was kept",
        remedy="report the correlation id to whoever runs this service",
    )


def error_at(field: str | None, message: str, remedy: str | None = None) -> dict[str, str]:
    """One entry of `errors`."""
    return {"field": field or "body", "message": message, **({"remedy": remedy} if remedy else {})}
