"""`.env.example` is complete, true and explained."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from shared.observability.settings import variable_name
from support.sources import ROOT, SERVICES, python_files, text_files, tree

_LINE = re.compile(r"^#? ?([A-Z][A-Z0-9_]+)=")
_NAME = re.compile(r"(?:RAPPORT|EXECUTOR|ISSUER|XDG)_[A-Z0-9_]*")
_REST = "[A-Z0-9_]+"


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


def patterns(*under: str) -> dict[str, Path]:
    """Regular expressions of the variables that the sources below `under` name, in literals and f-strings."""
    found: dict[str, Path] = {}
    for file in python_files(*under):
        nodes = list(ast.walk(tree(file)))
        pieces = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            if isinstance(node, ast.JoinedStr) and (shape := shape_of(node)):
                found[shape] = file
            elif isinstance(node, ast.Constant) and id(node) not in pieces and _NAME.fullmatch(str(node.value)):
                found[f"{node.value}{_REST if str(node.value).endswith('_') else ''}"] = file
    return found


def shape_of(node: ast.JoinedStr) -> str | None:
    """What such an f-string may become, where it can only be a variable's name."""
    literals = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if not re.fullmatch(r"[A-Z0-9_]{5,}", literals):
        return None
    return "".join(str(part.value) if isinstance(part, ast.Constant) else _REST for part in node.values)


def example() -> list[str]:
    return (ROOT / ".env.example").read_text("utf-8").splitlines()


def listed() -> dict[str, int]:
    return {match.group(1): number for number, line in enumerate(example()) if (match := _LINE.match(line))}


def test_every_variable_a_process_reads_is_in_the_example() -> None:
    assert not variables() - listed().keys()


def test_every_variable_the_sources_name_is_in_the_example() -> None:
    names, production = listed(), patterns("shared/src", "services", "deploy")
    families = [family for family in production if family.endswith(_REST)]
    strangers = {
        pattern: str(file)
        for pattern, file in (production | patterns("tests")).items()
        if file != Path("tests/architecture/test_settings.py")
        if not any(re.fullmatch(pattern, name) for name in names)
        if not any(re.fullmatch(family, pattern) for family in families)
    }
    assert production
    assert not strangers


def test_the_example_lists_nothing_that_nobody_reads() -> None:
    sources = "\n".join(text for file, text in text_files() if file.suffix in {".py", ".yml", ".yaml", ""})
    shapes = [shape for shape in patterns("shared/src", "services", "deploy") if _REST in shape]
    unknown = [
        name
        for name in listed()
        if name not in variables() and name not in sources
        if not any(re.fullmatch(shape, name) for shape in shapes)
    ]
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
