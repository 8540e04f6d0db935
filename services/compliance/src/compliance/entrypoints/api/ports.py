"""What the routes need from the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends, Request

from compliance.application.channels import Change
from compliance.application.gate import Gate
from compliance.application.redemption import Redemption
from compliance.domain.channel import ChannelDescription
from compliance.domain.events import Occasion
from compliance.domain.findings import Screening
from compliance.domain.votes import Ballot, Voter
from shared.auth.dependencies import require
from shared.auth.principal import Principal

Row = Mapping[str, Any]


class Queries(Protocol):
    """Read models of the gate; JSON columns come as text."""

    async def cases(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]: ...
    async def case(self, action_id: str) -> Row | None: ...
    async def permit(self, permit_id: str) -> Row | None: ...
    async def safety_cases(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]: ...
    async def ledger(self, *, about: str | None, after: int, limit: int) -> Sequence[Row]: ...
    async def rule_set(self) -> Row | None: ...
    async def channels(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]: ...
    async def channel(self, channel_id: str) -> Row | None: ...


class Redeem(Protocol):
    """Asks whether the executor may act now."""

    async def __call__(self, permit_id: str, *, client_id: str, content_sha256: str) -> Redemption: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePorts:
    """Bound by bootstrap."""

    queries: Queries
    gate: Gate
    screen_draft: Callable[[Mapping[str, Any]], Awaitable[Screening]]
    vote: Callable[[str, Ballot, Voter], Awaitable[str]]
    redeem: Redeem
    hand_over: Callable[[str, str], Awaitable[None]]
    register_channel: Callable[[ChannelDescription, str], Awaitable[str]]
    change_channel: Callable[[str, Change, int, Occasion], Awaitable[None]]
    jwks: Callable[[], Mapping[str, Any]]


async def _ports(request: Request) -> GatePorts:
    return cast("GatePorts", request.app.state.ports)  # Starlette's state is untyped


Ports = Annotated[GatePorts, Depends(_ports)]
Reader = Annotated[Principal, Depends(require("compliance:read"))]
Reviewer = Annotated[Principal, Depends(require("compliance:review"))]
