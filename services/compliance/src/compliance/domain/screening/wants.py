"""What a condition wants before it can hold: few flags and facts settle most conditions, and most are not so.

`a && b` is false where either is, `a || b` where both are, whatever else holds, errors included. So a condition is
settled by a handful of wants: where none of them is met it is false, and nobody has to ask it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from compliance.domain.screening.expressions import NAME, TEXT, enclosed, parts_between

Path = tuple[str, ...]
Kind = Literal["flag", "given", "true", "some", "words", "one_of"]

_PATH = rf"{NAME}(?:\s*\.\s*{NAME})*"
_FLAG = re.compile(_PATH)
_SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("given", re.compile(rf"({_PATH})\s*!=\s*null")),
    ("true", re.compile(rf"({_PATH})\s*==\s*true")),
    ("words", re.compile(rf"({_PATH})\s*!=\s*(?:\"\"|'')")),
    ("some", re.compile(rf"size\(\s*({_PATH})\s*\)\s*(?:>|!=)\s*0")),
    ("one_of", re.compile(rf"({_PATH})\s*==\s*({TEXT})")),
    ("one_of", re.compile(rf"({_PATH})\s+in\s+\[\s*({TEXT}(?:\s*,\s*{TEXT})*)\s*\]")),
)
_EXISTS = re.compile(rf"({_PATH})\s*\.\s*exists\((.*)\)", re.DOTALL)
_SELDOM: dict[Kind, int] = {"flag": 1, "true": 1, "some": 1, "words": 1, "given": 2, "one_of": 3}
"""The lower, the seldomer such a want is met in an everyday action."""
NOWHERE = object()
"""No value, and none that settles anything."""


class Want(NamedTuple):
    """A fact and what it has to be; `texts` are those it has to be one of."""

    path: Path
    kind: Kind
    texts: frozenset[str] = frozenset()

    def settles(self) -> Callable[[Any], bool]:
        """Tells of a value of the fact whether it makes what is wanted false; one of another kind settles nothing."""
        texts = self.texts
        return (lambda value: value.__class__ is str and value not in texts) if texts else _SETTLES[self.kind]


_SETTLES: dict[Kind, Callable[[Any], bool]] = {
    "flag": lambda value: value is False,
    "given": lambda value: value is None,
    "true": lambda value: value is None or value is False,
    "some": lambda value: value.__class__ is list and not value,
    "words": lambda value: value.__class__ is str and not value,
}


def wants_of(expression: str) -> frozenset[Want] | None:
    """The wants of which one has to be met for the expression to hold. None: nothing tells; empty: it never holds."""
    inner = expression.strip()
    if len(parts_between("?", inner)) > 1:
        return None
    if len(choices := parts_between("||", inner)) > 1:
        each = [wants_of(choice) for choice in choices]
        return frozenset[Want]().union(*(told for told in each if told is not None)) if None not in each else None
    if len(joined := parts_between("&&", inner)) > 1:
        told = [wants for part in joined if (wants := wants_of(part)) is not None]
        return min(told, key=_how_often_met, default=None)
    return wants_of(inner[1:-1]) if enclosed(inner) else _alone(inner)


def value_at(facts: Any, path: Path) -> Any:
    """The fact at a path, NOWHERE where it or the part it belongs to is not there."""
    value: Any = facts
    for name in path:
        if not (value.__class__ is dict or isinstance(value, Mapping)):
            return NOWHERE
        part: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - keys of facts are texts
        value = part.get(name, NOWHERE)
    return value


def _how_often_met(wants: frozenset[Want]) -> int:
    return sum(_SELDOM[want.kind] for want in wants)


def _alone(inner: str) -> frozenset[Want] | None:
    if inner in {"true", "false", "null"}:
        return frozenset() if inner == "false" else None
    if _FLAG.fullmatch(inner):
        return frozenset({Want(_path(inner), "flag")})
    for kind, shape in _SHAPES:
        if found := shape.fullmatch(inner):
            texts = re.findall(TEXT, found[2]) if kind == "one_of" else ()
            return frozenset({Want(_path(found[1]), kind, frozenset(text[1:-1] for text in texts))})
    exists = _EXISTS.fullmatch(inner)
    return frozenset({Want(_path(exists[1]), "some")}) if exists and enclosed(f"({exists[2]})") else None


def _path(written: str) -> Path:
    return tuple("".join(written.split()).split("."))
