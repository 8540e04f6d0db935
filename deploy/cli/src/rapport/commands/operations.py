"""migrate and topics: the steps of a start, for whoever runs the parts themselves."""

from __future__ import annotations

import os

import click

from rapport.launcher.folder import DataFolder
from rapport.launcher.platform import KAFKA_VARIABLE
from rapport.place import Place, find_place
from rapport.problem import Problem


@click.command()
def migrate() -> None:
    """Bring every service's database to its newest revision, creating what is missing.

    Uses RAPPORT_POSTGRES_URL, else the server of a running `rapport up`.
    """
    from rapport.launcher.provisioning import provide_storage  # noqa: PLC0415 - drivers
    from rapport.launcher.running import running_wiring  # noqa: PLC0415 - drivers

    place = find_place()
    provide_storage(running_wiring(place), DataFolder(place.data), say=click.echo)
    click.echo("all databases are at their newest revision")


@click.group()
def topics() -> None:
    """Kafka topics."""


@topics.command()
def apply() -> None:
    """Create and configure what deploy/kafka/topics.yaml declares; never removes anything.

    Uses RAPPORT_KAFKA_BOOTSTRAP_SERVERS, else the broker of a running `rapport up`.
    """
    import asyncio  # noqa: PLC0415 - with the drivers below

    from rapport.launcher.broker import apply_topics  # noqa: PLC0415 - drivers
    from rapport.launcher.topics import read_topics  # noqa: PLC0415 - drivers

    place = find_place()
    declared = read_topics(place.topics)
    changes = asyncio.run(apply_topics(bootstrap_servers(place), declared, say=click.echo))
    if not changes:
        click.echo(f"all {len(declared)} topics are as declared")


def bootstrap_servers(place: Place) -> str:
    """The broker to talk to. Raises Problem when there is none to be known."""
    if given := os.environ.get(KAFKA_VARIABLE):
        return given
    folder = DataFolder(place.data)
    if folder.holder() is None:
        raise Problem("no Kafka broker is known", remedy=f"`rapport up` first, or set {KAFKA_VARIABLE}")
    return f"127.0.0.1:{folder.ports['kafka']}"
