"""Refuses addresses that hold what no database keeps as text."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.malformed import malformed


class TextOnly:
    """422 for a NUL in the path or the query, whichever route it means; a lone surrogate cannot get this far."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = _with_a_nul(scope) if scope["type"] == "http" else None
        if place is None:
            await self._app(scope, receive, send)
        else:
            refusal = malformed([{"type": "nul", "loc": (place,), "msg": "holds a NUL, which is no text"}])
            await refusal(scope, receive, send)


def _with_a_nul(scope: Scope) -> str | None:
    if "\x00" in scope["path"]:
        return "path"
    return "query" if b"%00" in scope["query_string"] or b"\x00" in scope["query_string"] else None
