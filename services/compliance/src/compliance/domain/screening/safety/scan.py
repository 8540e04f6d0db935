"""The safety scan: word lists and a statistical model over texts, with the four minimum criteria.

A hit of the word lists is handed over whatever the model says; the model can only add. A miss proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from compliance.domain.findings import Evidence
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.safety.model import NoModel, Passage, SafetyModel, passages_of
from compliance.domain.screening.safety.signals import Signals, signals_of
from compliance.domain.screening.text.fields import TextField

_HANDED_OVER_FROM = 0.5
_JUST_BELOW = 0.499
_MOST_CITED = 100
Criterion = Literal["known", "unknown"]
FoundBy = Literal["lexicon", "model"]
CRITERIA = ("reporter", "patient", "product", "reaction")


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyScan:
    """Whether texts go to drug safety.

    `score` ranks and is no probability: 0.5 and more is handed over. `reported` is the evidence of what happened;
    `found_by` says what asked for the hand-over.
    """

    handover: bool
    score: float
    criteria: Mapping[str, Criterion]
    evidence: tuple[Evidence, ...]
    reported: tuple[Evidence, ...]
    found_by: tuple[FoundBy, ...] = ()

    def as_json(self, *, text_id: str) -> dict[str, Any]:
        """The line of `rapport safety-scan`."""
        return {
            "id": text_id,
            "safety_handover": self.handover,
            "score": self.score,
            "criteria": dict(self.criteria),
            "evidence": [each.as_json() for each in self.evidence],
            "found_by": list(self.found_by),
        }


def scan(
    fields: Sequence[TextField],
    products: Sequence[Mapping[str, Any]],
    lexicon: Lexicon,
    *,
    model: SafetyModel,
    reporter_known: bool,
) -> SafetyScan:
    """Scan texts that belong together (a message and the post it answers, or one text)."""
    return scan_reading(Reading(fields, products, lexicon), fields, model=model, reporter_known=reporter_known)


def scan_reading(
    reading: Reading, fields: Sequence[TextField], *, model: SafetyModel, reporter_known: bool
) -> SafetyScan:
    """Scan some fields of what was read already."""
    found = signals_of(reading, fields)
    reports = [signals for signals in found if signals.reports]
    without = isinstance(model, NoModel)
    passages = [] if without else [passage for signals in found for passage in passages_of(reading, signals)]
    scores = model.scores(passages)
    asked = [passage for passage, score in zip(passages, scores, strict=True) if score >= _HANDED_OVER_FROM]
    handover = bool(reports or asked)
    telling = [*reports, *(each for each in found if each.field in {passage.field for passage in asked})]
    by: list[FoundBy] = [*(["lexicon"] if reports else []), *(["model"] if asked else [])]  # pyright: ignore[reportAssignmentType] - literals
    return SafetyScan(
        handover=handover,
        score=_score(max(scores, default=0.0), strength=_strength(reports), handover=handover),
        criteria=_criteria(telling or found, known_reporter=reporter_known and handover),
        evidence=_in_order((*_cited(telling), *_passages(asked, telling))),
        reported=_in_order((*_reported(telling), *_passages(asked, telling))),
        found_by=tuple(by),
    )


def read_text(text: str, lexicon: Lexicon) -> tuple[list[Passage], bool]:
    """What a model is asked about a text by itself, and whether the word lists hand it over without one."""
    field = TextField("text", text, "inbound")
    reading = Reading((field,), (), lexicon)
    (found,) = signals_of(reading, (field,))
    return list(passages_of(reading, found)), found.reports


def _strength(reports: Sequence[Signals]) -> float:
    """How much of what makes a report was said, 0 to 1; 0 without a report."""
    return max(
        (
            (bool(each.named) + bool(each.reactions) + each.person + bool(each.special or each.said("cause"))) / 4
            for each in reports
        ),
        default=0.0,
    )


def _score(model: float, *, strength: float, handover: bool) -> float:
    """The model's score, kept on the side of the threshold the decision is on."""
    if not handover:
        return round(min(model, _JUST_BELOW), 3)
    floor = _HANDED_OVER_FROM + 0.1 * strength
    return round(max(model, floor), 3)


def _criteria(seen: Sequence[Signals], *, known_reporter: bool) -> dict[str, Criterion]:
    known = {
        "reporter": known_reporter or any(each.person for each in seen),
        "patient": any(each.person or each.said("patient") for each in seen),
        "product": any(each.product or each.said("quality") for each in seen),
        "reaction": any(each.reactions for each in seen),
    }
    return {name: "known" if known[name] else "unknown" for name in CRITERIA}


def _cited(telling: Iterable[Signals]) -> Iterable[Evidence]:
    for each in telling:
        yield from (said.evidence for said in (*each.said("patient"), *each.said("first_person"))[:1])
        yield from each.product
        yield from _reported((each,))


def _reported(telling: Iterable[Signals]) -> Iterable[Evidence]:
    for each in telling:
        yield from (said.evidence for said in (*each.reactions, *each.special, *each.said("quality")))


def _passages(asked: Sequence[Passage], telling: Sequence[Signals]) -> Iterable[Evidence]:
    """The passages only the model found telling: where no listed wording shows what happened."""
    shown = {id(each.field) for each in telling if each.reactions or each.special or each.said("quality")}
    for each in asked:
        if id(each.field) not in shown:
            yield Evidence(each.field.path, each.start, each.end, each.field.text[each.start : each.end])


def _in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    places = sorted(set(evidence), key=lambda each: (each.field, each.start, each.end))
    return tuple(places[:_MOST_CITED])
