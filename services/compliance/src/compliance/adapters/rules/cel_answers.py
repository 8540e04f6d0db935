"""What an expression says where its facts alone tell, without the engine.

An expression of flags, texts and nulls joined by `&&`, `||` and `!` has an answer of true, false or not told. As in the
engine, `false && anything` is false and `true || anything` is true, errors included; where a part is not told and it
matters, nothing is told and the engine has to be asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compliance.domain.screening.expressions import NAME, TEXT, enclosed, parts_between

Variables = Mapping[str, Any]
"""Values by name; of another kind than any JSON value where there is none."""
Answer = Callable[[Variables], bool | None]
"""True, False, or None where only the engine can tell."""

_NAME = re.compile(NAME)
_EQUAL = re.compile(rf"([A-Za-z_]\w*)\s*([!=]=)\s*({TEXT}|null|true|false)")
_ONE_OF = re.compile(rf"([A-Za-z_]\w*)\s+in\s+\[\s*({TEXT}(?:\s*,\s*{TEXT})*)\s*\]")
_COUNTED = re.compile(r"size\(([A-Za-z_]\w*)\)\s*(>|==|!=)\s*0")
_EXISTS = re.compile(r"([A-Za-z_]\w*)\.exists\((.*)\)", re.DOTALL)
_CONSTANTS = {"true": True, "false": False, "null": None}


def answer_of(expression: str) -> Answer:
    """How an expression over plain variables is answered. What is not understood is never told."""
    inner = expression.strip()
    if len(choice := parts_between("?", inner)) > 1:
        return _never
    if len(choice := parts_between("||", inner)) > 1:
        return _joined([answer_of(each) for each in choice], settles=True)
    if len(chain := parts_between("&&", inner)) > 1:
        return _joined([answer_of(each) for each in chain], settles=False)
    if inner.startswith("!") and (_NAME.fullmatch(inner[1:].strip()) or enclosed(inner[1:].strip())):
        return _opposite(answer_of(inner[1:]))
    return answer_of(inner[1:-1]) if enclosed(inner) else _alone(inner)


def _never(_: Variables) -> None:
    return None


def _joined(parts: Sequence[Answer], *, settles: bool) -> Answer:
    def answer(variables: Variables) -> bool | None:
        told: bool | None = not settles
        for part in parts:
            each = part(variables)
            if each is settles:
                return settles
            if each is None:
                told = None
        return told

    return answer


def _opposite(part: Answer) -> Answer:
    def answer(variables: Variables) -> bool | None:
        told = part(variables)
        return None if told is None else not told

    return answer


def _alone(inner: str) -> Answer:
    """One flag or comparison."""
    if inner in {"true", "false"}:
        constant = _CONSTANTS[inner]
        return lambda _: constant
    if _NAME.fullmatch(inner) and inner != "null":
        return _flag(inner)
    if equal := _EQUAL.fullmatch(inner):
        written = equal[3]
        value = _CONSTANTS[written] if written in _CONSTANTS else written[1:-1]
        return _equal(equal[1], value, wanted=equal[2] == "==")
    if one_of := _ONE_OF.fullmatch(inner):
        return _one_of(one_of[1], frozenset(each[1:-1] for each in re.findall(TEXT, one_of[2])))
    if counted := _COUNTED.fullmatch(inner):
        return _empty(counted[1], empty=counted[2] == "==")
    exists = _EXISTS.fullmatch(inner)
    return _nothing_exists(exists[1]) if exists and enclosed(f"({exists[2]})") else _never


def _flag(name: str) -> Answer:
    def answer(variables: Variables) -> bool | None:
        value = variables[name]
        return value if value is True or value is False else None

    return answer


def _equal(name: str, wanted_value: bool | str | None, *, wanted: bool) -> Answer:  # noqa: FBT001 - a literal
    """Texts are compared with texts, yes or no with yes or no; null equals null and nothing else."""
    kind = wanted_value.__class__

    def answer(variables: Variables) -> bool | None:
        value = variables[name]
        if value is None or value.__class__ is kind:
            return (value == wanted_value) is wanted
        return (not wanted) if wanted_value is None and value is True else None

    return answer


def _one_of(name: str, listed: frozenset[str]) -> Answer:
    def answer(variables: Variables) -> bool | None:
        value = variables[name]
        return value in listed if value.__class__ is str else None

    return answer


def _empty(name: str, *, empty: bool) -> Answer:
    def answer(variables: Variables) -> bool | None:
        value = variables[name]
        return (not value) is empty if value.__class__ is list else None

    return answer


def _nothing_exists(name: str) -> Answer:
    """Whatever is asked of the entries: an empty list holds none."""

    def answer(variables: Variables) -> bool | None:
        value = variables[name]
        return False if value.__class__ is list and not value else None

    return answer
