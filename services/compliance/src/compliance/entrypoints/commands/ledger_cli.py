"""`rapport ledger verify | export`: the check of a whole ledger, and a file of it for whoever checks elsewhere."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import click

from compliance.application.ledger_checks import Asked, Progress, UnusableLedger
from compliance.domain.proof.findings import Verification

WRONG, UNREADABLE = 1, 2
_EVERY = 2.0
_MOST_PROCESSES = 8

Verify = Callable[[Asked, Progress], Verification]
"""Checks a ledger. Raises UnusableLedger."""


class Export(Protocol):
    """Writes an export; how many entries. Raises UnusableLedger."""

    def __call__(self, database: str, file: Path | None, *, values: bool, progress: Progress) -> int: ...


def ledger_command(verify: Verify, export: Export) -> click.Group:
    """The command group over its two means."""

    @click.group()
    def ledger() -> None:
        """The ledger: verify it, export it."""

    @ledger.command("verify")
    @click.argument("file", type=click.Path(path_type=Path, allow_dash=True), required=False)
    @click.option("--database", envvar="COMPLIANCE_DB_URL", help="postgresql://... of compliance; it is only read")
    @click.option("--checkpoints", type=click.Path(path_type=Path, file_okay=False), help="folder of the checkpoints")
    @click.option("--key", multiple=True, help="verifier key `name+id+key`, or a file of them; needed for checkpoints")
    @click.option("--processes", type=click.IntRange(1, 64), default=_processes, help="default: one per processor")
    @click.option("--json", "as_json", is_flag=True, help="the result as one JSON object")
    def verify_ledger(  # noqa: PLR0917 - click hands them over by name
        file: Path | None,
        database: str | None,
        checkpoints: Path | None,
        key: tuple[str, ...],
        processes: int,
        as_json: bool,  # noqa: FBT001 - the same
    ) -> None:
        """Check every entry, the tree, all checkpoints and the rows they tell of: in a database, or in an export FILE.

        Exit code 0: nothing is wrong; 1: something is, and it is named; 2: it could not be checked.
        """
        if file is None and database is None:
            raise click.UsageError("give an export FILE, or --database")
        if checkpoints is not None and not key:
            raise click.UsageError("--checkpoints need --key: the public key that you got from elsewhere")
        asked = Asked(database=database, file=file, checkpoints=checkpoints, keys=key, processes=processes)
        try:
            result = verify(asked, _told())
        except UnusableLedger as problem:
            click.echo(f"rapport: {problem}", err=True)
            sys.exit(UNREADABLE)
        click.echo(json.dumps(result.as_json(), ensure_ascii=False) if as_json else _readable(result, checkpoints))
        sys.exit(0 if result.ok else WRONG)

    @ledger.command("export")
    @click.option("--database", envvar="COMPLIANCE_DB_URL", required=True, help="postgresql://... of compliance")
    @click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="default: standard output")
    @click.option("--values", is_flag=True, help="with the personal values that open the commitments")
    def export_ledger(database: str, out: Path | None, values: bool) -> None:  # noqa: FBT001 - click's
        """Write all entries as JSON lines, in the order of the tree."""
        try:
            entries = export(database, out, values=values, progress=_told())
        except UnusableLedger as problem:
            click.echo(f"rapport: {problem}", err=True)
            sys.exit(UNREADABLE)
        click.echo(f"{entries:,} entries exported", err=True)

    return ledger


def _processes() -> int:
    return min(os.cpu_count() or 1, _MOST_PROCESSES)


def _told() -> Progress:
    """A line on standard error every other second, so that long work is seen to go on."""
    last = time.monotonic()

    def tell(what: str, done: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY:
            last = now
            click.echo(f"{what}: {done:,} of {of:,}" if of else f"{what}: {done:,}", err=True)

    return tell


def _readable(result: Verification, checkpoints: Path | None) -> str:
    covered = "none" if result.newest_checkpoint is None else f"the newest covers {result.newest_checkpoint:,} entries"
    lines = [
        f"{result.entries:,} entries, {result.pending:,} not in the tree yet, {result.erased:,} of erased persons",
        f"{result.checkpoints:,} checkpoints: {covered}",
        f"{result.rows:,} rows compared with their last entry",
    ]
    if result.not_compared:
        lines.append(f"not compared: {', '.join(result.not_compared)}")
    if checkpoints is None:
        lines.append("without --checkpoints, a ledger rewritten as a whole or rolled back is not found")
    lines += [f"WRONG {each.kind}: {each.message}" for each in result.discrepancies]
    if result.found > len(result.discrepancies):
        lines.append(f"and {result.found - len(result.discrepancies):,} more")
    lines.append("nothing is wrong" if result.ok else f"{result.found:,} wrong")
    return "\n".join(lines)
