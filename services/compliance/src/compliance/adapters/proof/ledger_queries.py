"""What an inspector reads of the ledger beside its entries: proofs, checkpoints and the keys to verify them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.adapters.proof.tree_store import RememberedTree
from shared.db.reads import ReadPool

_ENTRY = """SELECT n.position, convert_from(l.leaf, 'UTF8') AS leaf, l.leaf_sha256, l.entry_id::text AS entry_id,
      (jsonb_build_object('who', p.who) || coalesce(p.personal, '{}'))::text AS openings,
      p.erased_at IS NOT NULL AS erased
    FROM ledger l LEFT JOIN ledger_personal p USING (entry_id) LEFT JOIN ledger_nodes n ON n.sequence = l.sequence
    WHERE l.sequence = $1"""
_CHECKPOINT = "SELECT size, note, verifier, written_at FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"
_KEYS = "SELECT verifier FROM ledger_checkpoints GROUP BY verifier ORDER BY max(size) DESC"


class LedgerQueries:
    """Read models over a read pool."""

    def __init__(self, reads: ReadPool) -> None:
        self._reads = reads
        self.tree = RememberedTree(reads)

    async def entry(self, sequence: int) -> Mapping[str, Any] | None:
        """One entry with what opens its commitments; `position` is None until it is in the tree."""
        row = await self._reads.fetchrow(_ENTRY, sequence)
        return None if row is None else dict(row)

    async def checkpoint(self) -> Mapping[str, Any] | None:
        """The newest signed checkpoint."""
        row = await self._reads.fetchrow(_CHECKPOINT)
        return None if row is None else dict(row)

    async def verifier_keys(self) -> Sequence[str]:
        """The public keys that have signed checkpoints, newest first."""
        return [row["verifier"] for row in await self._reads.fetch(_KEYS)]
