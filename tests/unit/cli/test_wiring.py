"""Every process gets exactly the settings it declares."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from rapport.launcher.demo_data import load_demo_data
from rapport.launcher.folder import DataFolder
from rapport.launcher.issuer import check_own_issuer, demo_client_secrets, why_no_demo_data, why_no_executor
from rapport.launcher.ports import DEFAULTS
from rapport.launcher.services import (
    CLIENTS,
    SERVICES,
    Service,
    Wiring,
    client_environment,
    environment,
    executor_part,
    make_wiring,
)
from rapport.place import Place
from rapport.problem import Problem
from shared.observability.settings import variable_name


@pytest.fixture
def wiring(repository: Path, tmp_path: Path) -> Wiring:
    return wired(repository, tmp_path)


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


OWN_ISSUER = {
    "RAPPORT_AUTH_ISSUER": "https://login.example.com",
    "PLANNER_CLIENT_SECRET": "planner's own",
    "COMPLIANCE_CLIENT_SECRET": "compliance's own",
    "PORTAL_CLIENT_SECRET": "portal's own",
}


@pytest.fixture
def own_issuer(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith(("RAPPORT_CLIENT_SECRET_", "RAPPORT_TOKEN_"))]:
        monkeypatch.delenv(name)
    for name in ("RAPPORT_DEMO_PASSWORD", "RAPPORT_SANDBOX_AUDIENCES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in OWN_ISSUER.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def wired(repository: Path, data: Path) -> Wiring:
    return make_wiring(
        Place(repository, data), DataFolder(data), DEFAULTS, admin_url="postgresql://rapport:secret@127.0.0.1:7732/postgres",
        bootstrap_servers="127.0.0.1:7792",
    )  # fmt: skip


def test_with_an_issuer_of_their_own_the_users_client_and_audience_count(
    own_issuer: pytest.MonkeyPatch, repository: Path, tmp_path: Path
) -> None:
    own_issuer.setenv("PLANNER_CLIENT_ID", "rapport-planner-prod")
    own_issuer.setenv("PLANNER_AUTH_AUDIENCE", "https://rapport.example.com")
    given = environment(SERVICES[2], wired(repository, tmp_path))
    assert given["PLANNER_AUTH_ISSUER"] == "https://login.example.com"
    assert given["PLANNER_CLIENT_ID"] == "rapport-planner-prod"
    assert given["PLANNER_CLIENT_SECRET"] == "planner's own"
    assert given["PLANNER_AUTH_AUDIENCE"] == "https://rapport.example.com"


def test_no_demo_secret_reaches_any_process_beside_an_issuer_of_ones_own(
    own_issuer: pytest.MonkeyPatch, repository: Path, tmp_path: Path
) -> None:
    demo = demo_client_secrets(repository / "deploy" / "demo" / "users.yaml").values()
    wiring = wired(repository, tmp_path)
    handed = [environment(service, wiring) for service in SERVICES] + [client_environment(wiring)]
    assert demo
    assert not {value for variables in handed for value in variables.values()} & set(demo)


def test_a_secret_an_own_issuer_needs_is_asked_for_by_name_before_anything_starts(
    own_issuer: pytest.MonkeyPatch,
) -> None:
    own_issuer.delenv("PLANNER_CLIENT_SECRET")
    with pytest.raises(Problem, match="PLANNER_CLIENT_SECRET") as refused:
        check_own_issuer(CLIENTS)
    assert "COMPLIANCE" not in refused.value.message
    assert "RAPPORT_AUTH_ISSUER" in refused.value.remedy


def test_beside_an_own_issuer_executor_and_demo_data_wait_for_their_secrets(
    own_issuer: pytest.MonkeyPatch, repository: Path, tmp_path: Path
) -> None:
    wiring = wired(repository, tmp_path)
    said: list[str] = []
    load_demo_data(wiring, DataFolder(tmp_path), say=said.append)
    assert executor_part(wiring) is None
    assert "RAPPORT_TOKEN_AMIRA_MEDICAL" in said[0]
    assert "RAPPORT_CLIENT_SECRET_EXECUTOR_" in (why_no_executor() or "")
    own_issuer.setenv("RAPPORT_CLIENT_SECRET_EXECUTOR_MASTODON", "the demo's")
    assert executor_part(wiring) is None
    own_issuer.setenv("RAPPORT_CLIENT_SECRET_EXECUTOR_X", "its own")
    assert executor_part(wiring) is not None
    own_issuer.setenv("RAPPORT_DEMO_PASSWORD", "theirs")
    assert why_no_demo_data() is None


def test_the_development_issuer_is_asked_with_the_secrets_it_knows(
    monkeypatch: pytest.MonkeyPatch, repository: Path, tmp_path: Path
) -> None:
    monkeypatch.delenv("RAPPORT_AUTH_ISSUER", raising=False)
    monkeypatch.setenv("PLANNER_CLIENT_SECRET", "one it does not know")
    demo = demo_client_secrets(repository / "deploy" / "demo" / "users.yaml")
    given = environment(SERVICES[2], wired(repository, tmp_path))
    assert given["PLANNER_CLIENT_SECRET"] == demo["planner-service"]
    assert executor_part(wired(repository, tmp_path)) is not None
