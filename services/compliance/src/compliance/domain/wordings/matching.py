"""Whether what would be published is exactly an approved wording: character by character, by what the gate knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.domain.wordings.content import WITHOUT_TARGET, WordingContent
from compliance.domain.wordings.variables import KnownFacts, pieces, value_of

_MAY_BE_PUBLISHED = frozenset({"type", "text", "declaration", "hashtags", "platform", "account"})
_WEIGHED = ("target", "inbound_text", "event", "training", "contract", "transfer_of_value", "links", "mentions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One action: what would be published (as `published_content` says) and the snapshot as resolved by the gate."""

    published: Mapping[str, Any]
    resolved: Mapping[str, Any]
    facts: KnownFacts


def is_words_only(snapshot: Mapping[str, Any]) -> bool:
    """Whether there is nothing beside words that somebody would have to weigh: no target above all."""
    return snapshot.get("type") in WITHOUT_TARGET and not any(snapshot.get(name) for name in _WEIGHED)


def fits(content: WordingContent, occurrence: Occurrence) -> bool:
    """Whether the action says exactly this, to somebody it was approved for. Dates are the caller's to check."""
    resolved, published = occurrence.resolved, occurrence.published
    person: Mapping[str, Any] = resolved.get("stakeholder") or {}
    channel: Mapping[str, Any] = resolved.get("channel") or {}
    return (
        is_words_only(resolved)
        and published.keys() <= _MAY_BE_PUBLISHED
        and resolved.get("type") in content.action_types
        and published.get("type") == resolved.get("type")
        and channel.get("audience") in content.audiences
        and person.get("type") in content.person_types
        and person.get("country") in content.countries
        and tuple(published.get("hashtags") or ()) == content.hashtags
        and _says(content, published, occurrence.facts)
    )


def _says(content: WordingContent, published: Mapping[str, Any], facts: KnownFacts) -> bool:
    templates = content.templates
    if any(published.get(field) is not None for field in ("text", "declaration") if field not in templates):
        return False
    values: dict[str, str] = {}
    return all(_reads(content, template, published.get(field), facts, values) for field, template in templates.items())


def _reads(content: WordingContent, template: str, said: object, facts: KnownFacts, values: dict[str, str]) -> bool:
    """Read `said` along the template; a variable that stands in several places is the same everywhere."""
    if not isinstance(said, str):
        return False
    kinds, at = {each.name: each for each in content.variables}, 0
    for fixed, name in pieces(template):
        if not said.startswith(fixed, at):
            return False
        at += len(fixed)
        if name is None:
            continue
        if name not in values:
            variable = kinds[name]
            known = value_of(variable, facts)
            offered = variable.choices if variable.kind == "choice" else () if known is None else (known,)
            found = next((each for each in offered if said.startswith(each, at)), None)
            if found is None:
                return False
            values[name] = found
        elif not said.startswith(values[name], at):
            return False
        at += len(values[name])
    return at == len(said)
