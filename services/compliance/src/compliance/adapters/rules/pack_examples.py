"""The examples of a pack: what they change has to be there in a snapshot, or they would test nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lookup
from functools import cache
from typing import Any, cast

from compliance.adapters.rules.located_yaml import Mapping
from compliance.adapters.rules.pack_values import Pack, listed
from compliance.domain.screening.rules import ACTION, PLAN, Example
from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.plan_snapshot import PlanSnapshot

_CLOSE = 0.7
"""From this ratio of difflib on, a key is taken for a misspelt one: two letters changed places in a word of four."""
_Schema = Lookup[str, Any]


def examples_of(pack: Pack, entry: Mapping, subjects: frozenset[str]) -> Iterator[Example]:
    """The examples of a rule that judges `subjects`; keys that no snapshot has are noted."""
    for name, objects in (("passes", False), ("fails", True)):
        for change in pack.mappings(entry, name):
            check_keys(pack, change, PLAN if PLAN in subjects else ACTION)
            yield Example(objects=objects, change=change, place=f"{pack.file}:{change.line}")


def check_keys(pack: Pack, change: Mapping, subject: str) -> None:
    """Note every key that the snapshot of a subject does not have, at any depth."""
    schema = _schema_of(subject)
    _check(pack, change, schema, schema["$defs"])


@cache
def _schema_of(subject: str) -> _Schema:
    return (PlanSnapshot if subject == PLAN else ActionSnapshot).model_json_schema()


def _check(pack: Pack, value: object, schema: _Schema, defined: _Schema) -> None:
    if isinstance(value, list):
        for each in cast("list[object]", value):
            _check(pack, each, _part(schema, defined, "items"), defined)
    elif isinstance(value, Mapping) and (known := _part(schema, defined, "properties")):
        for key, part in value.items():
            if key in known:
                _check(pack, part, known[key], defined)
            else:
                problem = f"unknown key {key!r}: no snapshot has it, so the example would not test it"
                pack.wrong(value.lines[key], problem, _remedy(key, part, known))


def _part(schema: _Schema, defined: _Schema, name: str) -> _Schema:
    """What a schema, or the first that it refers to and that has one, says under `name`; empty where none does."""
    if "$ref" in schema:
        return _part(defined[schema["$ref"].rpartition("/")[2]], defined, name)
    choices = cast("Sequence[_Schema]", schema.get("anyOf", ()))
    parts: list[_Schema] = [schema.get(name) or {}, *(_part(one, defined, name) for one in choices)]
    return next(filter(None, parts), parts[0])


def _remedy(key: str, value: object, known: _Schema) -> str:
    if isinstance(value, Mapping) and value and known.keys() >= value.keys():
        return f"write {', '.join(value)} without {key!r} around"
    near = difflib.get_close_matches(key, list(known), n=1, cutoff=_CLOSE)
    return f"write {near[0]!r}" if near else f"known are {listed(known)}"
