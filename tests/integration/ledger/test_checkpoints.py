"""Checkpoints are written outside the database, and never of a database that contradicts the last one."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.proof.checkpoint_watch import CheckpointWatch
from compliance.adapters.proof.note_keys import NoteKeys, UnusableLedgerKey
from compliance.application.checkpoints import LedgerInconsistent
from compliance.application.proofs import prove_consistency
from compliance.domain.proof.verifying import consistency_holds
from shared.observability.health import probe
from support.checkpoint_builders import REBUILD, Kept
from support.ledger_builders import behind_its_back, rows

pytestmark = pytest.mark.platform


@pytest.fixture
def kept(engine: AsyncEngine, tmp_path: Path) -> Kept:
    return Kept(engine, tmp_path)


async def test_checkpoints_are_signed_and_each_continues_the_one_before(kept: Kept) -> None:
    assert await kept.checkpoint() is None
    for count in (1, 6, 20):
        await kept.grow(count)
        await kept.checkpoint()
    assert list(kept.files.sizes()) == [1, 7, 27]
    async with kept.notes.view() as tree:
        for old, new in ((1, 7), (7, 27), (1, 27)):
            before, after = kept.read(old), kept.read(new)
            proof = await prove_consistency(tree, old, new)
            assert consistency_holds(
                old=old, new=new, old_root=before.root, new_root=after.root, proof=list(proof.path)
            )
    assert kept.files.keys() == [kept.verifier]


async def test_where_nothing_is_new_no_checkpoint_is_written(kept: Kept) -> None:
    await kept.grow(3)
    first, again = await kept.checkpoint(), await kept.checkpoint()
    assert first == again
    assert list(kept.files.sizes()) == [3]


async def test_a_crash_after_the_file_was_written_is_made_good(kept: Kept, database: str) -> None:
    await kept.grow(3)
    await kept.checkpoint()
    await behind_its_back(database, "DELETE FROM ledger_checkpoints")
    await kept.checkpoint()
    assert await rows(database, "SELECT size, note FROM ledger_checkpoints") == [(3, kept.files.note(3))]


async def contradiction(kept: Kept) -> str:
    """What the watch says everywhere; nothing more may have been written."""
    before = list(kept.files.sizes())
    watch = CheckpointWatch(kept.means)
    await watch.run()
    assert list(kept.files.sizes()) == before
    assert REGISTRY.get_sample_value("compliance_ledger_inconsistent") == 1
    assert (await probe("compliance", {"ledger": watch.ready})).status == 503
    with pytest.raises(LedgerInconsistent) as told:
        await watch.ready()
    return told.value.kind


async def test_a_database_that_was_rolled_back_is_not_signed(kept: Kept, database: str) -> None:
    await kept.grow(5)
    await kept.checkpoint()
    await behind_its_back(
        database,
        "DELETE FROM ledger WHERE sequence > 3",
        "DELETE FROM ledger_nodes WHERE (position + 1) << level > 3",
        "DELETE FROM ledger_checkpoints",
    )
    assert await contradiction(kept) == "rolled_back"
    await kept.grow(1)
    assert await contradiction(kept) == "rolled_back"
    await kept.grow(4)
    assert await contradiction(kept) == "changed"


async def test_a_database_whose_signed_entries_were_rewritten_with_all_their_hashes_is_not_signed(
    kept: Kept, database: str
) -> None:
    await kept.grow(5)
    await kept.checkpoint()
    await behind_its_back(
        database, "UPDATE ledger SET leaf = leaf || ' ' WHERE sequence = 2", REBUILD, "SELECT rebuild()"
    )
    await kept.grow(2)
    assert await contradiction(kept) == "changed"


async def test_an_entry_changed_after_it_came_into_the_tree_is_not_signed(kept: Kept, database: str) -> None:
    await kept.grow(5)
    await kept.checkpoint()
    await kept.grow(2)
    await behind_its_back(database, "UPDATE ledger SET leaf = leaf || ' ' WHERE sequence = 7")
    assert await contradiction(kept) == "changed"


async def test_an_entry_removed_after_it_came_into_the_tree_is_not_signed(kept: Kept, database: str) -> None:
    await kept.grow(5)
    await behind_its_back(database, "DELETE FROM ledger WHERE sequence = 4")
    assert await contradiction(kept) == "changed"


async def test_a_tree_with_lost_nodes_is_not_signed(kept: Kept, database: str) -> None:
    await kept.grow(5)
    await behind_its_back(database, "DELETE FROM ledger_nodes WHERE level = 2")
    assert await contradiction(kept) == "changed"


async def test_a_checkpoint_that_is_gone_or_changed_stops_the_signing(kept: Kept) -> None:
    await kept.grow(5)
    await kept.checkpoint()
    [file] = (kept.folder / "checkpoints").glob("*/*.checkpoint")
    note = file.read_text("utf-8")
    file.write_text(note.replace("\n5\n", "\n4\n"), "utf-8")
    assert await contradiction(kept) == "checkpoint_unusable"
    file.unlink()
    assert await contradiction(kept) == "checkpoint_gone"
    file.write_text(note, "utf-8")
    watch = CheckpointWatch(kept.means)
    await watch.run()
    await watch.ready()
    assert REGISTRY.get_sample_value("compliance_ledger_inconsistent") == 0


async def test_keys_rotate_and_older_checkpoints_stay_verifiable(kept: Kept) -> None:
    await kept.grow(1)
    await kept.checkpoint()
    old = kept.verifier
    source = NoteKeys.in_folder(kept.folder / "other", name="x")
    (kept.folder / "other" / "0001.pem").rename(kept.folder / "keys" / "0002.pem")
    await kept.grow(1)
    await kept.checkpoint()
    assert kept.verifier != old
    assert kept.files.keys() == [old, kept.verifier]
    assert source.verifier.public == kept.means.keys.verifier.public
    assert [kept.read(size).size for size in (1, 2)] == [1, 2]


def test_a_key_others_can_read_is_refused_and_a_new_one_is_the_owners_alone(tmp_path: Path) -> None:
    NoteKeys.in_folder(tmp_path, name="x")
    [key] = tmp_path.glob("*.pem")
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    with pytest.raises(UnusableLedgerKey, match="chmod 600"):
        NoteKeys.in_folder(tmp_path, name="x")
    key.chmod(0o600)
    key.write_text("nothing", "utf-8")
    with pytest.raises(UnusableLedgerKey, match="PEM"):
        NoteKeys.in_folder(tmp_path, name="x")
