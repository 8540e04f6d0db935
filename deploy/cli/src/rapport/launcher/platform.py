"""The database server and the broker: embedded, or the user's own."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rapport.embedded import jars
from rapport.embedded.kafka import EmbeddedKafka, answers
from rapport.embedded.postgres import EmbeddedPostgres
from rapport.launcher.databases import readable
from rapport.launcher.supervisor import Part
from rapport.place import Place
from rapport.problem import Problem

POSTGRES_VARIABLE = "RAPPORT_POSTGRES_URL"
KAFKA_VARIABLE = "RAPPORT_KAFKA_BOOTSTRAP_SERVERS"


@dataclass(frozen=True, slots=True)
class Platform:
    """Where database and broker are to be found. Parts are there only for what we run ourselves."""

    postgres: EmbeddedPostgres | None
    postgres_part: Part | None
    kafka_part: Part | None
    bootstrap_servers: str

    @property
    def admin_url(self) -> str:
        """The superuser's address; for the embedded server, known once it is prepared."""
        return self.postgres.url if self.postgres else os.environ[POSTGRES_VARIABLE]

    @property
    def parts(self) -> list[Part]:
        return [part for part in (self.postgres_part, self.kafka_part) if part is not None]


def own_ports() -> list[str]:
    """The ports the embedded parts of this run need."""
    postgres = [] if os.environ.get(POSTGRES_VARIABLE) else ["postgres"]
    kafka = [] if os.environ.get(KAFKA_VARIABLE) else ["kafka", "kafka-controller"]
    return [*postgres, *kafka]


def make_platform(place: Place, ports: Mapping[str, int], *, say: Callable[[str], None]) -> Platform:
    """Describe the platform of this run; starts nothing. Fetches the broker's jars when they are missing."""
    postgres: EmbeddedPostgres | None = None
    kafka: EmbeddedKafka | None = None
    if not os.environ.get(POSTGRES_VARIABLE):
        postgres = EmbeddedPostgres(place.data / "postgres", port=ports["postgres"], log=place.logs / "postgres.log")
    if not os.environ.get(KAFKA_VARIABLE):
        kafka = EmbeddedKafka(
            place.data / "kafka",
            port=ports["kafka"],
            controller_port=ports["kafka-controller"],
            jars=jars.provide(jars.read_lock(place.jars_lock), jars.default_cache(), say=say),
            log=place.logs / "kafka.log",
        )
    return Platform(
        postgres,
        Part(postgres.command(), postgres.ready, postgres.prepare, postgres.port) if postgres else None,
        Part(kafka.command(), kafka.ready, kafka.prepare, kafka.port) if kafka else None,
        kafka.bootstrap_servers if kafka else os.environ[KAFKA_VARIABLE],
    )


def check_own_database() -> None:
    """Raises Problem when RAPPORT_POSTGRES_URL is given and is no address: before anything is started."""
    if given := os.environ.get(POSTGRES_VARIABLE):
        readable(given)


def check_own_broker() -> None:
    """Raises Problem when RAPPORT_KAFKA_BOOTSTRAP_SERVERS is given and nobody answers there."""
    given = os.environ.get(KAFKA_VARIABLE)
    if not given:
        return
    tried: list[str] = []
    for server in given.split(","):
        host, _, port = server.strip().rpartition(":")
        try:
            if answers(host or server, int(port), seconds=5.0):
                return
            tried.append(f"{server.strip()}: no answer")
        except (ValueError, socket.gaierror) as error:
            tried.append(f"{server.strip()}: {error}")
    raise Problem(
        f"no Kafka broker answers at {given} ({'; '.join(tried)})",
        remedy=f"start it, or correct {KAFKA_VARIABLE} (host:port[,host:port]; unset it to use the embedded broker)",
    )
