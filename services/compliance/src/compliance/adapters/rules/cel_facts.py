"""The facts of expressions as plain variables: `event.name` becomes one, because maps are dear to convert."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

_JOINT = "__"
_TOKEN = re.compile(
    r"""(?P<text>r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*')"""
    r"|(?P<path>(?<![\w.])[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)(?P<called>\s*\()?"
)
_TOLD_FROM_NULL = re.compile(r"\s*[!=]=\s*null\b")
_BOUND = re.compile(r"\.\s*(?:exists|exists_one|all|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,(?:\s*([A-Za-z_]\w*)\s*,)?")
_WORDS = frozenset({"true", "false", "null", "in"})
_AS_WRITTEN = re.compile(r"\bhas\s*\(|\"\"\"|'''")

Path = tuple[str, ...]


class Plain(NamedTuple):
    """An expression over plain variables; `paths` are the facts they stand for.

    A path in `whether` is only told from null and stands under its name as true or null.
    """

    expression: str
    paths: frozenset[Path]
    whether: frozenset[Path]

    @property
    def names(self) -> tuple[str, ...]:
        """The plain variables that the expression reads."""
        return (*sorted(map(_JOINT.join, self.paths)), *sorted(map(_whether, self.whether)))


def plain(expression: str) -> Plain:
    """Rewrite an expression. What the rewriting does not understand stays as it was written."""
    if _AS_WRITTEN.search(expression):
        roots = {match["path"].split(".")[0].strip() for match in _TOKEN.finditer(expression) if match["path"]}
        return Plain(expression, frozenset((root,) for root in roots), frozenset())
    bound = {name for names in _BOUND.findall(expression) for name in names}
    paths: set[Path] = set()
    whether: set[Path] = set()

    def variable(match: re.Match[str]) -> str:
        *holder, last = re.sub(r"\s+", "", match["path"] or "").split(".")
        if match["text"] or (holder or [last])[0] in bound or (match["called"] and not holder) or last in _WORDS:
            return match.group()
        if match["called"]:
            paths.add(tuple(holder))
            return f"{_JOINT.join(holder)}.{last}{match['called']}"
        path = (*holder, last)
        if _TOLD_FROM_NULL.match(expression, match.end()):
            whether.add(path)
            return _whether(path)
        paths.add(path)
        return _JOINT.join(path)

    return Plain(_TOKEN.sub(variable, expression), frozenset(paths), frozenset(whether))


class Variables:
    """Takes the plain variables of many expressions out of the facts of a snapshot."""

    def __init__(self, expressions: Iterable[Plain]) -> None:
        """`names` are the paths that variables stand for, as they were written."""
        values: set[Path] = set()
        whether: set[Path] = set()
        for expression in expressions:
            values |= expression.paths
            whether |= expression.whether
        self._values = _by_root((path, _JOINT.join(path)) for path in sorted(values))
        self._whether = _by_root((path, _whether(path)) for path in sorted(whether))
        self.names = {_JOINT.join(path): ".".join(path) for path in values}
        self.names |= {_whether(path): ".".join(path) for path in whether}

    def of(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The variables. A path that leads nowhere gives none: reading it is an error, never false."""
        found = dict(_found(self._values, facts))
        for name, value in _found(self._whether, facts):
            found[name] = None if value is None else True
        return found


_Leaves = dict[str, list[tuple[Path, str]]]
"""By its first step, what is left of each path and the variable it stands for."""


def _by_root(paths: Iterable[tuple[Path, str]]) -> _Leaves:
    leaves: _Leaves = {}
    for (root, *rest), name in paths:
        leaves.setdefault(root, []).append((tuple(rest), name))
    return leaves


def _found(leaves: _Leaves, facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for root, paths in leaves.items():
        if root not in facts:
            continue
        part = facts[root]
        flat = part.__class__ is dict
        for rest, name in paths:
            value = part.get(rest[0], _NOWHERE) if flat and len(rest) == 1 else _at(part, rest)
            if value is not _NOWHERE:
                yield name, value


_NOWHERE = object()


def _at(value: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(value, dict | Mapping) or name not in value:
            return _NOWHERE
        value = value[name]  # pyright: ignore[reportUnknownVariableType] - keys of facts are texts
    return value  # pyright: ignore[reportUnknownVariableType] - any JSON value


def _whether(path: Path) -> str:
    return _JOINT.join(("given", *path))
