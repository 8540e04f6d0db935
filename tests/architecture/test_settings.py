"""`.env.example` is complete, true and explained."""

from __future__ import annotations

import importlib
import re

import pytest
from pydantic_settings import BaseSettings

from shared.observability.settings import variable_name
from support.sources import ROOT, SERVICES, text_files

_LINE = re.compile(r"^#? ?([A-Z][A-Z0-9_]+)=")


def settings_of(module: str) -> list[type[BaseSettings]]:
    return [
        value
        for value in vars(importlib.import_module(module)).values()
        if isinstance(value, type) and issubclass(value, BaseSettings) and value.__module__ == module
    ]


def settings_classes() -> list[type[BaseSettings]]:
    modules = [f"{service}.settings" for service in SERVICES] + ["shared.auth.embedded.main"]
    return [each for module in modules for each in settings_of(module)]


def variables() -> set[str]:
    return {variable_name(each, field) for each in settings_classes() for field in each.model_fields}


def example() -> list[str]:
    return (ROOT / ".env.example").read_text("utf-8").splitlines()


def listed() -> dict[str, int]:
    return {match.group(1): number for number, line in enumerate(example()) if (match := _LINE.match(line))}


def test_every_variable_a_process_reads_is_in_the_example() -> None:
    assert not variables() - listed().keys()


def test_the_example_lists_nothing_that_nobody_reads() -> None:
    sources = "\n".join(text for file, text in text_files() if file.suffix in {".py", ".yml", ".yaml", ""})
    unknown = [name for name in listed() if name not in variables() and name not in sources]
    assert not unknown


def test_every_variable_in_the_example_is_explained() -> None:
    lines = example()
    unexplained = []
    for name, number in listed().items():
        above = number - 1
        while above >= 0 and _LINE.match(lines[above]):
            above -= 1
        if "#" not in lines[number].partition("=")[2] and not (above >= 0 and lines[above].startswith("#")):
            unexplained.append(name)
    assert not unexplained


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_own_prefix_and_frozen_settings(service: str) -> None:
    own = settings_of(f"{service}.settings")
    assert own
    for each in own:
        assert each.model_config.get("env_prefix") == f"{service.upper()}_"
        assert each.model_config.get("frozen") is True


def test_secrets_have_no_default() -> None:
    secretive = re.compile(r"secret|password|db_url")
    defaulted = [
        f"{each.__module__}.{name}"
        for each in settings_classes()
        for name, field in each.model_fields.items()
        if secretive.search(name) and not field.is_required() and field.default is not None
    ]
    assert not defaulted
