"""`rapport permit keys`: the keys that sign permits. Every process that has the folder follows at once."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

import click

from compliance.domain.events import Occasion
from compliance.domain.permit_key import KeyRing, PermitKey
from compliance.entrypoints.commands.screen import stop
from shared.kernel.clock import SystemClock
from shared.kernel.errors import DomainError

T = TypeVar("T")
_AHEAD = 600
_SAID = {
    "waiting": "published, signs from {signs_from}",
    "signing": "signs since {signs_from}",
    "retired": "signs no more; published until the last permit it signed has expired",
    "gone": "signs no more; published until the last permit it signed has expired",
    "revoked": "revoked at {revoked_at}; published no more",
}
_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="COMPLIANCE_KEY_DIR",
    help="The gate's key folder; default COMPLIANCE_KEY_DIR, else the one of `rapport up`.",
)


class Keys(Protocol):
    """The keys of one folder."""

    def ring(self) -> KeyRing: ...
    def rotate(self, occasion: Occasion, *, ahead: timedelta) -> PermitKey: ...
    def retire(self, kid: str, occasion: Occasion, *, revoke: bool = False) -> KeyRing: ...


OpenKeys = Callable[[Path, Occasion], Keys]
"""Opens the keys in a folder; the occasion is that of taking over those of an earlier release.

Raises OSError, and ValueError for a folder that must not be used.
"""


def keys_command(open_keys: OpenKeys, default: Callable[[], Path]) -> click.Group:
    """The group, with what opens a folder and the folder to use where none is named."""

    @click.group()
    def keys() -> None:
        """The keys that sign permits: they stay in the gate's folder, and their private halves are never shown."""

    def opened(folder: Path | None, occasion: Occasion) -> Keys:
        place = folder or default()
        if not place.is_dir():
            stop(f"{place}: is no folder; start the gate once, or name its key folder with --folder.")
        return _done(lambda: open_keys(place, occasion))

    @keys.command("list")
    @_FOLDER
    def list_keys(folder: Path | None) -> None:
        """Every key there ever was, the oldest first."""
        occasion = _occasion("looked at")
        _tell(_done(opened(folder, occasion).ring), occasion.at)

    @keys.command()
    @_FOLDER
    def export(folder: Path | None) -> None:
        """Every public half there ever was, as a JWK set: to verify permits of the past with --at."""
        ring = _done(opened(folder, _occasion("looked at")).ring)
        click.echo(json.dumps({"keys": [dict(key.jwk) for key in ring.keys]}, indent=1))

    @keys.command()
    @_FOLDER
    @click.option(
        "--ahead",
        type=click.IntRange(0, 30 * 86_400),
        envvar="COMPLIANCE_KEY_AHEAD_SECONDS",
        default=_AHEAD,
        show_default=True,
        help="Seconds a new key is published before it signs: longer than executors keep the keys (5 minutes).",
    )
    @click.option("--why", default="by plan", show_default=True, help="The reason, for the ledger.")
    def rotate(folder: Path | None, ahead: int, why: str) -> None:
        """Make a key. It is published now and signs after --ahead; the one before stays published for its permits."""
        occasion = _occasion(why)
        ring = opened(folder, occasion)
        new = _done(lambda: ring.rotate(occasion, ahead=timedelta(seconds=ahead)))
        click.echo(f"{new.name} is published, and signs from {_time(new.signs_from)}")
        _tell(ring.ring(), occasion.at)

    @keys.command()
    @_FOLDER
    @click.argument("key")
    @click.option("--revoke", is_flag=True, help="Publish it no more, at once, whatever it signed; for a leaked key.")
    @click.option("--why", required=True, help="The reason, for the ledger.")
    def retire(key: str, folder: Path | None, why: str, *, revoke: bool) -> None:
        """Let KEY (its name or a beginning) sign no more. It stays published for its permits unless it is revoked."""
        occasion = _occasion(why)
        ring = opened(folder, occasion)
        _tell(_done(lambda: ring.retire(key, occasion, revoke=revoke)), occasion.at)
        if revoke:
            click.echo("permits it signed are refused by executors from now on: see the runbook permit-keys.md")

    return keys


def _done(change: Callable[[], T]) -> T:
    try:
        return change()
    except ValueError as unusable:
        stop(f"{unusable}")
    except DomainError as refusal:
        stop(f"{refusal.message}. What to do: {refusal.remedy}")
    except OSError as problem:
        stop(f"the folder cannot be changed ({problem.strerror}): run this where the gate's key folder can be written.")


def _occasion(why: str) -> Occasion:
    """Now, by whoever runs this."""
    if not why.strip():
        stop("say why: the ledger takes no change without a reason.")
    return Occasion(by=f"operator:{getpass.getuser()}", at=SystemClock().now(), why=why)


def _tell(ring: KeyRing, now: datetime) -> None:
    for key in ring.keys:
        state = ring.state(key, now, {})
        said = _SAID[state].format(signs_from=_time(key.signs_from), revoked_at=_time(key.revoked_at))
        click.echo(f"{key.name:<13}  {key.kid}  {'retired' if state == 'gone' else state:<8}  {said}")


def _time(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S %Z}"
