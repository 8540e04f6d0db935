"""Import a file of posts: good lines are kept, bad ones reported, the same file twice changes nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit.application.ports import AuditUnitOfWork, ImportStarted, UnitOfWorkFactory
from audit.domain.imported import Defaults, ImportedPost, Reading
from audit.domain.people import Directory, FinderFactory
from audit.domain.post import Change, Post
from audit.domain.reading import Shape, read_posts
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory

BATCH = 500
"""Posts per transaction: bounded, so that a large file holds no lock for long and a failure loses one batch."""

Progress = Callable[[int, int], None]
"""`(done, total)` posts, after each committed batch."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every line of the file."""

    import_id: str
    captured: int
    updated: int
    unchanged: int
    reading: Reading


async def import_posts(
    raw: bytes,
    *,
    shape: Shape,
    defaults: Defaults,
    imported_by: str,
    uow_factory: UnitOfWorkFactory,
    finder: FinderFactory,
    clock: Clock,
    new_id: IdFactory,
    progress: Progress,
) -> ImportReport:
    """Read, store and link every post of the file, a batch per transaction. Raises NotText, with nothing stored."""
    reading = await asyncio.to_thread(read_posts, raw, shape, defaults, now=clock.now())
    started = ImportStarted(
        id=new_id(),
        shape=shape,
        platform=defaults.platform,
        author=defaults.author,
        file_sha256=hashlib.sha256(raw).hexdigest(),
        imported_by=imported_by,
        started_at=clock.now(),
        posts=len(reading.posts),
        repaired=len({each.line for each in reading.repaired}),
        rejected=len(reading.rejected),
    )
    async with uow_factory() as uow:
        uow.changes.acting(imported_by)
        await uow.imports.start(started)
        await uow.commit()
    current = _CurrentDirectory(finder)
    totals: Counter[Change] = Counter()
    for start in range(0, len(reading.posts), BATCH):
        batch = reading.posts[start : start + BATCH]
        async with uow_factory() as uow:
            uow.changes.acting(imported_by, f"import {started.id}")
            await uow.posts.lock()
            counts = await _store(batch, await current.of(uow), uow=uow, clock=clock, new_id=new_id)
            await uow.imports.progress(started.id, counts["captured"], counts["updated"], counts["unchanged"])
            await uow.commit()
        totals += counts
        progress(start + len(batch), len(reading.posts))
    async with uow_factory() as uow:
        uow.changes.acting(imported_by)
        await uow.imports.finish(started.id, clock.now())
        await uow.commit()
    return ImportReport(started.id, totals["captured"], totals["updated"], totals["unchanged"], reading)


class _CurrentDirectory:
    """The directory as of the running transaction; built again only when the registry's people changed."""

    def __init__(self, finder: FinderFactory) -> None:
        self._finder = finder
        self._stamp = -1
        self._directory = Directory((), finder)

    async def of(self, uow: AuditUnitOfWork) -> Directory:
        stamp = await uow.people.stamp()
        if stamp != self._stamp:
            self._directory = Directory(await uow.people.everybody(), self._finder)
            self._stamp = stamp
        return self._directory


async def _store(
    batch: Sequence[ImportedPost], directory: Directory, *, uow: AuditUnitOfWork, clock: Clock, new_id: IdFactory
) -> Counter[Change]:
    known = await uow.posts.known(batch[0].platform, [post.external_id for post in batch])
    added: list[Post] = []
    changed: list[Post] = []
    concerned: set[str] = set()
    now = clock.now()
    for content in batch:
        post = known.get(content.external_id)
        if post is None:
            post = Post.capture(new_id(), content, directory.links_of(content), now)
            added.append(post)
        else:
            concerned.update(post.links.ids())
            if post.recapture(content, directory, now) == "unchanged":
                continue
            changed.append(post)
        concerned.update(post.links.ids())
    await uow.posts.add(added)
    await uow.posts.save(changed)
    if added or changed:
        await uow.footprints.request(sorted(concerned))
    return Counter(
        {"captured": len(added), "updated": len(changed), "unchanged": len(batch) - len(added) - len(changed)}
    )
