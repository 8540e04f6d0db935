"""How a condition is put together: the parts that stand between its operators, and in no brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAME = r"[A-Za-z_]\w*"
TEXT = r"""(?:"[^"\\]*"|'[^'\\]*')"""
"""A text without escapes."""

_PIECE = re.compile(r"""r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*'|&&|\|\||[?()\[\]{}]""")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def parts_between(mark: str, expression: str) -> Sequence[str]:
    """The parts between `&&`, `||` or `?`; one part where the mark stands nowhere or in brackets only.

    >>> parts_between("||", "a || (b || c)")
    ['a ', ' (b || c)']
    """
    found: list[str] = []
    depth = start = 0
    for match in _PIECE.finditer(expression):
        piece = match.group()
        if piece in _OPENING:
            depth += 1
        elif piece in _CLOSING:
            depth -= 1
        elif depth == 0 and piece == mark:
            found.append(expression[start : match.start()])
            start = match.end()
    return [*found, expression[start:]]


def enclosed(expression: str) -> bool:
    """Whether one pair of brackets encloses everything."""
    if not expression.startswith("("):
        return False
    depth = 0
    for match in _PIECE.finditer(expression):
        mark = match.group()
        depth += (mark in _OPENING) - (mark in _CLOSING)
        if depth == 0:
            return match.end() == len(expression)
    return False
