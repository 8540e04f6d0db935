"""Every committed entry comes into the tree once, whenever it commits and whatever dies."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.proof.sequencer import Sequencer
from compliance.adapters.proof.tree_store import RememberedTree, StoredTree
from compliance.application.proofs import prove_inclusion
from compliance.domain.proof.tree import Frontier, leaf_hash
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.kernel.errors import Unavailable
from support import rfc9162
from support.checkpoint_builders import Kept
from support.ledger_builders import LEAVES, Page, append, behind_its_back, opened, rows

pytestmark = pytest.mark.platform

IN_ORDER = """SELECT l.leaf FROM ledger_nodes n JOIN ledger l USING (sequence) WHERE n.level = 0 ORDER BY n.position"""
NODES = "SELECT level, position, hash FROM ledger_nodes"
UNSEEN = "SELECT count(*) FROM ledger WHERE sequence NOT IN (SELECT sequence FROM ledger_nodes WHERE level = 0)"


async def assert_whole(url: str, entries: int) -> None:
    """All entries are in the tree, once, and its nodes are those the standard defines."""
    leaves = [leaf for (leaf,) in await rows(url, IN_ORDER)]
    assert len(leaves) == entries
    assert await rows(url, UNSEEN) == [(0,)]
    assert await rows(url, "SELECT count(*) FROM ledger_pending") == [(0,)]
    frontier, nodes = Frontier(), {}
    for leaf in leaves:
        nodes.update(frontier.append(leaf_hash(leaf)))
    assert {(level, position): node for level, position, node in await rows(url, NODES)} == nodes
    assert frontier.root == rfc9162.mth(leaves)


async def test_entries_come_into_the_tree_in_the_order_they_were_committed(engine: AsyncEngine, database: str) -> None:
    sequencer = Sequencer(engine)
    for count in (1, 2, 5, 13):
        await append(engine, count)
        await sequencer.run()
    await assert_whole(database, 21)


async def test_an_entry_that_commits_late_is_not_passed_over(engine: AsyncEngine, database: str) -> None:
    sequencer = Sequencer(engine)
    async with opened(engine) as slow:
        page = Page()
        page.note()
        slow.track(page)
        await slow.flush()
        await append(engine, 3)
        await sequencer.run()
        assert [sequence for _, sequence in await rows(database, LEAVES)] == [2, 3, 4]
        await slow.commit()
    await sequencer.run()
    assert [sequence for _, sequence in await rows(database, LEAVES)] == [2, 3, 4, 1]
    await assert_whole(database, 4)


async def test_what_rolls_back_never_comes_into_the_tree(engine: AsyncEngine, database: str) -> None:
    async with opened(engine) as uow:
        page = Page()
        page.note()
        uow.track(page)
        await uow.flush()
    await append(engine)
    await Sequencer(engine).run()
    await assert_whole(database, 1)


async def test_two_sequencers_racing_with_writers_take_every_entry_once(engine: AsyncEngine, database: str) -> None:
    done = asyncio.Event()

    async def sequence() -> None:
        sequencer = Sequencer(engine, at_once=3)
        while not done.is_set():
            await sequencer.run()

    async def write() -> None:
        for _ in range(15):
            await append(engine, 2)

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(sequence())
        async with asyncio.TaskGroup() as writers:
            for _ in range(4):
                writers.create_task(write())
        done.set()
    await Sequencer(engine).run()
    await assert_whole(database, 120)


async def test_a_sequencer_killed_at_any_moment_leaves_a_whole_tree(engine: AsyncEngine, database: str) -> None:
    """`kill -9` of a process that does nothing but integrate, while entries are written."""
    killed = 0
    for attempt in range(6):
        await append(engine, 150)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "support.sequencer_process", database, cwd=Path(__file__).parents[2]
        )
        while not await rows(database, "SELECT 1 FROM ledger_nodes WHERE sequence > $1 LIMIT 1", attempt * 150):
            await asyncio.sleep(0.01)
        process.kill()
        killed += await process.wait() == -9
        [(waiting,)] = await rows(database, "SELECT count(*) FROM ledger_pending")
        [(taken,)] = await rows(database, "SELECT count(*) FROM ledger_nodes WHERE level = 0")
        assert waiting + taken == (attempt + 1) * 150
    await Sequencer(engine).run()
    assert killed == 6
    await assert_whole(database, 900)


async def test_a_connection_lost_between_the_steps_changes_nothing(engine: AsyncEngine, database: str) -> None:
    await append(engine, 4)
    await rows(database, "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$")
    await rows(database, "CREATE TRIGGER broken BEFORE DELETE ON ledger_pending FOR EACH ROW EXECUTE FUNCTION broken()")
    with pytest.raises(Exception, match="broken"):
        await Sequencer(engine).run()
    assert await rows(database, NODES) == []
    await rows(database, "DROP TRIGGER broken ON ledger_pending")
    await Sequencer(engine).run()
    await assert_whole(database, 4)


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_nodes SET hash = ''", "DELETE FROM ledger_nodes", "TRUNCATE ledger_nodes"]
)
async def test_the_tree_refuses_to_be_rewritten(engine: AsyncEngine, statement: str) -> None:
    await append(engine)
    await Sequencer(engine).run()
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))


async def test_a_remembered_tree_answers_as_the_database_does_and_misses_what_was_lost(
    engine: AsyncEngine, database: str
) -> None:
    async with Kept(engine, Path()).notes.view() as nothing:
        assert await nothing.size() == 0
    settings = DatabaseSettings(url=SecretStr(database), pool_size=2)
    async with ReadPool(settings, application_name="tests") as reads:
        remembered, read = RememberedTree(reads), StoredTree(reads)
        for count in (1, 254, 3, 400):
            await append(engine, count)
            await Sequencer(engine).run()
            size = await remembered.size()
            for position in range(0, size, 37):
                assert await prove_inclusion(remembered, position) == await prove_inclusion(read, position)
        await behind_its_back(database, "DELETE FROM ledger_nodes WHERE level = 0 AND position = 300")
        with pytest.raises(Unavailable, match="lost"):
            await prove_inclusion(RememberedTree(reads), 301)
        with pytest.raises(Unavailable, match="lost"):
            await prove_inclusion(StoredTree(reads), 301)
