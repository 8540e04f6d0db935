"""Whatever somebody may do to the data of an evidence pack: every value changed, every part left out."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]
_OTHER = {"left": "right", "right": "left"}
STATED = "stated"


def values_of(document: Any, path: Path = ()) -> Iterator[Path]:
    """Where a value stands that is proved."""
    if isinstance(document, dict):
        for name, each in document.items():
            yield from () if (*path, name) == (STATED,) else values_of(each, (*path, name))
    elif isinstance(document, list):
        for place, each in enumerate(document):
            yield from values_of(each, (*path, place))
    else:
        yield path


def changed(pack: dict[str, Any], path: Path, place: int = 0) -> dict[str, Any]:
    """Another value at `path`: in a text, another character at `place`."""
    other = copy.deepcopy(pack)
    holder = _holder(other, path)
    holder[path[-1]] = _another(holder[path[-1]], place)
    return other


def without(pack: dict[str, Any], path: Path) -> dict[str, Any]:
    """The same with what stands at `path` left out."""
    other = copy.deepcopy(pack)
    del _holder(other, path)[path[-1]]
    return other


def _holder(document: Any, path: Path) -> Any:
    for name in path[:-1]:
        document = document[name]
    return document


def _another(value: Any, place: int) -> Any:
    if isinstance(value, int):
        return value + 1
    if value in _OTHER:
        return _OTHER[value]
    at = place % len(value)
    return value[:at] + ("1" if value[at] != "1" else "2") + value[at + 1 :]
