"""YAML with line numbers, for files people write: no aliases, no duplicate keys, dates stay texts."""

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
        value = _Reader(path, loader).value(node, 0)
    except yaml.MarkedYAMLError as failed:
        mark = failed.problem_mark
        raise UnusableRuleFile(path, mark.line + 1 if mark else 1, str(failed.problem)) from failed
    finally:
        loader.dispose()
    if not isinstance(value, Mapping):
        raise UnusableRuleFile(path, 1, "does not hold a mapping")
    return value


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reader:
    def __init__(self, path: Path, loader: Any) -> None:
        self._path = path
        self._loader = loader
        self._seen: set[int] = set()

    def value(self, node: Any, depth: int) -> Any:
        line = node.start_mark.line + 1 if node is not None else 1
        if depth > _DEEPEST:
            raise UnusableRuleFile(self._path, line, f"is nested deeper than {_DEEPEST} levels")
        if id(node) in self._seen:
            raise UnusableRuleFile(self._path, line, "is used again by an alias; write the value out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        if node is None:
            return None
        if node.tag == "tag:yaml.org,2002:timestamp":
            return node.value
        return self._loader.construct_object(node)

    def _mapping(self, node: Any, depth: int) -> Mapping:
        result, lines = Mapping(), {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in result:
                raise UnusableRuleFile(self._path, line, f"has {key!r} twice")
            result[key] = self.value(value_node, depth + 1)
            lines[key] = line
        result.line, result.lines = node.start_mark.line + 1, lines
        return result
