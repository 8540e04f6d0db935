"""Captured posts in PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from audit.adapters.rows import Row, mention_rows, post_of, post_row, telling_row
from audit.adapters.tables import confirmations, post_mentions, post_texts, posts
from audit.adapters.turns import wait_for
from audit.domain.post import Post
from audit.domain.recapture import Confirmation
from shared.changelog.changes import Changes
from shared.db.locks import lock_key
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import ConcurrentChange, NotFound

_LOCK = lock_key("audit.posts")


class SqlPosts:
    """Meets `Posts`."""

    def __init__(self, uow: SqlUnitOfWork, changes: Changes) -> None:
        self._uow = uow
        self._changes = changes
        self._loaded: dict[str, Row] = {}

    async def lock(self) -> None:
        await wait_for(self._uow.connection, _LOCK)

    async def known(self, platform: str, external_ids: Sequence[str]) -> Mapping[str, Post]:
        found = await self._load(posts.c.platform == platform, posts.c.external_id.in_(external_ids))
        return {post.content.external_id: post for post in found}

    async def get(self, post_id: str) -> Post:
        found = await self._load(posts.c.id == post_id, posts.c.state != "erased")
        if not found:
            raise NotFound(f"no post {post_id}", field="post_id", remedy="list posts to find the id")
        return found[0]

    async def after(self, post_id: str | None, limit: int) -> Sequence[Post]:
        conditions = [] if post_id is None else [posts.c.id > post_id]
        return await self._load(*conditions, limit=limit)

    async def concerning(self, stakeholder_ids: Sequence[str], limit: int) -> Sequence[Post]:
        about = select(post_mentions.c.post_id).where(post_mentions.c.stakeholder_id.in_(stakeholder_ids))
        by = posts.c.author_stakeholder_id.in_(stakeholder_ids)
        return await self._load(or_(by, posts.c.id.in_(about)), limit=limit)

    async def _load(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Post]:
        query = select(posts).where(*conditions).order_by(posts.c.id).limit(limit)
        rows = (await self._uow.connection.execute(query)).mappings().all()
        about = await self._mentions([row["id"] for row in rows])
        loaded = [post_of(row, about[row["id"]]) for row in rows]
        for post in loaded:
            self._loaded[post.id] = telling_row(post)
            self._uow.track(post)
        return loaded

    async def _mentions(self, post_ids: Sequence[str]) -> Mapping[str, list[tuple[str, Any]]]:
        about: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        if post_ids:
            query = select(post_mentions).where(post_mentions.c.post_id.in_(post_ids))
            for row in await self._uow.connection.execute(query):
                about[row.post_id].append((row.stakeholder_id, row.matched_by))
        return about

    async def add(self, added: Sequence[Post]) -> None:
        if not added:
            return
        await self._uow.connection.execute(insert(posts), [post_row(post, 1) for post in added])
        about = [row for post in added for row in mention_rows(post)]
        if about:
            await self._uow.connection.execute(insert(post_mentions), about)
        await self._remember_texts(added)
        for post in added:
            post.version = 1
            self._note(post)
            self._uow.track(post)

    async def save(self, changed: Sequence[Post]) -> None:
        if not changed:
            return
        for post in changed:
            await self._update(post)
        ids = [post.id for post in changed]
        await self._uow.connection.execute(delete(post_mentions).where(post_mentions.c.post_id.in_(ids)))
        about = [row for post in changed for row in mention_rows(post)]
        if about:
            await self._uow.connection.execute(insert(post_mentions), about)
        erased = [post.id for post in changed if post.state == "erased"]
        if erased:
            await self._changes.forget(erased)
            await self._uow.connection.execute(delete(post_texts).where(post_texts.c.post_id.in_(erased)))
        await self._remember_texts([post for post in changed if post.state == "captured"])
        for post in changed:
            self._note(post)

    def _note(self, post: Post) -> None:
        old, new = self._loaded.get(post.id, {}), telling_row(post)
        self._changes.note("post", post.id, post.version, old={} if post.state == "erased" else old, new=new)
        self._loaded[post.id] = new

    async def _update(self, post: Post) -> None:
        row = post_row(post, post.version + 1)
        changed = await self._uow.connection.execute(
            update(posts).where(posts.c.id == post.id, posts.c.version == post.version).values(row)
        )
        if changed.rowcount == 0:
            raise ConcurrentChange(
                f"post {post.id} was changed since version {post.version}", remedy="read it again, then repeat"
            )
        post.version += 1

    async def _remember_texts(self, kept: Sequence[Post]) -> None:
        """One row per version of the words; an unchanged text seen again adds none."""
        rows = [{"post_id": post.id, "text_sha256": post.text_sha256, "captured_at": post.captured_at} for post in kept]
        if rows:
            await self._uow.connection.execute(upsert(post_texts).on_conflict_do_nothing(), rows)

    async def confirm(self, confirmation_id: str, post_id: str, confirmation: Confirmation) -> None:
        await self._uow.connection.execute(
            insert(confirmations).values(
                id=confirmation_id,
                post_id=post_id,
                text_sha256=confirmation.text_sha256,
                seen=confirmation.seen,
                confirmed_by=confirmation.confirmed_by,
                confirmed_by_name=confirmation.confirmed_by_name,
                confirmed_at=confirmation.confirmed_at,
                valid_until=confirmation.valid_until,
            )
        )
        seen = {"post_id": post_id, "seen": confirmation.seen, "text_sha256": confirmation.text_sha256}
        self._changes.note("confirmation", confirmation_id, 1, old={}, new=seen)
