"""The figures of rule packs: thresholds with their dates, country and source.

A company's row takes the place of packaged rows of the same name and country from its first day to its last, however
new they are: what a company decided is not undone by an update.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from compliance.adapters.rules.located_yaml import Mapping
from compliance.adapters.rules.pack_scopes import country_of
from compliance.adapters.rules.pack_values import Pack
from compliance.domain.screening.contents import Replaced
from compliance.domain.screening.lexicon import Figure

_KEYS = frozenset({"name", "value", "valid_from", "valid_until", "country", "currency", "source", "note", "replaces"})
_NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class _Row:
    figure: Figure
    pack: Pack
    entry: Mapping
    why: str

    def about(self) -> str:
        return f"figure {self.figure.name}{f' ({self.figure.country})' if self.figure.country else ''}"


def figures_of(packs: Sequence[Pack]) -> tuple[tuple[Figure, ...], tuple[Replaced, ...]]:
    """All rows that hold, and which packaged rows a company's own take the place of."""
    rows = [row for pack in packs for row in _rows(pack)]
    _contradictions(rows)
    kept = [row.figure for row in rows if not row.pack.company]
    replaced: list[Replaced] = []
    for row in (row for row in rows if row.pack.company):
        before = [each for each in kept if _same(each, row.figure) and _overlap(each, row.figure)]
        if before and not row.why:
            problem = f"{row.about()} replaces the packaged {_values(before)} without a reason"
            row.pack.wrong(row.entry.line, problem, "say why with `replaces: ...`")
        if row.why and not before:
            problem = f"{row.about()} replaces no packaged figure"
            row.pack.wrong(row.entry.lines["replaces"], problem, "correct name, country and dates, or leave it out")
        if before:
            subject = f"{row.about()} {_values(before)}"
            replaced.append(Replaced(subject, f"{row.figure.value} at {row.pack.file}:{row.entry.line}", row.why))
        kept = [part for each in kept for part in (_without(each, row.figure) if each in before else (each,))]
    return (*kept, *(row.figure for row in rows if row.pack.company)), tuple(replaced)


def _rows(pack: Pack) -> Iterable[_Row]:
    for entry in pack.mappings(pack.content, "figures"):
        pack.only(entry, _KEYS)
        name, source = pack.text(entry, "name"), pack.text(entry, "source")
        since, until = pack.period(entry)
        value = entry.get("value")
        if value is None or isinstance(value, bool | Mapping):
            line = entry.lines.get("value", entry.line)
            pack.wrong(line, f"the figure needs 'value', not {value!r}", "give a number")
        if "valid_from" not in entry:
            pack.wrong(entry.line, "the figure needs 'valid_from'", "say from which day it holds")
        figure = Figure(
            name=name,
            value=value,
            valid_from=since or "",
            valid_until=until,
            country=country_of(pack, entry),
            currency=pack.text(entry, "currency", needed="currency" in entry) or None,
            source=source,
            note=pack.text(entry, "note", needed=False),
        )
        yield _Row(figure, pack, entry, pack.text(entry, "replaces", needed="replaces" in entry))


def _contradictions(rows: Iterable[_Row]) -> None:
    seen: dict[tuple[object, ...], _Row] = {}
    for row in rows:
        one = row.figure
        key = (row.pack.company, one.name, one.country, one.currency, one.note, one.valid_from)
        other = seen.setdefault(key, row)
        if other is not row and other.figure.value != one.value:
            place = f"{other.pack.file}:{other.entry.line}"
            problem = f"{row.about()} is {one.value} and, at {place}, {other.figure.value}, both from {one.valid_from}"
            row.pack.wrong(row.entry.line, problem, "keep one, or date the newer one later")


def _same(one: Figure, other: Figure) -> bool:
    return (one.name, one.country) == (other.name, other.country)


def _overlap(one: Figure, other: Figure) -> bool:
    return one.valid_from <= (other.valid_until or _NEVER) and other.valid_from <= (one.valid_until or _NEVER)


def _without(one: Figure, other: Figure) -> Iterable[Figure]:
    if one.valid_from < other.valid_from:
        yield replace(one, valid_until=_day(other.valid_from, -1))
    if other.valid_until is not None and other.valid_until < (one.valid_until or _NEVER):
        yield replace(one, valid_from=_day(other.valid_until, 1))


def _day(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _values(figures: Iterable[Figure]) -> str:
    return ", ".join(f"{each.value} from {each.valid_from}" for each in figures)
