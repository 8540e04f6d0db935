"""The word lists and figures of rule packs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from compliance.adapters.located_yaml import Mapping, UnusableRuleFile
from compliance.domain.screening.lexicon import CONCEPT, Figure, Lexicon
from compliance.domain.screening.normal import words
from compliance.domain.screening.phrases import PhraseIndex, UnusablePhrase, parsed

Packs = Sequence[tuple[Path, Mapping]]
_WORD_SETS = (
    "negation",
    "common_word",
    "salt",
    "indication_filler",
    "company_form",
    "abbreviation",
    "vague_disease",
    "inn_stem",
    "stop_name",
    "free_sale",
)


def lexicon_of(packs: Packs) -> Lexicon:
    """Everything the packs list, merged. Raises UnusableRuleFile."""
    entries: list[tuple[str, str]] = []
    sets: dict[str, set[str]] = {name: set() for name in _WORD_SETS}
    figures: list[Figure] = []
    for path, pack in packs:
        for section, prefix in (("phrases", ""), ("diseases", CONCEPT)):
            listed = mapping(path, pack, section)
            for label in listed:
                entries.extend((prefix + label, phrase) for phrase in _phrases(path, listed, label))
        listed = mapping(path, pack, "words")
        for name in listed:
            if name not in sets:
                raise UnusableRuleFile(path, listed.lines[name], f"unknown word list {name!r}")
            sets[name].update(word for text in texts(path, listed, name) for word in words(text))
        figures.extend(_figures(path, pack))
    return Lexicon(
        phrases=PhraseIndex(entries),
        words={name: frozenset(listed) for name, listed in sets.items()},
        figures=tuple(figures),
    )


def mapping(path: Path, holder: Mapping, name: str) -> Mapping:
    """The mapping under `name`, empty when there is none. Raises UnusableRuleFile."""
    value = holder.get(name)
    if value is None:
        return Mapping.empty()
    if not isinstance(value, Mapping):
        raise UnusableRuleFile(path, holder.lines[name], f"{name} is a mapping")
    return value


def mappings(path: Path, holder: Mapping, name: str) -> list[Mapping]:
    """The list of mappings under `name`, empty when there is none. Raises UnusableRuleFile."""
    found: list[Mapping] = []
    for value in _list(path, holder, name):
        if not isinstance(value, Mapping):
            raise UnusableRuleFile(path, holder.lines[name], f"{name} is a list of mappings")
        found.append(value)
    return found


def texts(path: Path, holder: Mapping, name: str) -> list[str]:
    """The list of texts under `name`, empty when there is none. Raises UnusableRuleFile."""
    found: list[str] = []
    for value in _list(path, holder, name):
        if not isinstance(value, str):
            problem = f"{name} lists {value!r}, which YAML does not read as a text; put it in quotes"
            raise UnusableRuleFile(path, holder.lines[name], problem)
        found.append(value)
    return found


def only(path: Path, given: Mapping, known: frozenset[str]) -> None:
    """Raises UnusableRuleFile for a key that is not known."""
    for key in given:
        if key not in known:
            raise UnusableRuleFile(path, given.lines[key], f"unknown key {key!r}; known are {', '.join(sorted(known))}")


def day(path: Path, holder: Mapping, name: str) -> str | None:
    """The ISO date under `name`. Raises UnusableRuleFile."""
    value = holder.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as failed:
        raise UnusableRuleFile(path, holder.lines[name], f"{name} is not a date such as 2026-01-31") from failed


def _list(path: Path, holder: Mapping, name: str) -> list[object]:
    value = holder.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnusableRuleFile(path, holder.lines[name], f"{name} is a list")
    return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - YAML, checked by item


def _phrases(path: Path, section: Mapping, label: str) -> Iterator[str]:
    for phrase in texts(path, section, label):
        try:
            parsed(phrase)
        except UnusablePhrase as failed:
            raise UnusableRuleFile(path, section.lines[label], f"unusable phrase {phrase!r} in {label}") from failed
        yield phrase


def _figures(path: Path, pack: Mapping) -> Iterator[Figure]:
    for row in mappings(path, pack, "figures"):
        for name in ("name", "value", "valid_from", "source"):
            if row.get(name) is None:
                raise UnusableRuleFile(path, row.line, f"the figure needs {name!r}")
        yield Figure(
            name=row["name"],
            value=row["value"],
            valid_from=day(path, row, "valid_from") or "",
            valid_until=day(path, row, "valid_until"),
            country=row.get("country"),
            currency=row.get("currency"),
            source=row["source"],
            note=str(row.get("note") or ""),
        )
