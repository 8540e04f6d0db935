"""Whom the rules of a pack concern: country groups, the header of a pack, and the scope of each rule within it.

A country group is dated data: each row of it holds until the next row of the same name; the earliest also stands for
the days before it, so that no rule ends because a list does not reach back far enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from functools import cache
from typing import get_args

import pycountry

from compliance.adapters.rules.located_yaml import Mapping
from compliance.adapters.rules.pack_values import Pack
from compliance.domain.screening.contents import Dated
from compliance.domain.screening.rules import ACTION, ACTIONS, PLAN, Scope
from shared.contracts.vocabulary import ActionType, Audience, StakeholderType

HEADER = frozenset({"about", "jurisdiction", "countries", "valid_from", "valid_until"})
SCOPES: dict[str, tuple[str, ...]] = {
    "action_types": get_args(ActionType),
    "audience": get_args(Audience),
    "person_types": get_args(StakeholderType),
}
SUBJECTS = (ACTION, PLAN)
_GROUP_KEYS = frozenset({"name", "countries", "valid_from", "source"})
_ALWAYS = ""

Groups = Lookup[str, Dated]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the head of a pack says about all of its rules. `countries` None: everywhere."""

    jurisdiction: str | None
    countries: Dated | None
    valid_from: str | None
    valid_until: str | None


@cache
def country_codes() -> frozenset[str]:
    """The codes of ISO 3166-1."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


def country_groups(packs: Iterable[Pack]) -> Groups:
    """The groups of all packs."""
    rows: dict[str, dict[str, frozenset[str]]] = {}
    for pack in packs:
        for row in pack.mappings(pack.content, "country_groups"):
            pack.only(row, _GROUP_KEYS)
            pack.text(row, "source")
            name, since = pack.text(row, "name"), pack.day(row, "valid_from")
            countries = frozenset(_code(pack, row, code) for code in _listed(pack, row)) - {""}
            if since is None:
                pack.text(row, "valid_from")
            if not name or since is None or not countries:
                continue
            if name in country_codes():
                pack.wrong(row.line, f"country group {name!r} is called like a country", "choose another name")
            group = rows.setdefault(name, {})
            if since in group:
                pack.wrong(row.line, f"country group {name!r} is listed twice from {since}", "keep one of the two")
            group[since] = countries
    return {name: _from_ever(sorted(dated.items())) for name, dated in rows.items()}


def header_of(pack: Pack, groups: Groups) -> Header:
    """The header of one pack."""
    content = pack.content
    pack.text(content, "about")
    jurisdiction = pack.text(content, "jurisdiction", needed="jurisdiction" in content)
    since, until = pack.period(content)
    countries = _resolved(pack, content, groups) if "countries" in content else None
    return Header(jurisdiction=jurisdiction or None, countries=countries, valid_from=since, valid_until=until)


def scope_of(pack: Pack, rule: Mapping, groups: Groups, header: Header, *, within: Mapping | None = None) -> Scope:
    """The scope of a rule within the scope of its pack; `within` is the mapping that holds it, by default `scope`."""
    given = pack.mapping(rule, "scope") if within is None else within
    if within is None:
        pack.only(given, frozenset((*SCOPES, "countries", "subjects")))
    subjects = _kinds(pack, given, "subjects", SUBJECTS) if within is None else ACTIONS
    kinds = {name: _kinds(pack, given, name, known) for name, known in SCOPES.items()}
    for name in SCOPES:
        if name in given and ACTION not in (subjects or ACTIONS):
            pack.wrong(given.lines[name], f"a plan has no {name}", "leave it out; only actions have it")
    countries = header.countries
    if "countries" in given:
        own = _resolved(pack, given, groups)
        countries = own if countries is None or own is None else _both(own, countries)
        if countries is not None and not all(here for _, here in countries):
            problem = "no country of the rule's scope is in the countries of its pack"
            pack.wrong(given.lines["countries"], problem, "widen one of the two")
    first, *later = countries or ((_ALWAYS, frozenset[str]()),)
    return Scope(**kinds, subjects=subjects or ACTIONS, countries=first[1], later_countries=tuple(later))


def validity_of(pack: Pack, rule: Mapping, header: Header) -> tuple[str | None, str | None]:
    """First and last day of a rule, within those of its pack."""
    own_since, own_until = pack.period(rule)
    since = max(filter(None, (own_since, header.valid_from)), default=None)
    until = min(filter(None, (own_until, header.valid_until)), default=None)
    if since and until and until < since and (since, until) != (own_since, own_until):
        problem = f"the rule would end on {until}, before it begins on {since}, because of the dates of its pack"
        pack.wrong(rule.line, problem, "correct the dates of the rule or of the pack")
    return since, until


def country_of(pack: Pack, holder: Mapping) -> str | None:
    """The one country under `country`, None where there is none."""
    code = holder.get("country")
    if code is None:
        return None
    return _code(pack, holder, str(code), "country") or None


def _kinds(pack: Pack, given: Mapping, name: str, known: tuple[str, ...]) -> frozenset[str]:
    values = pack.texts(given, name)
    if name in given and not values:
        pack.wrong(given.lines[name], f"{name} lists none", "leave it out where it is for all")
    return frozenset(value for value in values if pack.one_of(given, name, value, known))


def _listed(pack: Pack, holder: Mapping) -> list[str]:
    value = holder.get("countries")
    listed = [value] if isinstance(value, str) else pack.texts(holder, "countries")
    if not listed:
        line = holder.lines.get("countries", holder.line)
        pack.wrong(line, "countries lists none", "list codes such as DE, or leave the key out where it is for all")
    return listed


def _resolved(pack: Pack, holder: Mapping, groups: Groups) -> Dated | None:
    sets: list[Dated] = []
    for name in _listed(pack, holder):
        code = "" if name in groups else _code(pack, holder, name)
        if name in groups or code:
            sets.append(groups.get(name) or ((_ALWAYS, frozenset({code})),))
    days = sorted({since for dated in sets for since, _ in dated})
    return tuple((since, frozenset[str]().union(*(_on(dated, since) for dated in sets))) for since in days) or None


def _both(one: Dated, other: Dated) -> Dated:
    days = sorted({since for since, _ in (*one, *other)})
    return tuple((since, _on(one, since) & _on(other, since)) for since in days)


def _on(dated: Dated, at: str) -> frozenset[str]:
    return next(countries for since, countries in reversed(dated) if since <= at)


def _from_ever(rows: Sequence[tuple[str, frozenset[str]]]) -> Dated:
    return ((_ALWAYS, rows[0][1]), *rows[1:])


def _code(pack: Pack, holder: Mapping, code: str, key: str = "countries") -> str:
    if code in country_codes():
        return code
    meant = " (the United Kingdom is GB)" if code == "UK" else ""
    problem = f"{code!r} is not a code such as DE or GB, nor a country group of these packs{meant}"
    pack.wrong(holder.lines[key], problem, "use a two-letter code of ISO 3166-1 or the name of a group")
    return ""
