"""Typed access to JSON of unknown make: a missing or wrongly typed value is None, never an exception."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

from audit.domain.cleaning import Line, decoded, lines_of
from audit.domain.imported import Reading

JsonObject = dict[str, Any]


def as_object(value: object) -> JsonObject | None:
    """`value` if it is a JSON object."""
    return cast("JsonObject", value) if isinstance(value, dict) else None  # json.loads makes string keys only


def as_list(value: object) -> list[Any]:
    """`value` if it is a JSON array, else nothing."""
    return cast("list[Any]", value) if isinstance(value, list) else []  # elements are judged one by one


def objects(value: object) -> list[JsonObject]:
    """The JSON objects in the array `value`."""
    return [found for each in as_list(value) if (found := as_object(each)) is not None]


def text_at(value: object, *path: str) -> str | None:
    """The text at `path`, None where it is missing, empty or no text. Numbers count as text (ids)."""
    for name in path:
        value = (as_object(value) or {}).get(name)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


def documents(raw: bytes, reading: Reading) -> Iterator[tuple[int, JsonObject]]:
    """Every JSON object of a JSON-lines file or of one document over several lines, with its line (0: several).

    Arrays are unfolded and `{"response": ...}` recordings unwrapped. Lines that are no JSON are rejected.
    """
    text, repair = decoded(raw.removeprefix(b"\xef\xbb\xbf"))
    whole = _loaded(text)
    if isinstance(whole, dict | list):
        line = _only_line(text)
        if repair:
            reading.repair(line, repair)
        yield from ((line, each) for each in _unfolded(cast("object", whole)))
        return
    for line in lines_of(raw):
        yield from _line_documents(line, reading)


def _only_line(text: str) -> int:
    """The line a document stands on, or 0 when it takes several."""
    body = text.strip()
    return 0 if "\n" in body else text[: text.index(body)].count("\n") + 1


def _line_documents(line: Line, reading: Reading) -> Iterator[tuple[int, JsonObject]]:
    value = _loaded(line.text)
    found = list(_unfolded(value))
    if not found:
        reading.reject(line.number, "not a JSON object", "write one complete JSON object per line")
        return
    for what in line.repairs:
        reading.repair(line.number, what)
    for each in found:
        yield line.number, each


def _loaded(text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return None


def _unfolded(value: object) -> Iterator[JsonObject]:
    for each in as_list(value) or [value]:
        found = as_object(each)
        if found is None:
            continue
        if "response" in found:
            yield from _unfolded(found["response"])
        else:
            yield found
