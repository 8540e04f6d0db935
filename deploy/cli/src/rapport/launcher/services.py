"""The processes of the system, as data, and the settings each one gets."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rapport.embedded.process import Command
from rapport.launcher.databases import service_url
from rapport.launcher.folder import DataFolder
from rapport.launcher.issuer import audience, client_settings, demo_client_secrets, own_issuer, why_no_executor
from rapport.launcher.probe import answers_http
from rapport.launcher.supervisor import Part
from rapport.place import Place

OPTIONAL = {"RAPPORT_LOG_LEVEL": "LOG_LEVEL", "RAPPORT_OTLP_ENDPOINT": "OTLP_ENDPOINT"}
"""What a user may set for all services at once, and the name of each service's own setting."""


@dataclass(frozen=True, slots=True)
class Service:
    """`client` is its OAuth client, `calls` the services whose address it needs."""

    name: str
    client: str | None = None
    calls: tuple[str, ...] = ()
    stores: bool = True
    """Has a database and a worker."""

    @property
    def prefix(self) -> str:
        return self.name.upper()


SERVICES = (
    Service("registry"),
    Service("audit"),
    Service("planner", client="planner-service", calls=("audit",)),
    Service("compliance", client="compliance-service", calls=("registry", "audit")),
    Service("portal", client="portal", calls=("registry", "audit", "planner", "compliance"), stores=False),
)
STORING = tuple(service.name for service in SERVICES if service.stores)
CLIENTS = tuple(service.prefix for service in SERVICES if service.client)
"""Prefixes of the services with an OAuth client of their own."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What every process needs to find the others. `passwords` are those of the services' database roles."""

    place: Place
    ports: Mapping[str, int]
    admin_url: str
    bootstrap_servers: str
    issuer: str
    passwords: Mapping[str, str]
    client_secrets: Mapping[str, str]
    session_secret: str

    def address(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def database_urls(self) -> dict[str, str]:
        """Service to the address of its own database."""
        return {name: service_url(self.admin_url, name, self.passwords[name]) for name in STORING}

    @property
    def console(self) -> str:
        return self.address("portal")


def make_wiring(
    place: Place, folder: DataFolder, ports: Mapping[str, int], *, admin_url: str, bootstrap_servers: str
) -> Wiring:
    """The wiring for these ports, with secrets from the data folder."""
    return Wiring(
        place=place,
        ports=ports,
        admin_url=admin_url,
        bootstrap_servers=bootstrap_servers,
        issuer=own_issuer() or f"http://127.0.0.1:{ports['issuer']}",
        passwords={
            name: os.environ.get(f"{name.upper()}_DB_PASSWORD") or folder.secret(f"database {name}") for name in STORING
        },
        client_secrets={} if own_issuer() else demo_client_secrets(place.demo / "users.yaml"),
        session_secret=folder.secret("portal session"),
    )


def environment(service: Service, wiring: Wiring) -> dict[str, str]:
    """Every variable of one service that this system decides, see `.env.example`; the others it inherits.

    The user's own value counts for the company, the channels, and, with an issuer of their own, for client id, client
    secret and audience. Raises Problem when that issuer needs a secret that is not set.
    """
    values = {
        "AUTH_ISSUER": wiring.issuer,
        "AUTH_AUDIENCE": audience(service.prefix),
        "API_HOST": "127.0.0.1",
        "API_PORT": str(wiring.ports[service.name]),
        **{f"{called.upper()}_URL": wiring.address(called) for called in service.calls},
        **{name: os.environ[given] for given, name in OPTIONAL.items() if os.environ.get(given)},
        **_own(service.name, wiring),
    }
    if service.stores:
        values["DB_URL"] = wiring.database_urls()[service.name]
        values["KAFKA_BOOTSTRAP_SERVERS"] = wiring.bootstrap_servers
        values["WORKER_PORT"] = str(wiring.ports[f"{service.name}-worker"])
    if service.client is not None:
        values |= client_settings(service.prefix, service.client, wiring.client_secrets)
    return {f"{service.prefix}_{name}": value for name, value in values.items()}


def _own(name: str, wiring: Wiring) -> dict[str, str]:
    demo, data = wiring.place.demo, wiring.place.data
    company_file = os.environ.get("COMPLIANCE_COMPANY_FILE") or str(demo / "company.yaml")
    match name:
        case "compliance":
            return {
                "COMPANY_FILE": company_file,
                "CHANNELS_FILE": os.environ.get("COMPLIANCE_CHANNELS_FILE") or str(demo / "channels.yaml"),
                "KEY_DIR": str(data / "keys" / "compliance"),
                "LEDGER_KEY_DIR": str(data / "keys" / "ledger"),
                "CHECKPOINT_DIR": str(data / "checkpoints"),
                "LEXICON_DIR": str(data / "lexicons"),
            }
        case "planner":
            company = _company(Path(company_file))
            return {"COMPANY_NAME": company["name"], "COMPANY_COUNTRY": company["country"]}
        case "portal":
            return {"PUBLIC_URL": wiring.console, "SESSION_SECRET": wiring.session_secret}
        case _:
            return {}


def _company(file: Path) -> dict[str, str]:
    """Name and country of our company; the planner freezes them into every snapshot."""
    document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    company: dict[str, Any] = document.get("company", document)
    return {
        "name": os.environ.get("PLANNER_COMPANY_NAME") or str(company.get("name", "")),
        "country": os.environ.get("PLANNER_COMPANY_COUNTRY") or str(company.get("country", "")),
    }


def is_installed(module: str) -> bool:
    """Whether `module` can be imported, without importing it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _part(name: str, module: tuple[str, ...], port: int, variables: dict[str, str], place: Place) -> Part:
    command = Command(
        name=name,
        argv=(sys.executable, "-m", *module),
        module=module,
        folder=place.root,
        log=place.logs / f"{name}.log",
        environment=variables,
        stop_seconds=25.0,
    )
    return Part(command, ready=lambda: answers_http(port), port=port)


def _served(factory: str, port: int) -> tuple[str, ...]:
    quiet = ("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "8")
    return ("uvicorn", factory, "--factory", "--host", "127.0.0.1", "--port", str(port), *quiet)


def issuer_part(wiring: Wiring) -> Part | None:
    """The development issuer; none when RAPPORT_AUTH_ISSUER names a real one."""
    if own_issuer():
        return None
    port, place = wiring.ports["issuer"], wiring.place
    variables = {
        "ISSUER_URL": wiring.issuer,
        "ISSUER_KEY_DIR": str(place.data / "keys" / "issuer"),
        "ISSUER_USERS_FILE": str(place.demo / "users.yaml"),
    }
    return _part("issuer", _served("shared.auth.embedded.main:create", port), port, variables, place)


def service_parts(wiring: Wiring) -> list[Part]:
    """API and worker of every service that is installed."""
    parts: list[Part] = []
    for service in SERVICES:
        variables = environment(service, wiring)
        if is_installed(f"{service.name}.main"):
            port = wiring.ports[service.name]
            module = _served(f"{service.name}.main:create", port)
            parts.append(_part(f"{service.name}-api", module, port, variables, wiring.place))
        if service.stores and is_installed(f"{service.name}.worker"):
            port = wiring.ports[f"{service.name}-worker"]
            module = (f"{service.name}.worker",)
            parts.append(_part(f"{service.name}-worker", module, port, variables, wiring.place))
    return parts


def client_environment(wiring: Wiring) -> dict[str, str]:
    """What a client of the whole system needs: the sandbox executor, the demo, the operator's commands."""
    secrets = {
        f"RAPPORT_CLIENT_SECRET_{client.upper().replace('-', '_')}": secret
        for client, secret in wiring.client_secrets.items()
    }
    return {
        **{f"RAPPORT_{service.prefix}_URL": wiring.address(service.name) for service in SERVICES},
        "RAPPORT_AUTH_ISSUER": wiring.issuer,
        "RAPPORT_KAFKA_BOOTSTRAP_SERVERS": wiring.bootstrap_servers,
        "RAPPORT_DATA": str(wiring.place.data),
        **secrets,
    }


def executor_part(wiring: Wiring) -> Part | None:
    """The sandbox executor that plays our accounts on a laptop; none where it has no client secret."""
    if why_no_executor():
        return None
    port = wiring.ports["executor"]
    variables = {**client_environment(wiring), "EXECUTOR_PORT": str(port)}
    return _part("executor", ("rapport.executor",), port, variables, wiring.place)
