"""dlt: messages a consumer gave up on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

import asyncpg
import click

from rapport.launcher.databases import admin_url_of, connect
from rapport.launcher.running import running_wiring
from rapport.launcher.services import STORING
from rapport.place import find_place
from rapport.problem import Problem
from shared.kernel.errors import NotFound
from shared.messaging.dead_letters import DeadLetter, list_dead_letters, replay, show_dead_letter

_of_service = click.option("--service", type=click.Choice(STORING), help="Whose; needed where several have the same.")


@click.group()
def dlt() -> None:
    """Dead letters: messages a service could not handle. Later messages of their key wait behind them."""


@dlt.command("list")
@click.option("--service", type=click.Choice(STORING), help="Only this service's.")
def list_(service: str | None) -> None:
    """One line per dead letter, oldest first."""
    letters = asyncio.run(_all(_databases(service)))
    for letter in letters:
        click.echo(
            f"{letter.message_id}  {letter.parked_at:%Y-%m-%d %H:%M:%S}  {letter.consumer:<10} {letter.topic}  "
            f"{letter.type}  key {letter.key}  {letter.error_class}: {letter.error_message.splitlines()[0][:80]}"
            + (f"  ({letter.behind} wait behind it)" if letter.behind else "")
        )
    click.echo(f"{len(letters)} dead letters" if letters else "no dead letters")


@dlt.command()
@click.argument("message_id")
@_of_service
def show(message_id: str, service: str | None) -> None:
    """Everything about one dead letter: cause, headers, payload."""
    databases = _databases(None)
    letter = chosen(asyncio.run(_find(databases, message_id)), message_id, service)
    for name in ("message_id", "consumer", "topic", "partition", "offset", "key", "type", "attempts", "parked_at"):
        click.echo(f"{name:<12} {getattr(letter, name)}")
    click.echo(f"{'cause':<12} {letter.error_class}: {letter.error_message}")
    click.echo(f"{'behind':<12} {letter.behind}")
    for name, value in letter.headers:
        click.echo(f"header       {name}: {value.decode('utf-8', 'replace')}")
    click.echo(f"payload      {(letter.payload or b'').decode('utf-8', 'replace')}")


@dlt.command("replay")
@click.argument("message_id")
@_of_service
@click.option("--discard", is_flag=True, help="Drop the message itself and handle only what waits behind it.")
def replay_(message_id: str, *, service: str | None, discard: bool) -> None:
    """Have the service handle the message again, then those behind it; exit code 1 when it fails again."""
    databases = _databases(None)
    found = asyncio.run(_find(databases, message_id))
    letter = chosen(found, message_id, service)
    try:
        still_dead = asyncio.run(replay(databases[letter.consumer], letter.consumer, message_id, discard=discard))
    except TimeoutError as error:
        raise Problem(
            f"the worker of {letter.consumer} did not take the replay up",
            remedy="is it running? `rapport status`; the request stands and is taken up when it runs",
        ) from error
    if still_dead is not None:
        raise Problem(
            f"message {still_dead.message_id} failed again: {still_dead.error_class}: {still_dead.error_message}",
            remedy=f"correct the cause, then replay it again; "
            f"`rapport dlt show {still_dead.message_id} --service {letter.consumer}` has the rest",
        )
    others = [each.consumer for each in found if each.consumer != letter.consumer]
    click.echo(
        f"done: the key {letter.key} is free again for {letter.consumer}"
        + (f"; {len(others)} more hold the same message dead: {', '.join(others)}" if others else "")
    )


def chosen(found: Sequence[DeadLetter], message_id: str, service: str | None) -> DeadLetter:
    """The one that is meant. Raises Problem when there is none, or several and no `service` to tell them apart."""
    letters = [letter for letter in found if service in (None, letter.consumer)]
    if not letters:
        raise Problem(
            f"{service or 'no service'} has {'no' if service else 'a'} dead letter {message_id}",
            remedy="`rapport dlt list` shows those there are",
        )
    if len(letters) > 1:
        holders = [letter.consumer for letter in letters]
        raise Problem(
            f"{len(holders)} services hold {message_id} as a dead letter: {', '.join(holders)}",
            remedy=f"say whose is meant, such as --service {holders[0]}, and take one after the other",
        )
    return letters[0]


def _databases(service: str | None) -> dict[str, str]:
    """Service to the address of its database, with the user and password of the server's own address."""
    admin_url = running_wiring(find_place()).admin_url
    return {name: admin_url_of(admin_url, name) for name in STORING if service in (None, name)}


async def _all(databases: Mapping[str, str]) -> list[DeadLetter]:
    letters: list[DeadLetter] = []
    for service, url in databases.items():
        await _let_in(service, url)
        letters += await list_dead_letters(url)
    return sorted(letters, key=lambda letter: letter.parked_at)


async def _find(databases: Mapping[str, str], message_id: str) -> list[DeadLetter]:
    found: list[DeadLetter] = []
    for service, url in databases.items():
        await _let_in(service, url)
        with suppress(NotFound):
            found.append(await show_dead_letter(url, message_id))
    return found


async def _let_in(service: str, url: str) -> None:
    """Raises Problem, naming place and remedy, unless the service's dead letters can be read there."""
    connection = await connect(url)
    try:
        await connection.execute("SELECT FROM parked_messages LIMIT 0")
    except asyncpg.PostgresError as error:
        raise Problem(
            f"the dead letters of {service} cannot be read: {error}", remedy="`rapport migrate` first"
        ) from error
    finally:
        await connection.close()
