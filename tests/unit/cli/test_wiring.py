"""Every process gets exactly the settings it declares."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from rapport.launcher.folder import DataFolder
from rapport.launcher.ports import DEFAULTS
from rapport.launcher.services import SERVICES, Service, Wiring, environment, make_wiring
from rapport.place import Place
from shared.observability.settings import variable_name


@pytest.fixture
def wiring(repository: Path, tmp_path: Path) -> Wiring:
    return make_wiring(
        Place(repository, tmp_path),
        DataFolder(tmp_path),
        DEFAULTS,
        admin_url="postgresql://rapport:secret@127.0.0.1:7732/postgres",
        bootstrap_servers="127.0.0.1:7792",
    )


def _settings(service: Service) -> type[BaseSettings]:
    return importlib.import_module(f"{service.name}.settings").Settings


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_launcher_gives_a_service_settings_it_accepts(
    service: Service, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(service, wiring).items():
        monkeypatch.setenv(name, value)
    _settings(service)()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_launcher_gives_no_setting_that_a_service_does_not_know(service: Service, wiring: Wiring) -> None:
    settings = _settings(service)
    known = {variable_name(settings, field) for field in settings.model_fields}
    assert set(environment(service, wiring)) <= known


def test_every_service_has_a_database_and_a_role_of_its_own(wiring: Wiring) -> None:
    urls = wiring.database_urls()
    assert len(set(urls.values())) == len(urls) == 4
    assert "secret" not in "".join(urls.values())


def test_everything_listens_and_is_reached_on_this_machine_only(wiring: Wiring) -> None:
    for service in SERVICES:
        variables = environment(service, wiring)
        addresses = [value for name, value in variables.items() if name.endswith(("_URL", "_HOST", "_ISSUER"))]
        assert all("127.0.0.1" in address for address in addresses)
