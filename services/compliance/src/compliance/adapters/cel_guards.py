"""Conjuncts that decide an expression without the engine: in CEL `false && anything` is false, errors included."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

_PIECE = re.compile(r"""r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*'|&&|\|\||[?()\[\]{}]""")
_FLAG = re.compile(r"(!?)\s*([A-Za-z_]\w*)")
_EQUAL = re.compile(r"""([A-Za-z_]\w*)\s*([!=]=)\s*(?:"([^"\\]*)"|'([^'\\]*)')""")


class Guard(NamedTuple):
    """The expression is false where the variable has `never` as its value or, of two texts, another than `always`."""

    variable: str
    never: bool | str | None = None
    always: str | None = None

    def refuses(self, variables: Mapping[str, Any]) -> bool:
        """Whether this conjunct is false. A variable of another kind settles nothing."""
        value = variables.get(self.variable)
        if isinstance(value, bool):
            return value is self.never
        return isinstance(value, str) and (value == self.never or (self.always is not None and value != self.always))


def guards_of(expression: str) -> tuple[Guard, ...]:
    """The guards of an expression over plain variables; none where it is no chain of `&&`."""
    conjuncts = _conjuncts(expression)
    return tuple(guard for conjunct in conjuncts if (guard := _guard(conjunct.strip())) is not None)


def _conjuncts(expression: str) -> Sequence[str]:
    found: list[str] = []
    depth = start = 0
    for match in _PIECE.finditer(expression):
        mark = match.group()
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        elif depth == 0 and mark in {"||", "?"}:
            return ()
        elif depth == 0 and mark == "&&":
            found.append(expression[start : match.start()])
            start = match.end()
    return [*found, expression[start:]]


def _guard(conjunct: str) -> Guard | None:
    flag = _FLAG.fullmatch(conjunct)
    if flag and flag[2] not in {"true", "false", "null"}:
        return Guard(flag[2], never=bool(flag[1]))
    equal = _EQUAL.fullmatch(conjunct)
    if equal is None:
        return None
    text = equal[3] if equal[3] is not None else equal[4]
    return Guard(equal[1], always=text) if equal[2] == "==" else Guard(equal[1], never=text)
