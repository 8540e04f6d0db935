"""evidence make: the evidence pack of one action, from a running system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapport.problem import Problem

if TYPE_CHECKING:
    from rapport.story.client import Caller

_NOT_YET = "not_proven_yet"
_SECONDS = 150.0
_PRIVATE = 0o600


def join(group: click.Group) -> click.Group:
    """`group` with the command that needs a running system."""
    group.add_command(make)
    return group


@click.command()
@click.argument("action_id")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: evidence-ACTION_ID.html")
@click.option(
    "--as",
    "user",
    envvar="RAPPORT_USER",
    required=True,
    help="Who you are: signs in, or RAPPORT_TOKEN_<USER> holds your access token. Also RAPPORT_USER.",
)
def make(action_id: str, out: Path | None, user: str) -> None:
    """Write the evidence pack of ACTION_ID; `rapport evidence ACTION_ID` is short for it.

    Waits until the newest change is under a signed checkpoint. Needs compliance:read and ledger:read. The file quotes
    texts and names people: only you may read it.
    """
    from rapport.story.client import System  # noqa: PLC0415 - `--help` need not pay

    with System.open() as system:
        file = out or Path(f"evidence-{action_id}.html")
        write_pack(system.sign_in(user), action_id, file)
        click.echo(f"{file}: check it with `rapport evidence verify {file} --ledger-key KEY-FILE`")


def write_pack(caller: Caller, action_id: str, file: Path) -> None:
    """Wait until the pack can be proved, and keep it in `file`. Raises Problem."""
    from rapport.story.client import Refused, wait_until  # noqa: PLC0415 - the same

    def proved() -> str | None:
        try:
            return caller.ask("GET", "compliance", f"/v1/cases/{action_id}/evidence-pack").text
        except Refused as refused:
            if refused.code != _NOT_YET:
                raise
            return None

    text = wait_until("a signed checkpoint covers the action", proved, seconds=_SECONDS, every=2.0)
    try:
        file.touch(_PRIVATE)
        file.write_bytes(text.encode())
    except OSError as error:
        raise Problem(f"{file} cannot be written ({error.strerror})", remedy="give another place with -o") from error
