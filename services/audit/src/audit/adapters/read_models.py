"""The read side: rows for the routes, straight from the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, exists, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from audit.adapters.tables import (
    changelog,
    confirmations,
    footprints,
    post_imports,
    post_mentions,
    post_texts,
    posts,
    stakeholder_view,
)
from audit.application.ports import Row
from audit.domain.handles import normalised_handle, normalised_url, status_id_of
from audit.domain.recapture import Confirmation
from shared.changelog.reading import newest_changes
from shared.kernel.errors import NotFound

_MENTIONED = (
    select(
        func.coalesce(
            func.jsonb_object_agg(post_mentions.c.stakeholder_id, post_mentions.c.matched_by),
            literal_column("'{}'::jsonb"),
        )
    )
    .where(post_mentions.c.post_id == posts.c.id)
    .scalar_subquery()
    .label("mentioned")
)

_FOOTPRINTS = select(footprints).where(
    ~exists().where(stakeholder_view.c.stakeholder_id == footprints.c.stakeholder_id, stakeholder_view.c.erased)
)
"""An erased person's is gone for every reader at once, before the linking pass deletes it."""


class SqlQueries:
    """Meets `Queries`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def posts(
        self, *, author: str | None, stakeholder_id: str | None, after: str | None, limit: int
    ) -> Sequence[Row]:
        conditions: list[ColumnElement[bool]] = [posts.c.state != "erased"]
        if author is not None:
            conditions.append(posts.c.author_account == normalised_handle(author))
        if stakeholder_id is not None:
            about = exists().where(
                post_mentions.c.post_id == posts.c.id, post_mentions.c.stakeholder_id == stakeholder_id
            )
            conditions.append(or_(posts.c.author_stakeholder_id == stakeholder_id, about))
        return await self._page(select(posts, _MENTIONED).where(*conditions), posts.c.id, after, limit)

    async def post(self, post_id: str) -> Row:
        async with self._engine.connect() as connection:
            query = select(posts, _MENTIONED).where(posts.c.id == post_id, posts.c.state != "erased")
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is None:
                raise NotFound(f"no post {post_id}", remedy="list posts to find the id")
            texts = await _of_post(connection, post_texts, post_id, post_texts.c.captured_at)
            said = await _of_post(connection, confirmations, post_id, confirmations.c.sequence)
            return {**row, "texts": texts, "confirmations": said}

    async def changes(self, key: str) -> Sequence[Row]:
        return await newest_changes(self._engine, changelog.changes, key)

    async def captured(self, *, post_id: str | None, url: str | None) -> Row | None:
        async with self._engine.connect() as connection:
            query = select(posts).where(_named(post_id, url)).order_by(posts.c.id.desc()).limit(1)
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is None:
                return None
            said = await _of_post(connection, confirmations, row["id"], confirmations.c.sequence)
            return {**row, "confirmation": _confirmation(said[-1]) if said else None}

    async def footprints(self, *, after: str | None, limit: int) -> Sequence[Row]:
        return await self._page(_FOOTPRINTS, footprints.c.stakeholder_id, after, limit)

    async def footprint(self, stakeholder_id: str) -> Row:
        async with self._engine.connect() as connection:
            query = _FOOTPRINTS.where(footprints.c.stakeholder_id == stakeholder_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound(
                f"no footprint of {stakeholder_id}", remedy="register the person, then POST /v1/audits or wait a moment"
            )
        return dict(row)

    async def imports(self, *, after: str | None, limit: int) -> Sequence[Row]:
        return await self._page(select(post_imports), post_imports.c.id, after, limit)

    async def _page(self, query: Select[Any], key: ColumnElement[Any], after: str | None, limit: int) -> Sequence[Row]:
        if after is not None:
            query = query.where(key > after)
        async with self._engine.connect() as connection:
            found = await connection.execute(query.order_by(key).limit(limit))
            return [dict(row) for row in found.mappings()]


def _named(post_id: str | None, url: str | None) -> ColumnElement[bool]:
    """By id, or by address however it is spelled."""
    if post_id is not None:
        return posts.c.id == post_id
    status_id = status_id_of(url or "")
    if status_id is not None:
        return and_(posts.c.platform == "x", posts.c.external_id == status_id)
    return posts.c.url_key == normalised_url(url or "")


async def _of_post(
    connection: AsyncConnection, table: Table, post_id: str, order: ColumnElement[Any]
) -> Sequence[RowMapping]:
    found = await connection.execute(select(table).where(table.c.post_id == post_id).order_by(order))
    return found.mappings().all()


def _confirmation(row: RowMapping) -> Confirmation:
    return Confirmation(
        text_sha256=row["text_sha256"],
        seen=row["seen"],
        confirmed_by=row["confirmed_by"],
        confirmed_by_name=row["confirmed_by_name"],
        confirmed_at=row["confirmed_at"],
        valid_until=row["valid_until"],
    )
