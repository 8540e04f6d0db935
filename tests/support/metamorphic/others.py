"""Family a: the same action of another company, with other medicines, people, diseases, in another country."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from compliance.domain.findings import Screening
from compliance.domain.screening.rules import RuleSet
from support.metamorphic.diseases import with_other_disease
from support.metamorphic.identities import draw
from support.metamorphic.renaming import Renaming
from support.metamorphic.replacements import company_and_medicines, people
from support.metamorphic.texts import at, replaced, texts
from support.metamorphic.variants import Subject, Variant

_COUNTRY_PATHS = (("channel", "country"), ("stakeholder", "country"), ("company", "country"), ("event", "country"))
_NEIGHBOURS = (
    "AT",
    "AU",
    "BE",
    "BR",
    "CA",
    "CH",
    "CZ",
    "DK",
    "ES",
    "FI",
    "HU",
    "IE",
    "IT",
    "JP",
    "NL",
    "PL",
    "PT",
    "SE",
)
_NETWORKS = ("x", "linkedin", "mastodon", "bluesky", "facebook", "instagram")
_NAMED_COUNTRY = re.compile(
    r"\b(UK|U\.?K\.?|U\.?S\.?A?|EU|FDA|EMA|MHRA|NHS|GP|NPI|London|Berlin|Paris|Deutschland|France|England|Britain|Germany)\b"
)


def of_others(subject: Subject, before: Screening, rules: RuleSet, chance: random.Random) -> Iterator[Variant]:
    """Every replacement that makes sense for the subject, one draw of each."""
    snapshot = subject.snapshot
    drawn = draw(chance, " ".join(text for _, text in texts(snapshot)))
    names = company_and_medicines(snapshot, drawn, chance)
    others = people(snapshot, drawn)
    yield _variant("names", names, Renaming(names)(snapshot))
    if others:
        yield _variant("person", others, Renaming(others)(snapshot))
    everything = Renaming([*names, *others])(snapshot)
    if told := with_other_disease(snapshot, chance):
        yield Variant("a", "disease", told[0], told[1], "same")
        if both := with_other_disease(everything, chance):
            everything = both[1]
    if platform := _other_platform(snapshot, chance):
        yield Variant("a", "platform", platform, replaced(snapshot, ("channel", "platform"), platform), "same")
        everything = replaced(everything, ("channel", "platform"), platform)
    if moved := _elsewhere(snapshot, before, rules, chance):
        yield Variant("a", "country", moved[0], moved[1], "same")
        for path in _COUNTRY_PATHS:
            if at(everything, path):
                everything = replaced(everything, path, at(moved[1], path))
    yield _variant("everything", [*names, *others], everything)


def _variant(what: str, pairs: list[tuple[str, str]], snapshot: Mapping[str, Any]) -> Variant:
    return Variant("a", what, ", ".join(f"{old} as {new}" for old, new in pairs), snapshot, "same")


def _other_platform(snapshot: Mapping[str, Any], chance: random.Random) -> str | None:
    """Another open network; where a rule counts characters, the length of posts differs."""
    old = at(snapshot, ("channel", "platform"))
    countries = {at(snapshot, path) for path in _COUNTRY_PATHS}
    if old not in _NETWORKS or at(snapshot, ("channel", "audience")) != "public" or "US" in countries:
        return None
    return chance.choice([each for each in _NETWORKS if each != old])


def _elsewhere(
    snapshot: Mapping[str, Any], before: Screening, rules: RuleSet, chance: random.Random
) -> tuple[str, dict[str, Any]] | None:
    """One country exchanged for another in which exactly the same rules hold; None where money or words tie it."""
    countries = sorted({str(at(snapshot, path)) for path in _COUNTRY_PATHS if at(snapshot, path)})
    money = at(snapshot, ("event", "hospitality")) or snapshot.get("transfer_of_value") or snapshot.get("contract")
    tied = any(_NAMED_COUNTRY.search(text) for path, text in texts(snapshot) if path[-1] not in {"country", "currency"})
    if not countries or money or tied:
        return None
    old = chance.choice(countries)
    fresh = [new for new in _NEIGHBOURS if new not in countries and _same_rules(countries, old, new, rules)]
    if not fresh:
        return None
    new, moved = chance.choice(fresh), dict(snapshot)
    for path in _COUNTRY_PATHS:
        if at(moved, path) == old:
            moved = replaced(moved, path, new)
    return f"{old} as {new}", moved


def _same_rules(countries: list[str], old: str, new: str, rules: RuleSet) -> bool:
    scopes = {rule.scope.countries_on("2026-11-17") for rule in rules.rules} - {frozenset()}
    then = {new if country == old else country for country in countries}
    return all(bool(scope & set(countries)) == bool(scope & then) for scope in scopes)
