"""Own medicines: named at all, or named together with a use, praise or a call to action."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.fields import PUBLISHED
from compliance.domain.screening.lexicon import CONCEPT
from compliance.domain.screening.names import Mention
from compliance.domain.screening.reading import Reading, Said, evidence_of, published

CLAIMS = ("claim", "safety_claim", "comparison", "superlative", "outcome", "price", "hope", "testimonial")
_LONGEST_QUOTE = 240
_FREE_SALE = frozenset({"otc", "device"})


def own_medicine(reading: Reading, products: Sequence[Mapping[str, Any]]) -> Detected:
    """Medicines on prescription, investigational, withdrawn or of unknown status; the free ones apart."""

    def held(mention: Mention) -> bool:
        return products[mention.product].get("status") not in _FREE_SALE

    def investigational(mention: Mention) -> bool:
        return products[mention.product].get("status") == "investigational"

    out = [mention for mention in reading.mentions if mention.field.part in PUBLISHED]
    strict = [mention for mention in out if held(mention)]
    trial = [mention for mention in strict if investigational(mention)]
    free = [mention for mention in out if not held(mention)]
    use, claim = _uses(reading), reading.labelled(*CLAIMS)
    weak, call = reading.labelled("praise"), reading.labelled("call_to_action")
    tags = [mention for mention in strict if mention.field.path.startswith("hashtags[") or _tagged(mention)]
    profile = [mention for mention in reading.mentions if mention.field.part == "profile" and held(mention)]
    inbound = [mention for mention in reading.mentions if mention.field.part == "inbound" and held(mention)]

    def claims(mentions: Sequence[Mention]) -> tuple[Evidence, ...]:
        return _together(reading, mentions, claim) + _together(reading, mentions, weak, near=True)

    return {
        "own_medicine.named": _named(strict),
        "own_medicine.in_own_words": _named(m for m in strict if m.field.part == "own"),
        "own_medicine.in_target": _named(m for m in strict if m.field.part == "target"),
        "own_medicine.in_hashtag": _named(tags),
        "own_medicine.in_profile": _named(profile),
        "own_medicine.asked_about": _named(inbound),
        "own_medicine.with_use": _together(reading, strict, use),
        "own_medicine.with_claim": claims(strict),
        "own_medicine.with_call": _together(reading, strict, call),
        "own_medicine.investigational": _named(trial),
        "own_medicine.investigational_with_claim": claims(trial),
        "own_medicine.free_sale_with_claim": claims(free) + _together(reading, free, call),
    }


def _uses(reading: Reading) -> list[Said]:
    return [*reading.own_uses(), *reading.labelled(CONCEPT, "use")]


def _named(mentions: Iterable[Mention]) -> tuple[Evidence, ...]:
    return tuple(evidence_of(mention) for mention in mentions)


def _tagged(mention: Mention) -> bool:
    before = mention.field.text[: mention.start]
    return before[-1:] in {"#", "＃"}  # noqa: RUF001 - full-width number sign


def _together(
    reading: Reading, mentions: Sequence[Mention], said: Sequence[Said], *, near: bool = False
) -> tuple[Evidence, ...]:
    """Names that stand with one of `said`: on somebody else's page in one clause, else anywhere in what goes out.

    With `near` the words must stand in the name's own clause, or in our words about a target that holds the name.
    """
    joins: Callable[[Mention, Said], bool] = _beside if near else _reaches
    found: list[Evidence] = []
    for mention in mentions:
        inside = range(mention.start, mention.end)
        partners = [each for each in said if joins(mention, each) and not _only_the_name(each, mention, inside)]
        same_clause = [p for p in partners if p.field is mention.field and _same_clause(reading, mention, p)]
        if near:
            partners = same_clause + [p for p in partners if p.field is not mention.field]
        elif mention.field.third_party:
            partners = same_clause
        if partners:
            found.append(_quote(mention, (same_clause or partners)[0]))
    return tuple(found)


def _reaches(mention: Mention, said: Said) -> bool:
    return said.field is mention.field or (published(mention.field) and published(said.field))


def _beside(mention: Mention, said: Said) -> bool:
    comment = said.field.path in {"text", "media_text"} and mention.field.part == "target"
    return said.field is mention.field or (comment and published(mention.field))


def _only_the_name(said: Said, mention: Mention, inside: range) -> bool:
    """A use that is part of the medicine's own name says nothing more than the name."""
    return said.field is mention.field and said.start in inside and said.end - 1 in inside and _whole(mention, said)


def _whole(mention: Mention, said: Said) -> bool:
    return not mention.field.joined and said.field.text[mention.start - 1 : mention.start] != "#"


def _same_clause(reading: Reading, mention: Mention, said: Said) -> bool:
    return reading.clause(mention.field, mention.start) == said.clause


def _quote(mention: Mention, said: Said) -> Evidence:
    start, end = min(mention.start, said.start), max(mention.end, said.end)
    if said.field is not mention.field or end - start > _LONGEST_QUOTE:
        return evidence_of(mention)
    return Evidence(mention.field.path, start, end, mention.field.text[start:end])
