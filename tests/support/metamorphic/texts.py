"""Walking over the texts of a snapshot and changing them, without touching the snapshot given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
Change = Callable[[str, str], str]

_GOES_OUT = re.compile(
    r"(text|media_text|hashtags\[\d+\]|mentions\[\d+\]|event\.name|training\.subject"
    r"|(target\.)?links\[\d+\]\.(url|title|text)"
    r"|target\.(text|media_text|recent_texts\[\d+\]|url))"
)
_JOINED = re.compile(r"(hashtags\[|mentions\[)|url$")


def dotted(path: Path) -> str:
    """`("links", 0, "url")` as `links[0].url`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text with its path, in order of the fields."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from texts(part, (*path, name))
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from texts(part, (*path, index))


def mapped(value: Any, change: Change, path: Path = ()) -> Any:
    """A copy whose texts are `change(path, text)`."""
    if isinstance(value, str):
        return change(dotted(path), value)
    if isinstance(value, Mapping):
        return {name: mapped(part, change, (*path, name)) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [mapped(part, change, (*path, index)) for index, part in enumerate(value)]
    return value


def goes_out(path: str) -> bool:
    """Whether the text at this path is seen by others when the action happens."""
    return _GOES_OUT.fullmatch(path) is not None


def joined(path: str) -> bool:
    """Whether words at this path run together: tags, handles and addresses."""
    return _JOINED.search(path) is not None


def replaced(snapshot: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy with another value at a path; missing mappings on the way are made."""
    copy = mapped(snapshot, lambda _, text: text)
    holder = copy
    for step in path[:-1]:
        if isinstance(step, str) and holder.get(step) is None:
            holder[step] = {}
        holder = holder[step]
    holder[path[-1]] = value
    return copy


def at(snapshot: Any, path: Path) -> Any:
    """The value at a path, None where there is none."""
    for step in path:
        if isinstance(step, int):
            snapshot = snapshot[step] if isinstance(snapshot, list | tuple) and step < len(snapshot) else None
        else:
            snapshot = snapshot.get(step) if isinstance(snapshot, Mapping) else None
    return snapshot
