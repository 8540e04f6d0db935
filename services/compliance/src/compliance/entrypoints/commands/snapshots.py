"""Checking a line against the contract of actions or of plans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from compliance.entrypoints.commands.json_lines import BadLine, Line, too_deep
from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.plan_snapshot import PlanSnapshot


def checked_snapshot(line: Line) -> Mapping[str, Any]:
    """The snapshot of a line, exactly as given. Raises BadLine naming the field and the remedy."""
    held = line.value.get("snapshot")
    if not isinstance(held, dict) and isinstance(line.value.get("text"), str) and "actor" not in line.value:
        raise BadLine(line.number, "", "is a text, not an action", "Scan texts with `rapport safety-scan`.")
    return _checked(line, "snapshot", ActionSnapshot)


def checked_plan(line: Line) -> Mapping[str, Any]:
    """The plan of a line, exactly as given. Raises BadLine naming the field and the remedy."""
    return _checked(line, "plan", PlanSnapshot)


def _checked(line: Line, name: str, contract: type[BaseModel]) -> Mapping[str, Any]:
    held = line.value.get(name)
    snapshot = line.value if not isinstance(held, dict) else cast("Mapping[str, Any]", held)
    try:
        contract.model_validate_json(json.dumps(snapshot), strict=True)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False)[0]
        if first["type"] == "json_invalid":  # it was written here a moment ago: only its depth is left to refuse
            raise too_deep(line.number) from None
        others = invalid.error_count() - 1
        more = f" (and {others} more)" if others else ""
        raise BadLine(
            line.number, _path(first["loc"]), f"is wrong: {first['msg']}{more}", _remedy(first["type"], contract)
        ) from None
    except UnicodeEncodeError:
        raise BadLine(line.number, "", "holds half of a surrogate pair", "Write the character whole.") from None
    return snapshot


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _remedy(kind: str, contract: type[BaseModel]) -> str:
    if kind == "missing":
        return "Add the field; null is allowed for facts that are not known."
    if kind == "extra_forbidden":
        return f"Remove the field, or check its spelling against the {contract.__name__} schema."
    return f"Correct the value; see the {contract.__name__} schema."
