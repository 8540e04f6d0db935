"""`rapport permit verify`: is this a permit for this executor, at this moment? Needs the published keys, no server."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from compliance.entrypoints.commands.screen import stop
from rapport_permit import BadPermit, UnusableKeys, VerifiedPermit, fetch_jwks, verify_permit
from shared.kernel.clock import SystemClock

REFUSED = 1
_LARGEST = 1_000_000


def permit_command(keys: click.Group) -> click.Group:
    """The group, with the commands about keys."""

    @click.group()
    def permit() -> None:
        """Release permits: verify one offline; look after the keys that sign them."""

    permit.add_command(verify)
    permit.add_command(keys)
    return permit


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime:
    if value is None:
        return SystemClock().now()
    try:
        given = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("give a time such as 2026-11-23T10:30:00Z") from None
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--jwks", required=True, help="The gate's published keys: a file, or the address of its jwks.json.")
@click.option("--audience", required=True, help="The executor it has to be for: its OAuth client.")
@click.option("--at", "now", callback=_moment, metavar="TIME", help="Verify as of this moment (ISO 8601); default now.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines for people.")
def verify(file: Path, jwks: str, audience: str, now: datetime, *, as_json: bool) -> None:
    """Verify the permit in FILE (its token; `-` is standard input) offline.

    A good permit may be asked for; only its redemption allows the act. Exit code 0: good, 1: not a permit that
    may be redeemed, 2: cannot be told (a file or the keys cannot be read).
    """
    token = _text(file).strip("\r\n")
    try:
        keys = _keys(jwks)
        verified = verify_permit(token, keys, audience=audience, now=now)
    except UnusableKeys as unusable:
        stop(f"{jwks}: {unusable}\n  What to do: give the gate's /.well-known/jwks.json, as a file or by its address.")
    except BadPermit as refusal:
        _tell_refusal(refusal, as_json=as_json)
        sys.exit(REFUSED)
    _tell(verified, as_json=as_json)


def _text(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read(_LARGEST) if str(file) == "-" else file.read_bytes()[:_LARGEST]
    except OSError as error:
        stop(f"{file}: cannot be read ({error.strerror}); check the path.")
    return raw.decode("ascii", "replace")


def _keys(jwks: str) -> dict[str, Any]:
    if "://" in jwks:
        return dict(fetch_jwks(jwks))
    try:
        found: object = json.loads(Path(jwks).read_bytes())
    except OSError as error:
        raise UnusableKeys(f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise UnusableKeys("is no JSON") from error
    if not isinstance(found, dict):
        raise UnusableKeys("is no JWK set")
    return found  # pyright: ignore[reportUnknownVariableType] - read_jwks checks every member


def _tell_refusal(refusal: BadPermit, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"valid": False, "reason": str(refusal), "remedy": refusal.remedy}))
    else:
        click.echo(f"not a permit that may be redeemed: {refusal}\n  What to do: {refusal.remedy}", err=True)


def _tell(permit: VerifiedPermit, *, as_json: bool) -> None:
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(permit).items()}
    if as_json:
        click.echo(json.dumps({"valid": True, **told}))
        return
    click.echo("good: it may be redeemed; only the redemption's answer allows the act")
    for name, value in told.items():
        click.echo(f"  {name.replace('_', ' '):<20}{value}")
