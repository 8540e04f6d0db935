"""Reading JSON lines that people wrote: every bad line is named, every good one is kept."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.json_text import unambiguous

_LARGEST_LINE = 2_000_000
_WIDE = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16", codecs.BOM_UTF32_BE: "UTF-32"}


class UnusableFile(Exception):
    """Nothing of the file can be used."""


class BadLine(Exception):
    """One line that cannot be judged: number (from 1), field (or empty), what is wrong and what to do."""

    def __init__(self, number: int, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{number}: {field + ' ' if field else ''}{problem}. {remedy}")
        self.number = number
        self.field = field


@dataclass(frozen=True, slots=True)
class Line:
    """One object of the file."""

    number: int
    value: Mapping[str, Any]


def json_lines(name: str, raw: bytes) -> Iterator[Line | BadLine]:
    """The lines of a file's bytes. Raises UnusableFile at once for a wrong encoding or an empty file."""
    for mark, encoding in _WIDE.items():
        if raw.startswith(mark):
            raise UnusableFile(f"{name}: the file is {encoding}; save it as UTF-8.")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if b"\0" in raw[:4096]:
        raise UnusableFile(f"{name}: the file is not text (UTF-16 without a mark, or binary); save it as UTF-8.")
    if not raw.strip():
        raise UnusableFile(f"{name}: the file is empty; put one JSON object on each line.")
    return _each(raw)


def too_deep(number: int) -> BadLine:
    """A line with parts in parts in parts."""
    return BadLine(number, "", "is nested too deeply", "Give the fields that the schema names, and no others.")


def _each(raw: bytes) -> Iterator[Line | BadLine]:
    for number, content in enumerate(raw.split(b"\n"), 1):
        if len(content) > _LARGEST_LINE:
            yield BadLine(number, "", f"is longer than {_LARGEST_LINE:,} bytes", "Split or shorten it.")
        elif content.strip():
            yield _line(number, content)


def _line(number: int, content: bytes) -> Line | BadLine:
    try:
        value: Any = unambiguous(content.decode("utf-8"))
    except UnicodeDecodeError as failed:
        byte = content[failed.start]
        problem = f"is not UTF-8 (byte 0x{byte:02X} at {failed.start}, as in Windows-1252 or Latin-1)"
        return BadLine(number, "", problem, "Save the file as UTF-8.")
    except json.JSONDecodeError as failed:
        return BadLine(
            number, "", f"is not JSON ({failed.msg} at column {failed.colno})", "Put one object on each line."
        )
    except RecursionError:
        return too_deep(number)
    except ValueError as failed:
        return BadLine(number, "", f"is not JSON ({failed})", "Put one object on each line.")
    if not isinstance(value, dict):
        return BadLine(number, "", "is not a JSON object", "Put one object on each line.")
    return Line(number, value)  # pyright: ignore[reportUnknownArgumentType] - keys of JSON objects are texts
