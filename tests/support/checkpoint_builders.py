"""A ledger with its sequencer and its checkpoints in a folder."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.proof.checkpoint_files import CheckpointFiles
from compliance.adapters.proof.checkpoint_notes import SqlCheckpointNotes
from compliance.adapters.proof.note_keys import NoteKeys, signature_holds
from compliance.adapters.proof.sequencer import Sequencer
from compliance.application.checkpoints import Signing, write_checkpoint
from compliance.domain.proof.checkpoint import Checkpoint, opened
from support.ledger_builders import append

ORIGIN = "example.com/ledger"

REBUILD = """CREATE OR REPLACE FUNCTION rebuild() RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM ledger_nodes WHERE level > 0;
    UPDATE ledger_nodes n SET hash = sha256('\\x00'::bytea || l.leaf) FROM ledger l WHERE l.sequence = n.sequence;
    FOR height IN 1 .. 20 LOOP
      INSERT INTO ledger_nodes (level, position, hash)
        SELECT height, a.position / 2, sha256('\\x01'::bytea || a.hash || b.hash) FROM ledger_nodes a
        JOIN ledger_nodes b ON b.level = a.level AND b.position = a.position + 1
        WHERE a.level = height - 1 AND a.position % 2 = 0;
    END LOOP;
  END $$"""
"""What somebody who knows the tree does after changing an entry: all hashes fit again."""


class Kept:
    """One ledger, one folder of checkpoints, one of keys."""

    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.files = CheckpointFiles(folder / "checkpoints")
        self.notes = SqlCheckpointNotes(engine)
        self.sequencer = Sequencer(engine)

    @property
    def means(self) -> Signing:
        keys = NoteKeys.in_folder(self.folder / "keys", name=ORIGIN)
        return Signing(files=self.files, keys=keys, check=signature_holds, notes=self.notes)

    async def grow(self, count: int) -> None:
        """So many entries more, taken into the tree."""
        await append(self.engine, count)
        await self.sequencer.run()

    async def checkpoint(self) -> Checkpoint | None:
        return await write_checkpoint(self.means)

    def read(self, size: int) -> Checkpoint:
        return opened(self.files.note(size), self.means.keys.verifiers, signature_holds)

    @property
    def verifier(self) -> str:
        return str(self.means.keys.verifier)
