"""Conditions in the Common Expression Language: compiled once, run against one shared context per snapshot."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from pathlib import Path
from typing import Any, NamedTuple

from compliance.adapters.cel_facts import Wanted, paths_of, wanted_by
from compliance.domain.screening.rules import ConditionFailed


class UnusableCondition(ValueError):
    """The expression does not parse."""


@lru_cache(maxsize=1)
def _cel() -> Any:
    """The engine without its package's interactive console, which alone takes 0.7 s to import."""
    if "cel" in sys.modules:
        return sys.modules["cel"]
    package = importlib.util.find_spec("cel")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for suffix in EXTENSION_SUFFIXES:
            path = Path(folder) / f"cel{suffix}"
            if path.is_file():
                loader = ExtensionFileLoader("cel", str(path))
                spec = importlib.util.spec_from_loader("cel", loader)
                if spec is not None:
                    module = importlib.util.module_from_spec(spec)
                    loader.exec_module(module)
                    return module
    return importlib.import_module("cel")


def compiled(expression: str) -> Any:
    """The program of an expression. Raises UnusableCondition with the engine's words."""
    try:
        return _cel().compile(expression)
    except ValueError as failed:
        first = str(failed).splitlines()
        raise UnusableCondition(" ".join(line.strip() for line in first[:2])) from failed


class CelConditions:
    """All conditions of a rule set, each with the names of the facts it reads."""

    def __init__(self, expressions: Iterable[str]) -> None:
        """Raises UnusableCondition for the first expression that does not parse."""
        distinct = list(dict.fromkeys(expressions))
        self._wanted = wanted_by(distinct)
        self._conditions = {
            expression: _Condition(
                compiled(expression).execute, tuple(dict.fromkeys(path[0] for path, _ in paths_of(expression)))
            )
            for expression in distinct
        }

    def over(self, facts: Mapping[str, Any]) -> CelConditionsOnFacts:
        """Bind the conditions to one snapshot's facts."""
        return CelConditionsOnFacts(self._conditions, self._wanted, facts)


class _Condition(NamedTuple):
    execute: Callable[[Any], Any]
    reads: tuple[str, ...]


class CelConditionsOnFacts:
    """A fact is converted when the first condition reads it. Not for use by two threads at once."""

    def __init__(self, conditions: Mapping[str, _Condition], wanted: Wanted, facts: Mapping[str, Any]) -> None:
        self._conditions = conditions
        self._wanted = wanted
        self._facts = facts
        self._converted: set[str] = set()
        self._context = _cel().Context()

    def holds(self, expression: str) -> bool:
        """Raises ConditionFailed for missing operands, wrong types and results that are not true or false."""
        execute, reads = self._conditions[expression]
        if not self._converted.issuperset(reads):
            self._convert(reads)
        try:
            result = execute(self._context)
        except (KeyError, TypeError, ValueError, RuntimeError, IndexError, OverflowError) as failed:
            raise ConditionFailed(str(failed).split(". ")[0].splitlines()[0]) from failed
        if result is True or result is False:
            return result
        raise ConditionFailed(f"the condition gives {result!r}, not true or false")

    def _convert(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._converted:
                self._converted.add(name)
                if name in self._facts:
                    self._context.add_variable(name, self._wanted.members[name].of(self._facts[name]))
