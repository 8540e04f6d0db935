"""Cursor pages: stable under inserts, opaque to the caller.

Use::

    async def list_posts(cursor: Cursor) -> Page[PostRead]:
        rows = await queries.posts(after=cursor.after, limit=cursor.limit + 1)
        return page([PostRead.of(row) for row in rows], cursor, key=lambda post: post.id)
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel

from shared.web.problem import Malformed

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class Page(BaseModel, Generic[T]):
    """`next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where to go on: `after` is the sort key of the last item seen (None: from the start)."""

    after: str | None
    limit: int

    @property
    def after_id(self) -> str | None:
        """`after` for lists in the order of their UUIDs. Raises Malformed for a cursor that points at no such list."""
        if self.after is None:
            return None
        try:
            return str(UUID(self.after))
        except ValueError:
            raise _bad_cursor() from None


def page(items: Sequence[T], position: Position, *, key: Callable[[T], str]) -> Page[T]:
    """The page of `items`, which were asked for with `position.limit + 1` to learn whether more follow."""
    shown = list(items[: position.limit])
    following = encode(key(shown[-1])) if len(items) > position.limit else None
    return Page(items=shown, next_cursor=following)


def encode(after: str) -> str:
    """The opaque cursor behind the item whose sort key is `after`."""
    return base64.urlsafe_b64encode(after.encode()).rstrip(b"=").decode()


def decode(cursor: str) -> str:
    """The sort key inside a cursor. Raises Malformed for anything that `encode` did not make."""
    try:
        after = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise _bad_cursor() from error
    if "\x00" in after or encode(after) != cursor:
        raise _bad_cursor()
    return after


def _bad_cursor() -> Malformed:
    return Malformed(
        "cursor is not one of ours", remedy="send next_cursor of the previous page, unchanged", field="cursor"
    )


async def _position(
    cursor: Annotated[str | None, Query(max_length=500, description="next_cursor of the previous page")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="items per page")] = DEFAULT_LIMIT,
) -> Position:
    return Position(after=decode(cursor) if cursor else None, limit=limit)


Cursor = Annotated[Position, Depends(_position)]
"""`?cursor=&limit=` of the request."""
