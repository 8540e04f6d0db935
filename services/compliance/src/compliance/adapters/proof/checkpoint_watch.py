"""Writes checkpoints by the clock and says it everywhere when it must not."""

from __future__ import annotations

import structlog
from prometheus_client import Gauge

from compliance.application.checkpoints import LedgerInconsistent, Signing, write_checkpoint

INCONSISTENT = Gauge(
    "compliance_ledger_inconsistent", "1 while the database contradicts the last checkpoint and nothing is signed"
)
SIGNED = Gauge("compliance_ledger_checkpoint_size", "Ledger entries that the newest checkpoint covers")
WRITTEN = Gauge("compliance_ledger_checkpoint_seconds", "When the newest checkpoint was last confirmed, Unix time")

_RUNBOOK = "deploy/runbooks/ledger-inconsistent.md"
_log = structlog.get_logger()


class CheckpointWatch:
    """`run` by the clock; `ready` for the readiness probe of the process."""

    def __init__(self, means: Signing) -> None:
        self._means = means
        self._problem: LedgerInconsistent | None = None
        self._size: int | None = None

    async def run(self) -> None:
        """Write or confirm a checkpoint. A contradiction is told, not raised: it does not pass by trying again."""
        try:
            newest = await write_checkpoint(self._means)
        except LedgerInconsistent as problem:
            self._problem = problem
            INCONSISTENT.set(1)
            _log.error("ledger.inconsistent", kind=problem.kind, reason=str(problem), remedy=_RUNBOOK)
            return
        self._problem = None
        INCONSISTENT.set(0)
        WRITTEN.set_to_current_time()
        if newest is not None and newest.size != self._size:
            self._size = newest.size
            SIGNED.set(newest.size)
            _log.info("ledger.checkpoint", size=newest.size, root=newest.root.hex())

    async def ready(self) -> None:
        """Raises LedgerInconsistent while the database contradicts the last checkpoint."""
        if self._problem is not None:
            raise self._problem
