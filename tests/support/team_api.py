"""People at the gate's API, with names of their own for each test: tests share a database."""

from __future__ import annotations

from typing import Any

import httpx

from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support.compliance_builders import AUTHOR

ISSUER = TestIssuer()
_REVIEWER = ("compliance:read", "compliance:review", "ledger:read")


class Team:
    """Three reviewers and the author of every staged action."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.rosa, self.sam, self.max = (f"{name}-{new_id()}" for name in ("rosa", "sam", "max"))

    async def met(self) -> Team:
        """Each has opened the console once."""
        for subject in (self.rosa, self.sam, self.max):
            assert (await self.get("/v1/mentions", subject)).status_code == 200
        return self

    def as_(self, subject: str, *roles: str) -> dict[str, str]:
        scopes = ("compliance:read",) if subject == AUTHOR else _REVIEWER
        name = subject.partition("-")[0].title()
        return ISSUER.authorization(*scopes, subject=subject, name=name, roles=roles)

    async def get(self, path: str, who: str, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query, headers=self.as_(who))

    async def post(self, path: str, who: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.http.post(path, json=body, headers={**self.as_(who), **headers})

    async def delete(self, path: str, who: str, **headers: str) -> httpx.Response:
        return await self.http.delete(path, headers={**self.as_(who), **headers})
