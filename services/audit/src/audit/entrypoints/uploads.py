"""The file in a request: the plain body, or the one file of a form."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import UploadFile

from shared.kernel.errors import InvalidValue

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
