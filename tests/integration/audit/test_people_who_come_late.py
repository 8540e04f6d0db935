"""What is committed late must not stay unseen: numbers are drawn in one order and become visible in another."""

from __future__ import annotations

import pytest

from audit.adapters.name_index import AhoCorasickFinder
from audit.adapters.unit_of_work import SqlAuditUnitOfWork, publishing
from audit.application.import_posts import BATCH, import_posts
from audit.domain.imported import Defaults
from audit.domain.people import Person
from shared.kernel.ids import new_id
from support.audit_builders import Audit, a_person, pipe_file

pytestmark = pytest.mark.platform

DAY = "Fri Nov 20 08:00:00 +0000 2026"


async def stamp(audit: Audit) -> int:
    async with audit.unit_of_work() as uow:
        return await uow.people.stamp()


async def test_a_change_committed_late_is_told_although_a_later_one_was_seen_before(audit: Audit):
    async with audit.unit_of_work() as late, audit.unit_of_work() as early:
        await late.people.put(a_person("lena", "Lena Brandt"), 1)
        await early.people.put(a_person("ida", "Ida Roth"), 1)
        await early.commit()
        before = await stamp(audit)
        await late.commit()
    assert await stamp(audit) > before


async def test_every_later_state_of_a_person_is_told(audit: Audit):
    told = [await stamp(audit)]
    for version, name in ((1, "Lena Brandt"), (2, "Lena Voss"), (3, "Lena Brandt")):
        await audit.announce("lena", name, version=version)
        told.append(await stamp(audit))
    await audit.announce("lena", "Lena Brandt", version=4)
    assert await stamp(audit) == told[-1]
    await audit.announce_erasure("lena")
    told.append(await stamp(audit))
    assert told == sorted(set(told))


async def test_posts_imported_after_a_late_commit_are_linked_to_that_person(audit: Audit):
    """Between two batches of one import the late change becomes visible and is searched for."""

    class Import(SqlAuditUnitOfWork):
        async def commit(self) -> None:
            await super().commit()
            commits.append(self)
            if len(commits) == first_batch:
                await late.commit()
                await audit.link()

    first_batch = 2  # the first commit is the record of the import
    commits: list[Import] = []
    lines = [(number, DAY, f"Lena Brandt said it {number} times") for number in range(1, BATCH + 2)]
    async with audit.unit_of_work() as late, audit.unit_of_work() as early:
        await late.people.put(Person("lena", "Lena Brandt"), 1)
        await early.people.put(Person("ida", "Ida Roth"), 1)
        await early.commit()
        await import_posts(
            pipe_file(*lines),
            shape="pipe",
            defaults=Defaults("x", "healthdesk"),
            imported_by="amira.medical",
            uow_factory=lambda: Import(audit.engine, publishing(clock=audit.clock, new_id=new_id)),
            finder=AhoCorasickFinder,
            clock=audit.clock,
            new_id=new_id,
            progress=lambda _done, _total: None,
        )
    found = await audit.fetch("SELECT count(*) FROM post_mentions WHERE stakeholder_id = 'lena'")
    assert found[0][0] == len(lines)
