"""Who answers and who does not."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from rapport.embedded.kafka import answers
from rapport.launcher.folder import DataFolder
from rapport.launcher.issuer import own_issuer, why_no_executor
from rapport.launcher.platform import KAFKA_VARIABLE, POSTGRES_VARIABLE
from rapport.launcher.probe import OK, http_status
from rapport.launcher.services import SERVICES, is_installed
from rapport.place import Place


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the table."""

    part: str
    address: str
    fine: bool
    said: str


@dataclass(frozen=True, slots=True)
class Status:
    """The launcher's process id, whether its start is complete, and one answer per part."""

    launcher: int | None
    complete: bool
    answers: tuple[Answer, ...]

    @property
    def fine(self) -> bool:
        return self.complete and all(answer.fine for answer in self.answers)


def _tcp(part: str, host: str, port: int) -> Answer:
    address = f"{host}:{port}"
    try:
        socket.create_connection((host, port), 3.0).close()
    except OSError as error:
        return Answer(part, address, fine=False, said=error.strerror or str(error))
    return Answer(part, address, fine=True, said="answers")


def _kafka(servers: str) -> Answer:
    host, _, port = servers.split(",", maxsplit=1)[0].rpartition(":")
    fine = port.isdigit() and answers(host, int(port), seconds=3.0)
    return Answer("kafka", servers, fine=fine, said="answers" if fine else "no answer")


def _http(part: str, port: int) -> Answer:
    status = http_status(port, "/readyz")
    said = {OK: "ready", None: "no answer"}.get(status, f"not ready ({status})")
    return Answer(part, f"http://127.0.0.1:{port}", fine=status == OK, said=said)


def ask(place: Place) -> Status:
    """Ask every part of the system on this data folder."""
    folder = DataFolder(place.data)
    holder = folder.holder()
    ports = folder.ports
    if holder is None or not ports:
        return Status(holder, complete=False, answers=())
    questions: list[Callable[[], Answer]] = [_postgres(ports.get("postgres", 0)), _broker(ports.get("kafka", 0))]
    questions += [partial(_http, name, port) for name, port in _listening(ports)]
    with ThreadPoolExecutor(len(questions)) as pool:
        found = tuple(answer.result() for answer in [pool.submit(question) for question in questions])
    return Status(holder, complete=bool(folder.remembered("ready")), answers=found)


def _postgres(port: int) -> Callable[[], Answer]:
    given = urlsplit(os.environ.get(POSTGRES_VARIABLE, f"postgresql://127.0.0.1:{port}"))
    return partial(_tcp, "postgres", given.hostname or "127.0.0.1", given.port or 5432)


def _broker(port: int) -> Callable[[], Answer]:
    servers = os.environ.get(KAFKA_VARIABLE) or f"127.0.0.1:{port}"
    return partial(_kafka, servers)


def _listening(ports: dict[str, int]) -> list[tuple[str, int]]:
    """Every process with a health address, by the name the launcher gives it."""
    found: list[tuple[str, int]] = []
    if not own_issuer():
        found.append(("issuer", ports["issuer"]))
    for service in SERVICES:
        if is_installed(f"{service.name}.main"):
            found.append((f"{service.name}-api", ports[service.name]))
        if service.stores and is_installed(f"{service.name}.worker"):
            found.append((f"{service.name}-worker", ports[f"{service.name}-worker"]))
    if not why_no_executor():
        found.append(("executor", ports["executor"]))
    return found
