"""A thin safety scan: wording of reactions, special situations and complaints, with the four minimum criteria.

Word lists find less than half of the reports people write in passing; a hit is handed over, a miss proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from compliance.domain.findings import Evidence
from compliance.domain.screening.fields import TextField
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading, Said, evidence_of

_ENOUGH_WITHOUT_PRODUCT = 2
_HANDED_OVER_FROM = 0.5
Criterion = Literal["known", "unknown"]
CRITERIA = ("reporter", "patient", "product", "reaction")
_CITED = ("patient", "product", "reaction", "special")
_Signals = Mapping[str, Sequence[Evidence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyScan:
    """Whether texts go to drug safety.

    `score` ranks and is no probability: 0.5 and more is handed over. `reported` is the evidence of what happened.
    """

    handover: bool
    score: float
    criteria: Mapping[str, Criterion]
    evidence: tuple[Evidence, ...]
    reported: tuple[Evidence, ...]

    def as_json(self, *, text_id: str) -> dict[str, Any]:
        """The line of `rapport safety-scan`."""
        return {
            "id": text_id,
            "safety_handover": self.handover,
            "score": self.score,
            "criteria": dict(self.criteria),
            "evidence": [each.as_json() for each in self.evidence],
        }


def scan(
    fields: Sequence[TextField], products: Sequence[Mapping[str, Any]], lexicon: Lexicon, *, reporter_known: bool
) -> SafetyScan:
    """Scan texts that belong together (a message and the post it answers, or one text)."""
    return scan_reading(Reading(fields, products, lexicon), fields, reporter_known=reporter_known)


def scan_reading(reading: Reading, fields: Sequence[TextField], *, reporter_known: bool) -> SafetyScan:
    """Scan some fields of what was read already."""
    results = [_of_field(reading, field) for field in fields]
    found = [result for result in results if result["hit"]]
    seen = found or results
    criteria: dict[str, Criterion] = {
        name: "known" if any(result[name] for result in seen) else "unknown" for name in CRITERIA
    }
    if reporter_known and found:
        criteria["reporter"] = "known"
    return SafetyScan(
        handover=bool(found),
        score=_score(found, seen),
        criteria=criteria,
        evidence=_in_order(each for result in found for name in _CITED for each in result[name]),
        reported=_in_order(each for result in found for name in ("reaction", "special") for each in result[name]),
    )


def _score(found: Sequence[_Signals], seen: Sequence[_Signals]) -> float:
    strength = max((sum(bool(result[name]) for name in _CITED) for result in seen), default=0) / len(_CITED)
    return round(_HANDED_OVER_FROM + (1 - _HANDED_OVER_FROM) * strength if found else 0.4 * strength, 2)


def _in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(set(evidence), key=lambda each: (each.field, each.start, each.end)))


def _of_field(reading: Reading, field: TextField) -> _Signals:
    def said(*labels: str) -> list[Said]:
        return [each for each in reading.labelled(*labels) if each.field is field]

    uses = {(each.start, each.end) for each in reading.own_uses() if each.field is field}
    named = [evidence_of(mention) for mention in reading.mentions if mention.field is field]
    named += [each.evidence for each in said("medicine", "medicine_stem")]
    product = named + [each.evidence for each in said("medicine_word")]
    strong = [each for each in said("reaction") if (each.start, each.end) not in uses]
    illness = [each for each in said("reaction_or_illness") if (each.start, each.end) not in uses]
    body = said("complaint_of_body")
    reaction = strong + illness + body
    special, quality = said("special"), said("quality")
    person = said("first_person")
    told = bool(person or said("cause"))
    hit = bool(
        quality
        or (named and (strong or body or special))
        or (product and told and (reaction or special))
        or (said("cause") and strong)
        or _different(strong) >= _ENOUGH_WITHOUT_PRODUCT
        or (strong and (illness or person))
        or (person and _different(illness) >= _ENOUGH_WITHOUT_PRODUCT)
    )
    if said("news") and not person:
        hit = False
    return {
        "hit": [Evidence(field.path, 0, len(field.text), field.text)] if hit else [],
        "reporter": [each.evidence for each in person],
        "patient": [each.evidence for each in (said("patient") + person)[:1]],
        "product": product or [each.evidence for each in quality],
        "reaction": [each.evidence for each in reaction],
        "special": [each.evidence for each in special + quality],
    }


def _different(said: Sequence[Said]) -> int:
    return len({each.evidence.quote.casefold() for each in said})
