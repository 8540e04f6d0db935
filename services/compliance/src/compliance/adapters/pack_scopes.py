"""Whom the rules of a pack concern: country groups, the header of a pack, and the scope of each rule within it.

A country group is dated data: each row of it holds until the next row of the same name; the earliest also stands for
the days before it, so that no rule ends because a list does not reach back far enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from compliance.adapters.located_yaml import Mapping, UnusableRuleFile
from compliance.adapters.word_packs import Packs, day, mapping, mappings, only, texts
from compliance.domain.screening.rules import Scope
from shared.contracts.vocabulary import ActionType, Audience, StakeholderType

HEADER = frozenset({"about", "jurisdiction", "countries", "valid_from", "valid_until"})
_GROUP_KEYS = frozenset({"name", "countries", "valid_from", "source"})
_COUNTRY = re.compile(r"(?!UK|EU)[A-Z]{2}")
_ALWAYS = ""
_KINDS: dict[str, tuple[str, ...]] = {
    "action_types": get_args(ActionType),
    "audience": get_args(Audience),
    "person_types": get_args(StakeholderType),
}

Dated = tuple[tuple[str, frozenset[str]], ...]
"""Sets of countries, each from its ISO date on; the first from ever."""
Groups = Lookup[str, Dated]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the head of a pack says about all of its rules. `countries` None: everywhere."""

    jurisdiction: str | None
    countries: Dated | None
    valid_from: str | None
    valid_until: str | None


def country_groups(packs: Packs) -> Groups:
    """The groups of all packs. Raises UnusableRuleFile."""
    rows: dict[str, dict[str, frozenset[str]]] = {}
    for path, pack in packs:
        for row in mappings(path, pack, "country_groups"):
            only(path, row, _GROUP_KEYS)
            for name in ("name", "valid_from", "source"):
                if not isinstance(row.get(name), str):
                    raise UnusableRuleFile(path, row.line, f"the country group needs a text for {name!r}")
            since = day(path, row, "valid_from") or _ALWAYS
            group = rows.setdefault(row["name"], {})
            if since in group:
                raise UnusableRuleFile(path, row.line, f"country group {row['name']!r} is listed twice from {since}")
            group[since] = frozenset(_code(path, row, code) for code in _listed(path, row))
    return {name: _from_ever(sorted(dated.items())) for name, dated in rows.items()}


def header_of(path: Path, pack: Mapping, groups: Groups) -> Header:
    """The header of one pack. Raises UnusableRuleFile."""
    jurisdiction = pack.get("jurisdiction")
    if jurisdiction is not None and not isinstance(jurisdiction, str):
        raise UnusableRuleFile(path, pack.lines["jurisdiction"], "jurisdiction is a text such as UK")
    since, until = day(path, pack, "valid_from"), day(path, pack, "valid_until")
    return Header(
        jurisdiction=jurisdiction,
        countries=_resolved(path, pack, groups) if "countries" in pack else None,
        valid_from=since,
        valid_until=until,
    )


def scope_of(path: Path, rule: Mapping, groups: Groups, header: Header) -> Scope:
    """The scope of a rule within the scope of its pack. Raises UnusableRuleFile."""
    given = mapping(path, rule, "scope")
    only(path, given, frozenset((*_KINDS, "countries")))
    for name, known in _KINDS.items():
        for value in texts(path, given, name):
            if value not in known:
                raise UnusableRuleFile(path, given.lines[name], f"{value!r} is not one of {', '.join(known)}")
    countries = header.countries
    if "countries" in given:
        own = _resolved(path, given, groups)
        countries = own if countries is None else _both(own, countries)
        if not all(here for _, here in countries):
            problem = "no country of the rule's scope is in the countries of its pack; widen one of the two"
            raise UnusableRuleFile(path, given.lines["countries"], problem)
    first, *later = countries or ((_ALWAYS, frozenset[str]()),)
    return Scope(
        action_types=frozenset(texts(path, given, "action_types")),
        audience=frozenset(texts(path, given, "audience")),
        person_types=frozenset(texts(path, given, "person_types")),
        countries=first[1],
        later_countries=tuple(later),
    )


def validity_of(path: Path, rule: Mapping, header: Header) -> tuple[str | None, str | None]:
    """First and last day of a rule, within those of its pack. Raises UnusableRuleFile."""
    since = max(filter(None, (day(path, rule, "valid_from"), header.valid_from)), default=None)
    until = min(filter(None, (day(path, rule, "valid_until"), header.valid_until)), default=None)
    if since and until and until < since:
        line = rule.lines.get("valid_until", rule.lines.get("valid_from", rule.line))
        raise UnusableRuleFile(path, line, f"the rule would end on {until}, before it begins on {since}")
    return since, until


def _listed(path: Path, holder: Mapping) -> list[str]:
    value = holder.get("countries")
    listed = [value] if isinstance(value, str) else texts(path, holder, "countries")
    if not listed:
        raise UnusableRuleFile(path, holder.lines.get("countries", holder.line), "countries lists none")
    return listed


def _resolved(path: Path, holder: Mapping, groups: Groups) -> Dated:
    sets = [groups.get(name) or ((_ALWAYS, frozenset({_code(path, holder, name)})),) for name in _listed(path, holder)]
    days = sorted({since for dated in sets for since, _ in dated})
    return tuple((since, frozenset[str]().union(*(_on(dated, since) for dated in sets))) for since in days)


def _both(one: Dated, other: Dated) -> Dated:
    days = sorted({since for since, _ in (*one, *other)})
    return tuple((since, _on(one, since) & _on(other, since)) for since in days)


def _on(dated: Dated, at: str) -> frozenset[str]:
    return next(countries for since, countries in reversed(dated) if since <= at)


def _from_ever(rows: Sequence[tuple[str, frozenset[str]]]) -> Dated:
    return ((_ALWAYS, rows[0][1]), *rows[1:])


def _code(path: Path, holder: Mapping, code: str) -> str:
    if not _COUNTRY.fullmatch(code):
        problem = f"{code!r} is not a code such as DE or GB, nor a country group of these packs"
        raise UnusableRuleFile(path, holder.lines["countries"], problem)
    return code
