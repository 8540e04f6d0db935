"""Refuses addresses that hold what no database keeps as text."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.malformed import malformed


class TextOnly:
    """422 for a NUL in the path, whichever route it means. Routes name their own query parameters."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "\x00" in scope["path"]:
            refusal = malformed([{"type": "nul", "loc": ("path",), "msg": "holds a NUL, which is no text"}])
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)
