"""The far side of a real HTTP adapter: its tokens, and a service that does not answer."""

from __future__ import annotations

from dataclasses import dataclass

import httpx


@dataclass
class GivenTokens:
    """A token somebody else signed."""

    token: str

    @classmethod
    def of(cls, http: httpx.AsyncClient) -> GivenTokens:
        """The one `http` sends already."""
        return cls(http.headers["Authorization"].removeprefix("Bearer "))

    async def bearer(self) -> str:
        return self.token

    async def forget(self) -> None:
        """It stays the same."""


def silent() -> httpx.AsyncClient:
    """Talks to a service nobody started."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    return httpx.AsyncClient(transport=httpx.MockTransport(refuse), base_url="http://nobody.test")
