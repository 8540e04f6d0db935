"""Which facts an expression reads, so that only those are converted for the engine: conversion costs most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_TEXT = re.compile(r"""r?\"(?:[^\"\\]|\\.)*\"|r?'(?:[^'\\]|\\.)*'""")
_PATH = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*")
_TOLD_FROM_NULL = re.compile(r"\s*[!=]=\s*null\b")
_CALLED = re.compile(r"\s*\(")
_SPACE = re.compile(r"\s+")


class Wanted:
    """A part of the facts: `everything` below it, or only the named members."""

    def __init__(self) -> None:
        self.everything = False
        self.members: dict[str, Wanted] = {}

    def add(self, path: Iterable[str], *, only_whether: bool) -> None:
        """Want what is at `path`, or `only_whether` it is null."""
        here = self
        for name in path:
            here = here.members.setdefault(name, Wanted())
        here.everything = here.everything or not only_whether

    def of(self, value: Any) -> Any:
        """`value` without the members nobody asks for; a value that is no map stays whole."""
        if self.everything or not isinstance(value, dict):
            return value
        given: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - keys of facts are texts
        return {name: wanted.of(given[name]) for name, wanted in self.members.items() if name in given}


def paths_of(expression: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Every path of names in an expression, and whether it is only compared with null."""
    code = _TEXT.sub('""', expression)
    for match in _PATH.finditer(code):
        path = tuple(_SPACE.sub("", match.group()).split("."))
        if _CALLED.match(code, match.end()):
            path = path[:-1]
        if path:
            yield path, _TOLD_FROM_NULL.match(code, match.end()) is not None


def wanted_by(expressions: Iterable[str]) -> Wanted:
    """What all the expressions together read."""
    wanted = Wanted()
    for expression in expressions:
        for path, only_whether in paths_of(expression):
            wanted.add(path, only_whether=only_whether)
    return wanted
