"""The facts of expressions as plain variables: `event.name` becomes one, because maps are dear to convert."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from compliance.domain.screening.wants import NOWHERE, Path, value_at

_JOINT = "__"
_TOKEN = re.compile(
    r"""(?P<text>r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*')"""
    r"|(?P<path>(?<![\w.])[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)(?P<called>\s*\()?"
)
_TOLD_FROM_NULL = re.compile(r"\s*[!=]=\s*null\b")
_BOUND = re.compile(r"\.\s*(?:exists|exists_one|all|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,(?:\s*([A-Za-z_]\w*)\s*,)?")
_WORDS = frozenset({"true", "false", "null", "in"})
_AS_WRITTEN = re.compile(r"\bhas\s*\(|\"\"\"|'''")


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
    """The plain variables of many expressions, and the facts of a snapshot that they stand for."""

    def __init__(self, expressions: Iterable[Plain]) -> None:
        """`names` are the paths that variables stand for, as they were written."""
        self._places: dict[str, tuple[Path, bool]] = {}
        for expression in expressions:
            self._places |= {_JOINT.join(path): (path, False) for path in expression.paths}
            self._places |= {_whether(path): (path, True) for path in expression.whether}
        self.names = {name: ".".join(path) for name, (path, _) in self._places.items()}

    def of(self, facts: Mapping[str, Any]) -> VariablesOfFacts:
        """Their values, each taken out of the facts when it is asked for: most never are."""
        return VariablesOfFacts(self._places, facts)


class VariablesOfFacts(dict[str, Any]):
    """Values by name. What leads nowhere is NOWHERE, and no value: reading it is an error, never false."""

    def __init__(self, places: Mapping[str, tuple[Path, bool]], facts: Mapping[str, Any]) -> None:
        super().__init__()
        self._places = places
        self._facts = facts

    def __missing__(self, name: str) -> Any:
        path, whether = self._places.get(name, _NONE)
        value = value_at(self._facts, path) if path else NOWHERE
        if whether and value is not None and value is not NOWHERE:
            value = True
        self[name] = value
        return value

    def there(self, names: Iterable[str]) -> dict[str, Any]:
        """Those of the variables that have a value."""
        return {name: value for name in names if (value := self[name]) is not NOWHERE}


_NONE: tuple[Path, bool] = ((), False)


def _whether(path: Path) -> str:
    return _JOINT.join(("given", *path))
