"""YAML with line numbers, for files people write: no anchors, no duplicate keys, dates stay texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LARGEST = 2_000_000
_DEEPEST = 20


class UnusableRuleFile(ValueError):
    """A rule file that cannot be used; the message starts with `file:line:`."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


class Mapping(dict[str, Any]):
    """A mapping that knows the line it starts on and the line of each key."""

    line: int = 1
    lines: dict[str, int]

    @classmethod
    def empty(cls) -> Mapping:
        """A mapping without keys."""
        nothing = cls()
        nothing.lines = {}
        return nothing


def read(path: Path) -> Mapping:
    """The mapping a file holds. Raises UnusableRuleFile."""
    try:
        raw = path.read_bytes()
    except OSError as failed:
        raise UnusableRuleFile(path, 1, f"cannot be read ({failed.strerror})") from failed
    if len(raw) > _LARGEST:
        raise UnusableRuleFile(path, 1, f"is larger than {_LARGEST:,} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as failed:
        line = raw[: failed.start].count(b"\n") + 1
        raise UnusableRuleFile(path, line, "is not UTF-8; save the file as UTF-8") from failed
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        value = _value(path, node, loader, 0)
    except yaml.MarkedYAMLError as failed:
        mark = failed.problem_mark
        raise UnusableRuleFile(path, mark.line + 1 if mark else 1, str(failed.problem)) from failed
    finally:
        loader.dispose()
    if not isinstance(value, Mapping):
        raise UnusableRuleFile(path, 1, "does not hold a mapping")
    return value


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _value(path: Path, node: Any, loader: Any, depth: int) -> Any:
    line = node.start_mark.line + 1 if node is not None else 1
    if depth > _DEEPEST:
        raise UnusableRuleFile(path, line, f"is nested deeper than {_DEEPEST} levels")
    if getattr(node, "anchor", None):
        raise UnusableRuleFile(path, line, "uses an anchor; write the value out")
    if isinstance(node, yaml.MappingNode):
        return _mapping(path, node, loader, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, item, loader, depth + 1) for item in node.value]
    if node is None:
        return None
    if node.tag == "tag:yaml.org,2002:timestamp":
        return node.value
    return loader.construct_object(node)


def _mapping(path: Path, node: Any, loader: Any, depth: int) -> Mapping:
    result, result_lines = Mapping(), {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in result:
            raise UnusableRuleFile(path, line, f"has {key!r} twice")
        result[key] = _value(path, value_node, loader, depth + 1)
        result_lines[key] = line
    result.line, result.lines = node.start_mark.line + 1, result_lines
    return result
