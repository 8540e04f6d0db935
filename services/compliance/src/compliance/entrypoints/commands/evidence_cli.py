"""`rapport evidence`: check an evidence pack offline, and hand the checker to others."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from compliance.entrypoints.evidence.files import CHECKERS, SCRIPT

MAKE = "make"
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class _Evidence(click.Group):
    """`rapport evidence ACTION_ID` is short for `rapport evidence make ACTION_ID`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        named = args[0] in self.commands or args[0].startswith("-") or MAKE not in self.commands
        return super().resolve_command(ctx, args if named else [MAKE, *args])


@click.group(cls=_Evidence)
def evidence() -> None:
    """Evidence packs: all that was decided about one action, as one file that proves itself."""


@evidence.command("verify")
@click.argument("file", type=_FILE)
@click.option(
    "--ledger-key", type=_FILE, required=True, help="File with the line name+id+key that you have from elsewhere."
)
@click.option("--permit-key", type=_FILE, help="JWK set of the gate; by default the keys that the ledger recorded.")
def verify(file: Path, ledger_key: Path, permit_key: Path | None) -> None:
    """Check the pack in FILE with the script that inspectors use.

    Names the first thing that is wrong. Exit code 0: the pack is true; 1: it is not.
    """
    command: Sequence[str | Path] = (sys.executable, SCRIPT, file, "--ledger-key", ledger_key)
    more = () if permit_key is None else ("--permit-key", permit_key)
    run = subprocess.run([*command, *more], capture_output=True, text=True, check=False)  # noqa: S603 - a script of ours
    click.echo(run.stdout, nl=False)
    click.echo(run.stderr, nl=False, err=True)
    sys.exit(run.returncode)


@evidence.command("checker")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def checker(folder: Path) -> None:
    """Write the script, and what it needs beside it, into FOLDER: for whoever checks packs without this software."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in CHECKERS:
        shutil.copyfile(file, folder / file.name)
        click.echo(folder / file.name)
