"""What a worker does to keep the ledger's proof: the sequencer and the checkpoints."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.proof.checkpoint_files import CheckpointFiles
from compliance.adapters.proof.checkpoint_notes import SqlCheckpointNotes
from compliance.adapters.proof.checkpoint_watch import CheckpointWatch
from compliance.adapters.proof.note_keys import NoteKeys, signature_holds
from compliance.adapters.proof.sequencer import Sequencer
from compliance.application.checkpoints import Signing


class LedgerKeeping:
    """`integrate` and `checkpoint` by the clock, `ready` for the readiness probe."""

    def __init__(self, engine: AsyncEngine, keys: NoteKeys, checkpoint_dir: Path) -> None:
        files = CheckpointFiles(checkpoint_dir)
        means = Signing(files=files, keys=keys, check=signature_holds, notes=SqlCheckpointNotes(engine))
        watch = CheckpointWatch(means)
        self.integrate = Sequencer(engine).run
        self.checkpoint = watch.run
        self.ready = watch.ready
