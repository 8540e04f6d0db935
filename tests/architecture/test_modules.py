"""House rules that hold for every module."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from support.sources import ROOT, SERVICES, python_files, tree

MAX_LINES = 400
COMMITS = (
    *(f"services/{service}/src/{service}/application" for service in SERVICES),
    "shared/src/shared/changelog/days.py",  # the use case that every service with a changelog runs
    "shared/src/shared/db",
    "shared/src/shared/messaging",
    "deploy/cli/src/rapport/executor/feed.py",  # the offsets of the sandbox executor, no transaction
    "shared/src/shared/web/idempotency.py",  # commits for the use case it runs, once the answer is stored
)


def test_no_module_is_longer_than_one_can_review() -> None:
    too_long = {
        str(file): lines
        for file in python_files()
        if (lines := len((ROOT / file).read_text("utf-8").splitlines())) > MAX_LINES
    }
    assert not too_long


def test_only_use_cases_and_the_mechanism_commit() -> None:
    allowed = [Path(place) for place in COMMITS]
    production = [file for file in python_files("shared/src", "services", "deploy") if "migrations" not in file.parts]
    strangers = [
        f"{file}:{call.lineno}"
        for file in production
        if not any(file.is_relative_to(place) for place in allowed)
        for call in calls(file)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert not strangers


def test_policies_never_commit() -> None:
    offenders = [
        f"{file}:{call.lineno}"
        for file in python_files("services")
        if file.parent.name == "application"
        for function in ast.walk(tree(file))
        if isinstance(function, ast.AsyncFunctionDef) and function.name.startswith("on_")
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert not offenders


def test_routes_and_their_dependencies_do_not_hop_through_a_thread() -> None:
    hops = []
    for file in python_files("services", "shared/src/shared/web", "shared/src/shared/auth"):
        plain = {node.name: node for node in tree(file).body if isinstance(node, ast.FunctionDef)}
        depended = {
            call.args[0].id
            for call in calls(file)
            if isinstance(call.func, ast.Name) and call.func.id == "Depends"
            if call.args and isinstance(call.args[0], ast.Name)
        }
        routes = {name for name, node in plain.items() if any(is_route(each) for each in node.decorator_list)}
        hops += [f"{file}:{plain[name].lineno} {name}" for name in (depended & plain.keys()) | routes]
    assert not hops, "FastAPI runs a plain `def` in a thread pool: write `async def`"


def test_the_import_rules_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def calls(file: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree(file)) if isinstance(node, ast.Call)]


def is_route(decorator: ast.expr) -> bool:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return False
    owner = decorator.func.value
    methods = {"get", "post", "put", "patch", "delete"}
    return isinstance(owner, ast.Name) and owner.id.endswith("router") and decorator.func.attr in methods
