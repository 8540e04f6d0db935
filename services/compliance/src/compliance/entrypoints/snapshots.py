"""Checking a line against the ActionSnapshot contract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from compliance.entrypoints.json_lines import BadLine, Line
from shared.contracts.action_snapshot import ActionSnapshot


def checked_snapshot(line: Line) -> Mapping[str, Any]:
    """The snapshot of a line, exactly as given. Raises BadLine naming the field and the remedy."""
    held = line.value.get("snapshot")
    if not isinstance(held, dict) and isinstance(line.value.get("text"), str) and "actor" not in line.value:
        raise BadLine(line.number, "", "is a text, not an action", "Scan texts with `rapport safety-scan`.")
    snapshot = line.value if not isinstance(held, dict) else cast("Mapping[str, Any]", held)
    try:
        ActionSnapshot.model_validate_json(json.dumps(snapshot), strict=True)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False)[0]
        others = invalid.error_count() - 1
        more = f" (and {others} more)" if others else ""
        raise BadLine(
            line.number, _path(first["loc"]), f"is wrong: {first['msg']}{more}", _remedy(first["type"])
        ) from None
    except UnicodeEncodeError:
        raise BadLine(line.number, "", "holds half of a surrogate pair", "Write the character whole.") from None
    return snapshot


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _remedy(kind: str) -> str:
    if kind == "missing":
        return "Add the field; null is allowed for facts that are not known."
    if kind == "extra_forbidden":
        return "Remove the field, or check its spelling against the ActionSnapshot schema."
    return "Correct the value; see the ActionSnapshot schema."
