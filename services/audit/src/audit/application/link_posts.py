"""After a name or account changed, or somebody was erased: search the stored posts for those people again."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from audit.application.ports import PendingLink, UnitOfWorkFactory
from audit.domain.people import Directory, FinderFactory, Links
from audit.domain.post import Post
from shared.kernel.clock import Clock

PEOPLE = 500
"""People searched for in one pass."""
SYSTEM = "system:audit"
BATCH = 1000
"""Posts per transaction."""


async def link_posts(*, uow_factory: UnitOfWorkFactory, finder: FinderFactory, clock: Clock) -> int:
    """Bring the links of stored posts up to date; returns how many posts changed."""
    async with uow_factory() as uow:
        pending = await uow.people.pending_links(PEOPLE)
    erased = [each for each in pending if each.person is None]
    changed = await _forget(erased, uow_factory=uow_factory, clock=clock) if erased else 0
    present = [each.person for each in pending if each.person is not None]
    if present:
        changed += await _search(Directory(present, finder), uow_factory=uow_factory)
    for each in pending:  # one row per transaction: consumers update several, a second order would deadlock
        async with uow_factory() as uow:
            await uow.people.linked(each)
            if each.person is not None:
                await uow.footprints.request([each.stakeholder_id])
            await uow.commit()
    return changed


async def _search(directory: Directory, *, uow_factory: UnitOfWorkFactory) -> int:
    searched = directory.people.keys()
    after: str | None = None
    changed = 0
    while True:
        async with uow_factory() as uow:
            uow.changes.acting(SYSTEM, "the registry's people changed")
            await uow.posts.lock()
            batch = await uow.posts.after(after, BATCH)
            if not batch:
                return changed
            after = batch[-1].id
            found = [post for post in batch if _relinked(post, directory, searched)]
            await uow.posts.save(found)
            await uow.commit()
            changed += len(found)


def _relinked(post: Post, directory: Directory, searched: AbstractSet[str]) -> bool:
    return post.relink(post.links.replaced(searched, directory.links_of(post.content)))


async def _forget(erased: Sequence[PendingLink], *, uow_factory: UnitOfWorkFactory, clock: Clock) -> int:
    """Erase what they wrote and cut every link to them, then their footprints."""
    ids = {each.stakeholder_id for each in erased}
    changed = 0
    while True:
        async with uow_factory() as uow:
            uow.changes.acting(SYSTEM, "a person was erased from the registry")
            await uow.posts.lock()
            batch = await uow.posts.concerning(sorted(ids), BATCH)
            if not batch:
                break
            for post in batch:
                _cut(post, ids, clock.now())
            await uow.posts.save(batch)
            await uow.footprints.request(sorted({each for post in batch for each in post.links.ids()} - ids))
            await uow.commit()
            changed += len(batch)
    await _forget_footprints(ids, uow_factory=uow_factory)
    return changed


def _cut(post: Post, ids: set[str], at: datetime) -> None:
    if post.links.author_id in ids:
        post.erase(at)
    else:
        post.forget(post.links.replaced(ids, Links()))


async def _forget_footprints(ids: set[str], *, uow_factory: UnitOfWorkFactory) -> None:
    """Whatever was published of them ends with their erasure: an audit under way goes first, later ones skip them."""
    async with uow_factory() as uow:
        await uow.footprints.lock()
        found = [*(await uow.footprints.of(sorted(ids))).values()]
        for each in found:
            each.erase()
        await uow.footprints.forget(found)
        await uow.commit()
