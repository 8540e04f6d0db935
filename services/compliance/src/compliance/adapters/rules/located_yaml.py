"""YAML with line numbers, for files people write: no aliases, no duplicate keys, dates stay texts.

Values are built from the parser's events: composing nodes first would let a deeply nested file end the process.
"""

from __future__ import annotations

import codecs
import math
import re
from functools import lru_cache
from typing import Any

import yaml

from compliance.adapters.pack_problems import Problem, UnusableRuleFile

_LARGEST = 2_000_000
_DEEPEST = 20
_LARGEST_INTEGER = 2**53
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_AS_WRITTEN = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"})


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


def text_of(file: str, raw: bytes, *, largest: int = _LARGEST) -> str:
    """The text of a file. Raises UnusableRuleFile for a wrong size or encoding; a UTF-8 mark is left out."""
    if len(raw) > largest:
        raise UnusableRuleFile(file, 1, f"is larger than {largest:,} bytes", "split it into several files")
    if raw.startswith(_WIDE) or b"\0" in raw:
        line = 1 if raw.startswith(_WIDE) else raw[: raw.index(b"\0")].count(b"\n") + 1
        raise UnusableRuleFile(file, line, "is not a text in UTF-8 (UTF-16, or binary)", "save the file as UTF-8")
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as failed:
        line = raw[: failed.start].count(b"\n") + 1
        raise UnusableRuleFile(file, line, "is not UTF-8", "save the file as UTF-8") from failed


@lru_cache(maxsize=128)  # of the files of a changed rule set, most are as they were
def read(file: str, raw: bytes) -> Mapping:
    """The mapping a file holds, not to be changed.

    Raises UnusableRuleFile with all that is wrong up to where reading had to stop.
    """
    loader: Any = None
    found: list[Problem] = []
    try:
        loader = _Loader(text_of(file, raw))
        value = _Reader(file, loader, found).document()
    except yaml.YAMLError as failed:
        mark = failed.problem_mark if isinstance(failed, yaml.MarkedYAMLError) else None
        said = str(failed.problem) if isinstance(failed, yaml.MarkedYAMLError) else "holds a character YAML forbids"
        found.append(Problem(file, mark.line + 1 if mark else 1, said, _what_to_do(said)))
        raise UnusableRuleFile.of(found) from failed
    except UnusableRuleFile as failed:
        raise UnusableRuleFile.of([*found, *failed.problems]) from None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(value, Mapping):
        found.append(Problem(file, 1, "does not hold a mapping", "begin the file with `about: ...`"))
        value = Mapping.empty()
    if found:
        raise UnusableRuleFile.of(found)
    return value


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _what_to_do(said: str) -> str:
    if "cannot start any token" in said:
        return "indent with spaces, not with tabs, and put texts that begin with a sign in quotes"
    return "correct the YAML; texts with `: `, `#`, quotes or brackets stand in quotes"


class _Reader:
    def __init__(self, file: str, loader: Any, found: list[Problem]) -> None:
        self._file = file
        self._loader = loader
        self._found = found

    def document(self) -> Any:
        events = self._loader
        events.get_event()
        if isinstance(events.peek_event(), yaml.StreamEndEvent):
            return None
        events.get_event()
        value = self._value(0)
        events.get_event()
        if not isinstance(events.peek_event(), yaml.StreamEndEvent):
            self._stop(events.peek_event(), "holds a second document", "keep one document in a file")
        return value

    def _value(self, depth: int) -> Any:
        event = self._loader.get_event()
        if depth > _DEEPEST:
            self._stop(event, f"is nested deeper than {_DEEPEST} levels", "write it flatter")
        if isinstance(event, yaml.AliasEvent):
            self._wrong(event, "is used again by an alias", "write the value out")
            return None
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        return self._scalar(event)

    def _sequence(self, depth: int) -> list[Any]:
        values: list[Any] = []
        while not isinstance(self._loader.peek_event(), yaml.SequenceEndEvent):
            values.append(self._value(depth + 1))
        self._loader.get_event()
        return values

    def _mapping(self, start: Any, depth: int) -> Mapping:
        result, lines = Mapping(), {}
        while not isinstance(self._loader.peek_event(), yaml.MappingEndEvent):
            key_event = self._loader.peek_event()
            if isinstance(key_event, yaml.ScalarEvent):
                self._loader.get_event()
                key = key_event.value
            else:
                self._wrong(key_event, "has a key that is not a text", "write the key as one word")
                self._value(depth + 1)
                key = f"? {len(result)}"
            line = key_event.start_mark.line + 1
            if key in result:
                self._wrong(key_event, f"has {key!r} twice", "keep one of the two")
            result[key] = self._value(depth + 1)
            lines[key] = line
        self._loader.get_event()
        result.line, result.lines = start.start_mark.line + 1, lines
        return result

    def _scalar(self, event: Any) -> Any:
        tag = event.tag or self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag in _AS_WRITTEN:
            return event.value
        if tag.endswith(":bool") and event.value.lower() not in {"true", "false"}:
            problem = f"{event.value!r} is read as {event.value.lower() in {'yes', 'on', 'y'}}"
            self._wrong(event, problem, "write true or false, or put it in quotes")
        elif tag.endswith(":int") and not _WHOLE.fullmatch(event.value):
            self._wrong(event, f"{event.value!r} is read as another number", "write plain digits, or put it in quotes")
            return 0
        value = self._loader.construct_object(yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark))
        infinite = isinstance(value, float) and not math.isfinite(value)
        if infinite or (isinstance(value, int) and abs(value) > _LARGEST_INTEGER):
            self._wrong(event, f"{event.value!r} is not a number to reckon with", "write a smaller number")
            return 0
        return value

    def _wrong(self, event: Any, wrong: str, remedy: str) -> None:
        self._found.append(Problem(self._file, event.start_mark.line + 1, wrong, remedy))

    def _stop(self, event: Any, wrong: str, remedy: str) -> None:
        raise UnusableRuleFile(self._file, event.start_mark.line + 1, wrong, remedy)
