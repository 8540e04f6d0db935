"""What erasing needs from the outside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol


class Traces(Protocol):
    """Copies of what was in a case, outside the case."""

    async def forget(self, action_ids: Sequence[str]) -> None:
        """Former versions, holds, rehearsals that quote these actions, and messages about them that were relayed."""
        ...


FindErasable = Callable[[datetime], Awaitable[Sequence[str]]]
"""Erased persons with a case that still holds their data and need not be kept at this moment."""
