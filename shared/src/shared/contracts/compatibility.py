"""Whether a newer JSON Schema still serves the readers and writers of an older one."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """What `new` takes away from `old`, one sentence each; empty when it only adds.

    Additive means: no field removed, none newly required, no type or enum value withdrawn. Anything else
    is a new version of the contract, published beside the old one until its readers have moved.
    """
    return _compare(_Cursor(old, old), _Cursor(new, new), "payload")


class _Cursor:
    """A node of a schema together with the document its `$ref`s point into. A union is read as one node."""

    def __init__(self, node: Schema, document: Schema) -> None:
        self.document = document
        resolved = _resolved(node, document)
        self.alternatives = [_resolved(each, document) for each in resolved.get("anyOf", [resolved])]

    def child(self, node: Schema) -> _Cursor:
        return _Cursor(node, self.document)

    def properties(self) -> dict[str, Schema]:
        return {name: node for each in self.alternatives for name, node in each.get("properties", {}).items()}

    def required(self) -> set[str]:
        return {name for each in self.alternatives for name in each.get("required", [])}

    def items(self) -> Schema | None:
        return next((each["items"] for each in self.alternatives if "items" in each), None)


def _resolved(node: Schema, document: Schema) -> Schema:
    while "$ref" in node:
        node = document["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return node


def _compare(old: _Cursor, new: _Cursor, at: str) -> list[str]:
    found = [f"{at}.{name} was removed" for name in old.properties() if name not in new.properties()]
    found += [f"{at}.{name} became required" for name in sorted(new.required() - old.required())]
    found += [f"{at} no longer allows {value}" for value in sorted(_allowed(old) - _allowed(new))]
    for name, schema in old.properties().items():
        if name in new.properties():
            found += _compare(old.child(schema), new.child(new.properties()[name]), f"{at}.{name}")
    old_items, new_items = old.items(), new.items()
    if old_items is not None and new_items is not None:
        found += _compare(old.child(old_items), new.child(new_items), f"{at}[]")
    return found


def _allowed(cursor: _Cursor) -> set[str]:
    """The types and enum values a node takes, as words. An enum's types are told by its values."""
    words: set[str] = set()
    for each in cursor.alternatives:
        kinds: str | list[str] = each.get("type", [])
        if "enum" not in each:
            words.update([kinds] if isinstance(kinds, str) else kinds)
        words.update("null" if value is None else str(value) for value in each.get("enum", []))
        if "const" in each:
            words.add(str(each["const"]))
    return words
