"""`rapport caps check`: whether what actions hold of the caps is what their cases say."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

import click

from compliance.domain.caps.reconciling import Difference

WRONG, UNREADABLE = 1, 2
Check = Callable[[str], tuple[int, Sequence[Difference]]]
"""Compares them in the database at an address: how many are held, and what differs. Raises OSError."""


def caps_command(check: Check) -> click.Group:
    """The command group over its means."""

    @click.group()
    def caps() -> None:
        """The caps: check what is reserved."""

    @caps.command("check")
    @click.option("--database", envvar="COMPLIANCE_DB_URL", required=True, help="postgresql://... of compliance")
    @click.option("--json", "as_json", is_flag=True, help="the result as one JSON object")
    def check_caps(database: str, as_json: bool) -> None:  # noqa: FBT001 - click hands it over
        """Compare every reservation with its case; the database is only read.

        The limits themselves are compared by GET /v1/caps/reconciliation, which knows them. Exit code 0: nothing
        differs; 1: something does, and it is named; 2: it could not be checked.
        """
        try:
            held, found = check(database)
        except OSError as problem:
            click.echo(f"rapport: the database cannot be read: {problem}", err=True)
            sys.exit(UNREADABLE)
        if as_json:
            click.echo(json.dumps({"reservations": held, "differences": [asdict(each) for each in found]}))
        else:
            for each in found:
                click.echo(f"{each.kind}: {each.message}")
            click.echo(f"{held} reservations are held, {len(found)} differences")
        sys.exit(WRONG if found else 0)

    return caps
