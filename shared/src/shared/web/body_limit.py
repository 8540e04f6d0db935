"""Refuses bodies nobody can mean, before they fill the memory."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

MAX_BODY_BYTES = 32 * 1024 * 1024
_DETAIL = f"the body is larger than {MAX_BODY_BYTES // 1024 // 1024} MiB"


def limited(headers: Iterable[tuple[bytes, bytes]], receive: Receive) -> Receive:
    """`receive`, which raises 413 as soon as a declared or a chunked body exceeds the limit."""
    for name, value in headers:
        if name == b"content-length":
            declared = int(value) if value.isdigit() else 0
            return _refusing if declared > MAX_BODY_BYTES else receive
        if name == b"transfer-encoding":
            return _counting(receive)
    return receive


async def _refusing() -> Message:
    raise HTTPException(413, _DETAIL)


def _counting(receive: Receive) -> Receive:
    received = 0

    async def receive_some() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise HTTPException(413, _DETAIL)
        return message

    return receive_some
