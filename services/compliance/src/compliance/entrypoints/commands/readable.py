"""Verdicts as a person reads them, and as one JSON line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from textwrap import fill
from typing import Any

_WIDTH = 100
_INDENT = " " * 8


def written(result: Mapping[str, Any]) -> str:
    """One line of JSON, always the same for the same result."""
    return json.dumps(result, ensure_ascii=False, separators=(",", ":"))


def readable_screening(result: Mapping[str, Any]) -> str:
    """The verdict, then each finding with its rule, its place and what would pass."""
    head = f"{result['verdict'].upper():7} {result['action_id']}"
    if result["safety_handover"]:
        head += "   → drug safety"
    lines = [head]
    for finding in result["findings"]:
        lines.append(_paragraph(f"{finding['severity']:6}  {finding['rule_id']:7} {finding['message']}", "  "))
        lines.append(_paragraph(f"{_place(finding['evidence'])}{finding['clause']}", _INDENT))
        lines.append(_paragraph(f"→ {finding['remedy']}", _INDENT))
    return "\n".join(lines)


def readable_safety(result: Mapping[str, Any]) -> str:
    """Whether the text goes to drug safety, with the four criteria."""
    head = f"{'SAFETY' if result['safety_handover'] else '-':7} {result['id']}   score {result['score']}"
    criteria = ", ".join(f"{name} {known}" for name, known in result["criteria"].items())
    quotes = [
        _paragraph(f"“{each['quote']}” ({each['field']} {each['start']}-{each['end']})", _INDENT)
        for each in result["evidence"]
    ]
    return "\n".join([head, _INDENT + criteria, *quotes])


def _place(evidence: Mapping[str, Any] | None) -> str:
    return f"{evidence['field']} {evidence['start']}-{evidence['end']} · " if evidence else ""


def _paragraph(text: str, indent: str) -> str:
    return fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + (" " * 16 if indent == "  " else "  "))
