"""Reading JSON that decides something: what could be read in two ways is refused."""

from __future__ import annotations

import json
from typing import Any

_SHOWN = 80


class AmbiguousJson(ValueError):
    """`name` is the member that stands there twice, None where something else is wrong."""

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


def unambiguous(text: str) -> Any:
    """The value of a JSON text. Raises JSONDecodeError, RecursionError, or AmbiguousJson.

    A reader keeps one of two members of the same name, and not every reader the same one; NaN is no JSON, and no
    comparison with it holds.
    """
    return _DECODER.decode(text)


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)[:_SHOWN]
        raise AmbiguousJson(f"{twice!r} stands there twice, and only one of them would be judged", twice)
    return found


def _no_number(constant: str) -> None:
    raise AmbiguousJson(f"{constant} is not a JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_each_name_once, parse_constant=_no_number)  # made once: 3 µs a text
