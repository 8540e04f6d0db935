"""One bad case holds no other: what runs by the clock takes each by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

Report = Callable[[str, Exception], None]
"""Told about what broke: `(id, error)`."""


async def each_on_its_own(
    ids: Iterable[str], handle: Callable[[str], Awaitable[None]], *, report: Report, at_once: int = 1
) -> None:
    """Handle all, `at_once` at the same time. What breaks is reported; it is due again at the next tick."""
    limit = asyncio.Semaphore(at_once)

    async def attempt(one: str) -> None:
        async with limit:
            try:
                await handle(one)
            except Exception as error:  # noqa: BLE001 - reported, and tried again at the next tick
                report(one, error)

    async with asyncio.TaskGroup() as group:
        for each in ids:
            group.create_task(attempt(each))
