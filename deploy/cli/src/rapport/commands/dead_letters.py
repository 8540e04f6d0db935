"""dlt: messages a consumer gave up on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import click

from rapport.launcher.running import running_wiring
from rapport.launcher.services import STORING
from rapport.place import find_place
from rapport.problem import Problem
from shared.kernel.errors import DomainError
from shared.messaging.dead_letters import DeadLetter, list_dead_letters, replay, show_dead_letter

Found = tuple[str, DeadLetter]
"""A dead letter and the address of the database it is in."""


@click.group()
def dlt() -> None:
    """Dead letters: messages a service could not handle. Later messages of their key wait behind them."""


@dlt.command("list")
@click.option("--service", type=click.Choice(STORING), help="Only this service's.")
def list_(service: str | None) -> None:
    """One line per dead letter, oldest first."""
    letters = [letter for _, letter in asyncio.run(_all(_databases(service)))]
    for letter in letters:
        click.echo(
            f"{letter.message_id}  {letter.parked_at:%Y-%m-%d %H:%M:%S}  {letter.consumer:<10} {letter.topic}  "
            f"{letter.type}  key {letter.key}  {letter.error_class}: {letter.error_message.splitlines()[0][:80]}"
            + (f"  ({letter.behind} wait behind it)" if letter.behind else "")
        )
    click.echo(f"{len(letters)} dead letters" if letters else "no dead letters")


@dlt.command()
@click.argument("message_id")
def show(message_id: str) -> None:
    """Everything about one dead letter: cause, headers, payload."""
    _, letter = asyncio.run(_find(message_id))
    for name in ("message_id", "consumer", "topic", "partition", "offset", "key", "type", "attempts", "parked_at"):
        click.echo(f"{name:<12} {getattr(letter, name)}")
    click.echo(f"{'cause':<12} {letter.error_class}: {letter.error_message}")
    click.echo(f"{'behind':<12} {letter.behind}")
    for name, value in letter.headers:
        click.echo(f"header       {name}: {value.decode('utf-8', 'replace')}")
    click.echo(f"payload      {(letter.payload or b'').decode('utf-8', 'replace')}")


@dlt.command("replay")
@click.argument("message_id")
@click.option("--discard", is_flag=True, help="Drop the message itself and handle only what waits behind it.")
def replay_(message_id: str, *, discard: bool) -> None:
    """Have the service handle the message again, then those behind it; exit code 1 when it fails again."""
    url, letter = asyncio.run(_find(message_id))
    try:
        still_dead = asyncio.run(replay(url, letter.consumer, message_id, discard=discard))
    except TimeoutError as error:
        raise Problem(
            f"the worker of {letter.consumer} did not take the replay up",
            remedy="is it running? `rapport status`; the request stands and is taken up when it runs",
        ) from error
    if still_dead is not None:
        raise Problem(
            f"message {still_dead.message_id} failed again: {still_dead.error_class}: {still_dead.error_message}",
            remedy=f"correct the cause, then replay it again; `rapport dlt show {still_dead.message_id}` has the rest",
        )
    click.echo(f"done: the key {letter.key} is free again")


def _databases(service: str | None) -> list[str]:
    urls = running_wiring(find_place()).database_urls()
    return [url for name, url in urls.items() if service in (None, name)]


async def _all(databases: Iterable[str]) -> list[Found]:
    try:
        found = [(url, letter) for url in databases for letter in await list_dead_letters(url)]
    except OSError as error:
        raise Problem(f"PostgreSQL does not answer: {error}", remedy="`rapport status`, then `rapport up`") from error
    return sorted(found, key=lambda each: each[1].parked_at)


async def _find(message_id: str) -> Found:
    for url in _databases(None):
        try:
            return url, await show_dead_letter(url, message_id)
        except DomainError:
            continue
    raise Problem(f"no service has a dead letter {message_id}", remedy="`rapport dlt list` shows those there are")
