"""What a route demands of its caller.

    @router.get("/v1/stakeholders/{stakeholder_id}")
    async def show(principal: Annotated[Principal, Depends(require("registry:read"))]) -> StakeholderRead: ...

The application's `app.state.verifier` (set by `create_app`) verifies the token. A route without it is public.
"""

from __future__ import annotations

from functools import cache

from fastapi import Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from shared.auth.principal import InsufficientScope, Principal, Unauthenticated
from shared.auth.verifier import TokenVerifier

_SCHEME = "bearer "


class Require(SecurityBase):
    """A dependency that yields the Principal, or refuses with 401 or 403. An empty scope asks for any caller."""

    def __init__(self, scope: str) -> None:
        self.model = HTTPBearer(bearerFormat="JWT", description=f"access token with scope {scope}")
        self.scheme_name = "accessToken"
        self._scope = scope

    async def __call__(self, request: Request) -> Principal:
        principal = await authenticate(request)
        if self._scope and self._scope not in principal.scopes:
            raise InsufficientScope(
                f"this needs the scope {self._scope}",
                remedy=f"use an account that has {self._scope}; this one is {principal.subject}",
            )
        return principal


@cache
def require(scope: str = "") -> Require:
    """The dependency that demands `scope`, such as "registry:write"."""
    return Require(scope)


async def authenticate(request: Request) -> Principal:
    """The caller of this request, whatever they may do."""
    header = request.headers.get("authorization")
    if header is None or header[: len(_SCHEME)].lower() != _SCHEME:
        raise Unauthenticated("no access token was sent", remedy="send the header Authorization: Bearer <access token>")
    verifier: TokenVerifier = request.app.state.verifier
    token = header[len(_SCHEME) :].strip()
    principal = verifier.remembered(token) or await verifier.verify(token)
    request.scope["principal"] = principal.subject
    return principal
