"""Conditions in the Common Expression Language: compiled once, and run where the facts alone do not tell the answer."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from pathlib import Path
from typing import Any, NamedTuple, cast

from compliance.adapters.rules.cel_answers import Answer, answer_of
from compliance.adapters.rules.cel_facts import Plain, Variables, plain
from compliance.adapters.rules.whole_characters import whole_characters
from compliance.domain.screening.rules import ConditionFailed

_UNDEFINED = re.compile(r"Undefined variable or function: '(\w+)'")


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


def _context(variables: Mapping[str, Any]) -> Any:
    try:
        return _cel().Context(variables=variables)
    except ValueError:  # half a surrogate pair, which the engine takes for no text
        return _cel().Context(variables=_with_whole_characters(variables))


def _with_whole_characters(value: Any) -> Any:
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        return {_with_whole_characters(name): _with_whole_characters(each) for name, each in held.items()}
    if isinstance(value, list):
        return [_with_whole_characters(each) for each in cast("list[Any]", value)]
    return value


class _Condition(NamedTuple):
    answer: Answer
    execute: Callable[[Any], Any]
    reads: tuple[str, ...]


class CelConditions:
    """All conditions of a rule set, over plain variables."""

    def __init__(self, expressions: Iterable[str]) -> None:
        """Raises UnusableCondition for the first expression that does not parse."""
        self._conditions: dict[str, _Condition] = {}
        rewritten: list[Plain] = []
        for expression in dict.fromkeys(expressions):
            compiled(expression)
            over = plain(expression)
            rewritten.append(over)
            answer = answer_of(over.expression)
            self._conditions[expression] = _Condition(answer, compiled(over.expression).execute, over.names)
        self._variables = Variables(rewritten)

    def over(self, facts: Mapping[str, Any]) -> CelConditionsOnFacts:
        """Bind the conditions to one snapshot's facts."""
        return CelConditionsOnFacts(self._conditions, self._variables, facts)


class CelConditionsOnFacts:
    """Only what a condition reads is converted for the engine, and only where the engine is asked."""

    def __init__(self, conditions: Mapping[str, _Condition], variables: Variables, facts: Mapping[str, Any]) -> None:
        self._conditions = conditions
        self._names = variables.names
        self._variables = variables.of(facts)

    def holds(self, expression: str) -> bool:
        """Raises ConditionFailed for missing operands, wrong types and results that are not true or false."""
        answer, execute, reads = self._conditions[expression]
        variables = self._variables
        told = answer(variables)
        if told is not None:
            return told
        try:
            result = execute(_context(variables.there(reads)))
        except (KeyError, TypeError, ValueError, RuntimeError, IndexError, OverflowError) as failed:
            raise ConditionFailed(self._told(str(failed))) from failed
        if result is True or result is False:
            return result
        raise ConditionFailed(f"the condition gives {result!r}, not true or false")

    def _told(self, failure: str) -> str:
        unknown = _UNDEFINED.match(failure)
        path = self._names.get(unknown[1]) if unknown else None
        return f"there is no {path}" if path else failure.partition(". ")[0].splitlines()[0]
