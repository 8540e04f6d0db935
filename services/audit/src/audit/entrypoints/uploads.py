"""The file in a request: the plain body, or the one file of a form."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from starlette.datastructures import UploadFile

from shared.kernel.errors import InvalidValue
from shared.web.problem import Malformed

BODY = {
    "requestBody": {
        "required": True,
        "description": "the file as the plain body, or as the one file of a form",
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
        },
    }
}


async def uploaded(request: Request) -> bytes:
    """The bytes of the file. Raises InvalidValue for a form without one and for an empty file."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raw = await request.body()
    else:
        async with request.form(max_files=1, max_fields=10) as form:
            file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
            if file is None:
                raise InvalidValue(
                    "the form holds no file", field="file", remedy="send the posts as the form's field `file`"
                )
            raw = await file.read()
    if not raw.strip():
        raise InvalidValue("the file is empty", field="file", remedy="send the posts as the request body")
    return raw


def known_id(after: str | None) -> str | None:
    """The id inside a cursor. Raises Malformed for one that was never ours."""
    if after is None:
        return None
    try:
        return str(UUID(after))
    except ValueError:
        raise Malformed(
            "cursor is not one of ours", field="cursor", remedy="send next_cursor of the previous page, unchanged"
        ) from None
