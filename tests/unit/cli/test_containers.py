"""docker-compose.yml starts the same processes with the same settings as the launcher; read, not run."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from rapport.launcher.services import SERVICES
from shared.observability.settings import variable_name


@pytest.fixture
def compose(repository: Path) -> dict[str, Any]:
    return yaml.safe_load((repository / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def _name(service: str, *, stores: bool) -> str:
    return f"{service}-api" if stores else service


def test_every_process_of_the_launcher_is_there(compose: dict[str, Any]) -> None:
    apis = {_name(service.name, stores=service.stores) for service in SERVICES}
    workers = {f"{service.name}-worker" for service in SERVICES if service.stores}
    assert apis | workers | {"issuer", "executor", "postgres", "kafka", "migrate", "topics"} <= compose.keys()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_gets_the_settings_it_requires_and_none_it_does_not_know(
    service: Any, compose: dict[str, Any]
) -> None:
    settings = importlib.import_module(f"{service.name}.settings").Settings
    fields = {variable_name(settings, name): field for name, field in settings.model_fields.items()}
    required = {name for name, field in fields.items() if field.is_required()}
    given = compose[_name(service.name, stores=service.stores)]["environment"].keys()
    assert required <= given <= fields.keys()


def test_only_this_machine_reaches_the_published_ports(compose: dict[str, Any]) -> None:
    ports = [port for service in compose.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_our_processes_start_after_migrations_and_topics(compose: dict[str, Any]) -> None:
    ours = [service for service in compose.values() if service.get("network_mode") == "service:host"]
    for service in ours:
        for job in ("migrate", "topics"):
            assert service["depends_on"][job] == {"condition": "service_completed_successfully"}


def test_every_volume_that_is_mounted_is_declared(repository: Path, compose: dict[str, Any]) -> None:
    declared = yaml.safe_load((repository / "docker-compose.yml").read_text(encoding="utf-8"))["volumes"]
    mounted = {volume.partition(":")[0] for service in compose.values() for volume in service.get("volumes", ())}
    assert mounted == declared.keys()


def test_what_the_image_copies_is_in_the_repository(repository: Path) -> None:
    lines = (repository / "deploy" / "docker" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert copied
    for source in [name for names in copied for name in names]:
        assert (repository / source).exists(), source
