"""Results of our own studies told as a success, and figures about a disease."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.company import company_places
from compliance.domain.screening.detectors.together import beside, elsewhere, said_out
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.reading import Reading, Said, published
from compliance.domain.screening.text.fields import OWN_WORDS

_SHARE = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:%|percent\b|per cent\b|prozent\b|pour ?cent\b|por ciento\b|por cento\b|per cento\b|procent\b"
    r"|procents?\b|procent[aó]?\w*\b|millions?\b|million[ei]n?\b|millones\b|milh[oõ]es\b|milioni\b|miljoen\b|miljoner\b"
    r"|mln\b|mio\b|milion[óy]w?\b)|\b\d{1,3} (?:in|of|out of|von|sur|su|de cada|em cada|op de|av|na) \d{1,5}\b",
    re.IGNORECASE,
)
_PEOPLE = (
    r"people|patients|adults|children|women|men|persons|menschen|frauen|männer|betroffene|patient\w*|personnes|femmes"
    r"|hommes|personas|mujeres|hombres|pacientes|persone|donne|uomini|pazienti|mensen|vrouwen|patiënten|människor"
    r"|kvinnor|pessoas|mulheres|doentes|osób|kobiet|pacjentów|mennesker|americans|britons|europeans"
)
_THOUSANDS = re.compile(rf"\b\d{{1,3}}(?:[., ’']?\d{{3}})+ (?:\w+ )?(?:{_PEOPLE})\b", re.IGNORECASE)  # noqa: RUF001 - an apostrophe
_WORTH = ("claim", "safety_claim", "comparison", "superlative")


def results(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """`results.own` and `number.about_medicine` in whatever goes out; `number.about_disease` in our own words only."""
    return {
        "results.own": tuple(_own_results(reading, facts, lexicon)),
        "number.about_disease": tuple(_numbers(reading)),
        "number.about_medicine": tuple(_beside_a_name(reading)),
    }


def _own_results(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Iterator[Evidence]:
    outcomes = said_out(reading, "outcome")
    worth = said_out(reading, *_WORTH)
    if not outcomes and not worth:
        return
    business = said_out(reading, "business")
    medical = [*said_out(reading, "study", CONCEPT), *said_out(reading, *reading.use_labels)]
    for ours in [*said_out(reading, "own_study", "own_results"), *_of_company(reading, facts, lexicon)]:
        if beside(ours, business):
            continue
        clinical = elsewhere(ours, outcomes)
        praised = elsewhere(ours, worth) if ours.label == "own_study" else beside(ours, worth)
        if clinical or (praised and (ours.label == "own_study" or elsewhere(ours, medical))):
            yield ours.evidence


def _of_company(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> list[Said]:
    studies = said_out(reading, "study")
    if not studies:
        return []
    places = company_places(reading, facts["company"]["name"] or "", lexicon)
    return [study for study in studies if (study.field.path, study.clause) in places]


def _numbers(reading: Reading) -> Iterator[Evidence]:
    diseases = [*reading.labelled_at(OWN_WORDS, CONCEPT), *reading.labelled_at(OWN_WORDS, *reading.use_labels)]
    if not diseases:
        return
    aside = said_out(reading, "not_epidemiology")
    for said in said_out(reading, "frequency"):
        about = said.field.path in OWN_WORDS and beside(said, diseases)
        if about and not beside(said, aside):
            yield said.evidence
    for field in reading.out:
        if field.path not in OWN_WORDS:
            continue
        here = [each for each in diseases if each.field is field]
        for match in _counts(field.text) if here else ():
            clause = reading.clause(field, match.start())
            about = any(each.clause in {clause, clause - 1} for each in here)
            if about and not any(each.field is field and each.clause == clause for each in aside):
                yield Evidence(field.path, match.start(), match.end(), match.group())


def _beside_a_name(reading: Reading) -> Iterator[Evidence]:
    """Figures in the sentence of a medicine of ours, in our words or in what is passed on."""
    named = {
        (mention.field, reading.clause(mention.field, mention.start))
        for mention in reading.mentions
        if published(mention.field) and not mention.field.joined and not mention.field.url
    }
    for field in dict.fromkeys(field for field, _ in named):
        for match in _SHARE.finditer(field.text):
            if (field, reading.clause(field, match.start())) in named:
                yield Evidence(field.path, match.start(), match.end(), match.group())


def _counts(text: str) -> Iterator[re.Match[str]]:
    yield from _SHARE.finditer(text)
    yield from _THOUSANDS.finditer(text)
