"""The columns of a stakeholder CSV file, and how the text of a cell becomes a value."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from registry.application.rows import CsvReport, UnreadableFile
from registry.domain.handle import Handle
from registry.domain.vocabulary import Function, LawfulBasis, Platform, Stage, StakeholderType
from shared.kernel.errors import InvalidValue

_Word = TypeVar("_Word", bound=StrEnum)
_REQUIRED = ("name", "type")
_CLOSE = 0.8
"""From this ratio of difflib on, a word is taken for a misspelt one: one or two letters wrong in a word of eight."""
_TRUE, _FALSE = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}


def word(kind: type[_Word], field: str) -> Callable[[str], _Word]:
    """A reader of one of the words of `kind`, whatever its case."""

    def read(cell: str) -> _Word:
        wanted = cell.strip().lower().replace(" ", "_")
        known = [each.value for each in kind]
        if wanted in known:
            return kind(wanted)
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=_CLOSE)
        remedy = f"did you mean {near[0]}?" if near else f"use one of {', '.join(known)}"
        raise InvalidValue(f"{field}: {cell!r} is not known", field=field, remedy=remedy)

    return read


def yes_or_no(field: str) -> Callable[[str], bool]:
    def read(cell: str) -> bool:
        wanted = cell.strip().lower()
        if wanted not in _TRUE | _FALSE:
            raise InvalidValue(f"{field}: {cell!r} is neither yes nor no", field=field, remedy="write yes or no")
        return wanted in _TRUE

    return read


def count(cell: str) -> int:
    try:
        return int(cell.strip())
    except ValueError:
        raise InvalidValue(
            f"followers: {cell!r} is not a whole number", field="followers", remedy="write digits only, such as 12500"
        ) from None


def day(cell: str) -> date:
    try:
        return date.fromisoformat(cell.strip())
    except ValueError:
        raise InvalidValue(
            f"notice_sent_on: {cell!r} is not a date", field="notice_sent_on", remedy="write it as 2026-03-31"
        ) from None


def accounts(cell: str) -> tuple[Handle, ...]:
    """`platform:name`, several separated by spaces or semicolons."""
    handles: list[Handle] = []
    for part in cell.replace(";", " ").split():
        platform, colon, name = part.partition(":")
        if not colon:
            raise InvalidValue(
                f"handles: {part!r} names no platform", field="handles", remedy=f"write platform:name, such as x:{part}"
            )
        handles.append(Handle.of(word(Platform, "handles")(platform), name))
    return tuple(handles)


COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "name": str,
    "type": word(StakeholderType, "type"),
    "country": str,
    "handles": accounts,
    "owner_function": word(Function, "owner_function"),
    "owner_reason": str,
    "lawful_basis": word(LawfulBasis, "lawful_basis"),
    "notice_sent_on": day,
    "outreach_policy": str,
    "contracted": yes_or_no("contracted"),
    "followers": count,
    "minor": yes_or_no("minor"),
    "relationship_stage": word(Stage, "relationship_stage"),
    "opted_out": yes_or_no("opted_out"),
}


@dataclass(frozen=True, slots=True)
class Header:
    """`columns` in file order; None for a column that is not read."""

    columns: tuple[str | None, ...]
    delimiter: str


def header_of(line: int, text: str, report: CsvReport) -> Header:
    """Raises UnreadableFile when required columns are missing, a column is doubled or nearly has a known name."""
    delimiter = _delimiter(text)
    if delimiter != ",":
        report.repair(line, f"columns are separated by {delimiter!r} instead of ','")
    names = [cell.strip().lower().replace(" ", "_") for cell in next(csv.reader([text], delimiter=delimiter))]
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise UnreadableFile(
            f"line {line}: the header has no column {' and no column '.join(missing)}",
            field="body",
            remedy=f"start the file with a header line; columns: {', '.join(COLUMNS)}",
        )
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise UnreadableFile(f"line {line}: the column {doubled!r} is there twice", field="body", remedy="remove one")
    return Header(tuple(_known(line, name, report) for name in names), delimiter)


def _known(line: int, name: str, report: CsvReport) -> str | None:
    if name in COLUMNS:
        return name
    near = difflib.get_close_matches(name, list(COLUMNS), n=1, cutoff=_CLOSE)
    if near:  # a mistyped opted_out must not be lost
        raise UnreadableFile(
            f"line {line}: unknown column {name!r}",
            field="body",
            remedy=f"did you mean {near[0]!r}? rename or remove it",
        )
    report.repair(line, f"unknown column {name!r}: its values were not read; known columns: {', '.join(COLUMNS)}")
    return None


def _delimiter(text: str) -> str:
    counts = {each: text.count(each) for each in (",", ";", "\t", "|")}
    return max(counts, key=lambda each: counts[each])
