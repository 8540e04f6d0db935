"""Turns validation errors into one readable entry per field, without echoing what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import JSONResponse

from shared.web.problem import error_at, problem

_PLACES = ("body", "query", "path", "header", "cookie")

_REMEDIES = {
    "missing": "add this field",
    "extra_forbidden": "remove this field, or check its spelling; /openapi.json lists the known ones",
    "json_invalid": "send valid JSON",
    "literal_error": "use one of the values named in the message",
    "enum": "use one of the values named in the message",
    "string_type": "send a text in quotes",
    "bool_parsing": "send true or false",
    "bool_type": "send true or false",
    "int_parsing": "send a whole number",
    "int_type": "send a whole number",
    "float_type": "send a number",
    "date_from_datetime_parsing": "send a date such as 2026-01-31",
    "date_parsing": "send a date such as 2026-01-31",
    "datetime_from_date_parsing": "send a time with its zone, such as 2026-01-31T09:00:00Z",
    "datetime_parsing": "send a time with its zone, such as 2026-01-31T09:00:00Z",
    "timezone_aware": "add the zone, such as Z or +01:00",
    "model_attributes_type": "send a JSON object with Content-Type: application/json",
    "dict_type": "send a JSON object",
    "list_type": "send a JSON array",
    "tuple_type": "send a JSON array",
}
_FALLBACK = "correct this value; /openapi.json describes it"


def malformed(errors: Sequence[Mapping[str, Any]]) -> JSONResponse:
    """422 with `errors: [{field, message, remedy}]` for pydantic's error list."""
    entries = [_entry(error) for error in errors]
    fields = ", ".join(dict.fromkeys(entry["field"] for entry in entries))
    return problem(
        status=422,
        code="malformed",
        detail=f"the request cannot be read: {fields}",
        remedy="correct the fields named in errors and send it again",
        errors=entries,
    )


def _entry(error: Mapping[str, Any]) -> dict[str, str]:
    return error_at(
        field_name(error.get("loc", ())), str(error.get("msg", "is invalid")), _REMEDIES.get(error["type"], _FALLBACK)
    )


def field_name(location: Sequence[object]) -> str:
    """`("body", "handles", 0, "platform")` as `handles.0.platform`; a bare place keeps its name.

    Unreadable JSON has the position of the offending character where a field would stand: it is the body's fault.
    """
    place, *path = location or ("body",)
    if place not in _PLACES:
        path = [place, *path]
    if not path or (place == "body" and len(path) == 1 and isinstance(path[0], int)):
        return str(place)
    return ".".join(str(part) for part in path)
