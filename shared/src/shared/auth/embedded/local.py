"""Keeps the development issuer on this machine, however it is started."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.auth.discovery import is_loopback


class LocalOnly:
    """Answers only over a loopback socket and under its own name.

    The name matters: a web page elsewhere can point a name of its own at 127.0.0.1 and read what answers there.
    """

    def __init__(self, app: ASGIApp, netloc: str) -> None:
        self._app = app
        self._netloc = netloc.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_local(scope):
            refusal = PlainTextResponse("the development issuer serves this machine only\n", status_code=403)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_local(self, scope: Scope) -> bool:
        server, client = scope.get("server"), scope.get("client")
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        return (
            server is not None
            and client is not None
            and is_loopback(server[0])
            and is_loopback(client[0])
            and host == self._netloc
        )
