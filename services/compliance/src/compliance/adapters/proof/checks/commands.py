"""What `rapport ledger` does, from addresses and paths to a result."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from compliance.adapters.proof.checkpoint_files import CheckpointFiles
from compliance.adapters.proof.checks.checkpoints import Signed, read_signed
from compliance.adapters.proof.checks.database import verify_database
from compliance.adapters.proof.checks.export_files import UnusableExport, export_ledger, verify_export
from compliance.application.ledger_checks import Asked, Progress, UnusableLedger
from compliance.domain.proof.checkpoint import UnusableNote, VerifierKey
from compliance.domain.proof.findings import Verification
from shared.db.driver import DATABASE_AWAY


def verify(asked: Asked, progress: Progress) -> Verification:
    """The result of everything there is to check. Raises UnusableLedger where something cannot be read."""
    with _clear():
        signed = _signed(asked.checkpoints, asked.keys)
        if asked.file is None:
            checking = verify_database(asked.database or "", signed, processes=asked.processes, progress=progress)
            return asyncio.run(checking)
        with _reading(asked.file) as lines:
            return verify_export(lines, signed, progress=progress)


def export(database: str, file: Path | None, *, values: bool, progress: Progress) -> int:
    """Write an export to `file`, or to standard output; how many entries. Raises UnusableLedger."""
    with _clear():
        if file is None:
            return asyncio.run(export_ledger(database, sys.stdout, values=values, progress=progress))
        with file.open("w", encoding="utf-8") as out:
            return asyncio.run(export_ledger(database, out, values=values, progress=progress))


def _signed(folder: Path | None, given: tuple[str, ...]) -> Signed:
    if folder is None:
        return Signed({}, [])
    if not folder.is_dir():
        raise UnusableLedger(f"{folder} is no folder of checkpoints")
    lines = [line for each in given for line in _key_lines(each)]
    return read_signed(CheckpointFiles(folder), [VerifierKey.parse(line) for line in lines])


def _key_lines(given: str) -> list[str]:
    return [given] if given.count("+") > 1 else Path(given).read_text("utf-8").split()


@contextmanager
def _reading(file: Path) -> Generator[TextIO]:
    if str(file) == "-":
        yield sys.stdin
        return
    with file.open(encoding="utf-8") as lines:
        yield lines


@contextmanager
def _clear() -> Generator[None]:
    try:
        yield
    except (UnusableExport, UnusableNote) as error:
        raise UnusableLedger(str(error)) from error
    except DATABASE_AWAY as error:
        raise UnusableLedger(
            f"it cannot be read: {error}. Remedy: check the address, the file and the rights"
        ) from error
