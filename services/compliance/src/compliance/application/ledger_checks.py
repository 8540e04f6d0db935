"""What may be asked of the check of a whole ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Progress = Callable[[str, int, int], None]
"""What is checked, how much of it is done, and how much there is (0: not known)."""


class UnusableLedger(Exception):
    """What was given cannot be read; the message says what and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Check the export in `file` or, where it is None, the `database`, against the checkpoints in a folder.

    `keys` are verifier keys or files of them.
    """

    database: str | None
    file: Path | None
    checkpoints: Path | None
    keys: tuple[str, ...]
    processes: int
