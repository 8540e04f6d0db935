"""Family d: one fact taken away, or said to be unknown. What is not known is never read as safe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from support.metamorphic.texts import Path, dotted
from support.metamorphic.variants import Subject, Variant

_MAY_BE_SILENT = frozenset(
    {"media_text", "hashtags", "mentions", "links", "recent_texts", "references", "inbound_text"}
)
_NO_FACT = frozenset({"action_id", "id"})


def without_facts(subject: Subject, *, both: bool = True) -> Iterator[Variant]:
    """Each fact and each part of the snapshot once as null and once absent; unless `both`, in turns one of them.

    Optional words (media text, tags, links, what came in) are no facts: without them the action says less.
    """
    for number, path in enumerate(_paths(subject.snapshot), start=len(subject.id)):
        for absent in (False, True) if both else (number % 2 == 1,):
            if absent and isinstance(path[-1], int):
                continue
            changed = _without(subject.snapshot, path, absent=absent)
            how = "absent" if absent else "null"
            yield Variant("d", f"{_named(path)} {how}", dotted(path), changed, "not_safer")


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name not in _MAY_BE_SILENT | _NO_FACT:
                if part is not None:
                    yield (*path, name)
                yield from _paths(part, (*path, name))
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            if isinstance(part, Mapping):
                yield (*path, index)
                yield from _paths(part, (*path, index))


def _named(path: Path) -> str:
    """The path without positions, so that rates add up over cases: `company.products[].inn`."""
    return "".join("[]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _without(value: Any, path: Path, *, absent: bool) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        if not rest and absent:
            return {name: part for name, part in value.items() if name != step}
        return {
            name: (_without(part, rest, absent=absent) if rest else None) if name == step else part
            for name, part in value.items()
        }
    return [
        (_without(part, rest, absent=absent) if rest else None) if index == step else part
        for index, part in enumerate(value)
    ]
