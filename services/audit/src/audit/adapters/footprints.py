"""Footprints in PostgreSQL, and the evidence for them counted by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from audit.adapters.people import request_audits
from audit.adapters.rows import footprint_of, footprint_row
from audit.adapters.tables import audits_due, footprints, post_mentions, posts
from audit.adapters.turns import wait_for
from audit.domain.footprint import Footprint
from audit.domain.footprint_values import ChannelActivity, Evidence, Window
from audit.domain.handles import Account
from audit.domain.people import Person
from shared.changelog.changes import Changes
from shared.db.locks import lock_key
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import ConcurrentChange

_LOCK = lock_key("audit.footprints")


class SqlFootprints:
    """Meets `Footprints`."""

    def __init__(self, uow: SqlUnitOfWork, changes: Changes) -> None:
        self._uow = uow
        self._changes = changes
        self._loaded: dict[str, Mapping[str, Any]] = {}

    async def lock(self) -> None:
        await wait_for(self._uow.connection, _LOCK)

    async def of(self, stakeholder_ids: Sequence[str]) -> Mapping[str, Footprint]:
        query = select(footprints).where(footprints.c.stakeholder_id.in_(stakeholder_ids))
        found = await self._uow.connection.execute(query)
        rows = found.mappings().all()
        self._loaded |= {row["stakeholder_id"]: dict(row) for row in rows}
        return {row["stakeholder_id"]: footprint_of(row) for row in rows}

    async def evidence(self, people: Sequence[Person], window: Window) -> Mapping[str, Evidence]:
        ids = [person.id for person in people]
        own = await self._own(ids, window)
        mentions = await self._mentions(ids, window)
        return {
            person.id: Evidence(
                tuple(
                    own[person.id].get(each) or ChannelActivity(each.platform, each.handle)
                    for each in sorted({*person.accounts, *own[person.id]})
                ),
                *mentions.get(person.id, (0, 0)),
            )
            for person in people
        }

    async def _own(self, ids: Sequence[str], window: Window) -> Mapping[str, dict[Account, ChannelActivity]]:
        inside = (posts.c.posted_at >= window.start) & (posts.c.posted_at < window.end)
        by = (posts.c.author_stakeholder_id, posts.c.platform, posts.c.author_account)
        query = (
            select(
                *by,
                func.count().filter(inside).label("posts"),
                func.min(posts.c.posted_at).filter(inside).label("first"),
                func.max(posts.c.posted_at).filter(inside).label("last"),
                func.count().filter(posts.c.posted_at.is_(None)).label("undated"),
            )
            .where(posts.c.author_stakeholder_id.in_(ids), posts.c.state == "captured")
            .group_by(*by)
        )
        found: dict[str, dict[Account, ChannelActivity]] = defaultdict(dict)
        for row in await self._uow.connection.execute(query):
            channel = ChannelActivity(
                row.platform,
                row.author_account,
                row.posts,
                row.first,
                row.last,
                observed=True,
                undated_posts=row.undated,
            )
            found[row.author_stakeholder_id][Account(row.platform, row.author_account)] = channel
        return found

    async def _mentions(self, ids: Sequence[str], window: Window) -> Mapping[str, tuple[int, int]]:
        author = func.coalesce(posts.c.author_stakeholder_id, posts.c.platform + ":" + posts.c.author_account)
        about = post_mentions.c.stakeholder_id
        query = (
            select(about, func.count().label("mentions"), func.count(author.distinct()).label("authors"))
            .select_from(post_mentions.join(posts))
            .where(
                about.in_(ids),
                posts.c.state == "captured",
                posts.c.posted_at >= window.start,
                posts.c.posted_at < window.end,
                posts.c.author_stakeholder_id.is_distinct_from(about),
            )
            .group_by(about)
        )
        found = await self._uow.connection.execute(query)
        return {row.stakeholder_id: (row.mentions, row.authors) for row in found}

    async def save(self, taken: Sequence[Footprint]) -> None:
        new = [footprint_row(each, each.state, 1) for each in taken if each.version == 0 and each.state]
        if new:
            await self._uow.connection.execute(insert(footprints), new)
        for each in taken:
            if each.version and each.state:
                await self._update(footprint_row(each, each.state, each.version + 1), each.version)
            each.version += 1
            self._note(each)
            self._uow.track(each)

    def _note(self, footprint: Footprint) -> None:
        if footprint.state:
            key, version = footprint.stakeholder_id, footprint.version
            new = footprint_row(footprint, footprint.state, version)
            self._changes.note("footprint", key, version, old=self._loaded.get(key, {}), new=new)

    async def _update(self, row: dict[str, object], read: int) -> None:
        mine = (footprints.c.stakeholder_id == row["stakeholder_id"]) & (footprints.c.version == read)
        changed = await self._uow.connection.execute(update(footprints).where(mine).values(row))
        if changed.rowcount == 0:
            raise ConcurrentChange(f"{row['stakeholder_id']} was audited meanwhile", remedy="repeat the audit")

    async def forget(self, erased: Sequence[Footprint]) -> None:
        ids = [each.stakeholder_id for each in erased]
        await self._changes.forget(ids)
        await self._uow.connection.execute(delete(footprints).where(footprints.c.stakeholder_id.in_(ids)))
        for each in erased:
            self._changes.note("footprint", each.stakeholder_id, each.version + 1, old={}, new={"state": "erased"})
            self._uow.track(each)

    async def request(self, stakeholder_ids: Sequence[str]) -> None:
        await request_audits(self._uow, stakeholder_ids)

    async def take_requested(self, limit: int) -> Sequence[str]:
        await self.lock()
        query = select(audits_due.c.stakeholder_id).distinct().limit(limit)
        ids = [str(each) for each in (await self._uow.connection.execute(query)).scalars()]
        if ids:
            await self._uow.connection.execute(delete(audits_due).where(audits_due.c.stakeholder_id.in_(ids)))
        return sorted(ids)

    async def audited_before(self, moment: datetime, limit: int) -> Sequence[str]:
        query = select(footprints.c.stakeholder_id).where(footprints.c.audited_at < moment)
        found = await self._uow.connection.execute(query.order_by(footprints.c.audited_at).limit(limit))
        return [str(each) for each in found.scalars()]
