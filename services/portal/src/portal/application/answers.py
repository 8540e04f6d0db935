"""What a service answered, or why it did not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, cast

ServiceName = Literal["registry", "audit", "planner", "compliance"]
USUAL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its JSON object and its entity tag."""

    body: dict[str, Any]
    etag: str | None = None

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items of a page."""
        return listed(self.body, "items")

    @property
    def next_cursor(self) -> str | None:
        """Where the next page starts, None on the last one."""
        cursor = self.body.get("next_cursor")
        return cursor if isinstance(cursor, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A refusal in words a person can use. `status` 0: the service did not answer at all."""

    service: ServiceName
    status: int
    code: str
    detail: str
    remedy: str | None = None
    errors: tuple[Mapping[str, str], ...] = field(default=())
    correlation_id: str | None = None

    @property
    def is_stale(self) -> bool:
        """Somebody changed it since the page was loaded."""
        return self.code in {"concurrent_change", "precondition_failed", "content_changed", "judged_again"}

    @property
    def wants_fresh_sign_in(self) -> bool:
        """Signed in, but a signature needs a new proof of who this is."""
        return self.code == "reauthentication_required"

    @property
    def is_signed_out(self) -> bool:
        return self.status == 401 and not self.wants_fresh_sign_in  # noqa: PLR2004 - unauthorized


class ServiceRefused(Exception):
    """A service said no, or nothing."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Services(Protocol):
    """The four APIs, called as the signed-in person. `within` are seconds to wait for an answer.

    Raises ServiceRefused.
    """

    async def get(
        self,
        service: ServiceName,
        path: str,
        token: str,
        *,
        within: float = USUAL_SECONDS,
        **query: str | int | None,
    ) -> Answer: ...

    async def post(
        self,
        service: ServiceName,
        path: str,
        token: str,
        body: Mapping[str, Any],
        *,
        if_match: str | None = None,
        within: float = USUAL_SECONDS,
    ) -> Answer: ...

    async def page(self, service: ServiceName, path: str, token: str, *, within: float = USUAL_SECONDS) -> str:
        """A whole file that a service makes."""
        ...

    async def delete(self, service: ServiceName, path: str, token: str, *, if_match: str) -> Answer: ...


def part(document: Mapping[str, Any] | None, *names: str) -> dict[str, Any]:
    """The object at a path of names; empty where there is none."""
    found: Any = document
    for name in names:
        found = cast("Mapping[str, Any]", found).get(name) if isinstance(found, Mapping) else None
    return dict(cast("Mapping[str, Any]", found)) if isinstance(found, Mapping) else {}


def listed(document: Mapping[str, Any] | None, name: str) -> list[dict[str, Any]]:
    """The objects of a list; empty where there is none."""
    found = (document or {}).get(name)
    return [part(each) for each in cast("list[Any]", found)] if isinstance(found, list) else []


async def settled(work: Awaitable[Answer]) -> Answer | Problem:
    """The answer or the problem as a value: one part of a page may be missing without the rest.

    Raises ServiceRefused when the session is over, because then no part can be shown.
    """
    try:
        return await work
    except ServiceRefused as refused:
        if refused.problem.is_signed_out:
            raise
        return refused.problem


async def together(*works: Awaitable[Answer]) -> tuple[Answer | Problem, ...]:
    """All at once, in order."""
    return tuple(await asyncio.gather(*(settled(work) for work in works)))
