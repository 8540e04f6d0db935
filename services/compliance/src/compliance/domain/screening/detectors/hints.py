"""What hints at a medicine of ours although no word for one stands beside its disease."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.together import beside, elsewhere, evidence_of, said_out, spanning
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading, Said
from compliance.domain.screening.text.fields import TextField

_MEDICINES = ("medicine_class", "medicine_form", "mechanism")
_OURS = ("own_marker", "own_pronoun", "unique", "comparison", "safety_claim", "superlative")
_HINTS = ("prospect", "given_form", "riddle", "supply", "approval", "mechanism", "vaccine")
_NOTHING: Detected = {f"hint.{name}": () for name in ("found", "regimen", "vaccination", "campaign")}
_WORTH = ("claim", "safety_claim", "comparison", "outcome", "prospect", "call_to_action")
_VACCINE = "vaccine"


def hints(reading: Reading, products: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> Detected:
    """`hint.found` in a text: a prospect beside our disease, a regimen, a riddle, supply; `hint.vaccination` apart.

    `hint.regimen`: the form of a medicine, how often it is given, our disease, and what good it does, in our words.
    `hint.campaign` is a vaccination in our field that the text tells of as the authorities' and not as ours.
    """
    said = _by_label(said_out(reading, *_HINTS))
    if not said:
        return _NOTHING
    uses = said_out(reading, *reading.use_labels)
    forms, supply, riddles = said["given_form"], said["supply"], _own(said["riddle"])
    regimens = list(_regimens(reading, _own(forms)))
    found = [
        *_near(said["prospect"], uses),
        *(spanning(each, use) for each in said["approval"] if (use := beside(each, uses))),
        *_near(_own([*forms, *said["mechanism"]]), uses),
        *(cited for _, cited in regimens),
        *_near(riddles, said_out(reading, *_MEDICINES) if riddles else []),
        *_near(supply, [*uses, *said_out(reading, *_MEDICINES)] if supply else []),
    ]
    vaccination = [*said[_VACCINE], *forms] if uses and _vaccinates(products, lexicon) else []
    vaccination = [each for each in vaccination if elsewhere(each, uses)]
    return {
        "hint.found": tuple(dict.fromkeys(found)),
        "hint.regimen": tuple(_told_of(regimens, uses, reading)),
        "hint.vaccination": evidence_of(vaccination),
        "hint.campaign": evidence_of(_of_authorities(reading, vaccination)),
    }


def _by_label(said: Sequence[Said]) -> defaultdict[str, list[Said]]:
    found: defaultdict[str, list[Said]] = defaultdict(list)
    for each in said:
        found[each.label].append(each)
    return found


def _own(said: Sequence[Said]) -> list[Said]:
    return [each for each in said if each.field.part == "own"]


def _near(said: Sequence[Said], others: Sequence[Said]) -> Iterator[Evidence]:
    """Each with another in the same text, cited together where they stand in one clause."""
    for each in said:
        apart = [other for other in others if other.end <= each.start or other.start >= each.end]
        other = beside(each, apart) or elsewhere(each, apart)
        if other:
            yield spanning(each, other)


def _regimens(reading: Reading, forms: Sequence[Said]) -> Iterator[tuple[Said, Evidence]]:
    """`one jab every three months`: a form and how often it is given."""
    intervals = said_out(reading, "dosing_interval") if forms else []
    for form in forms:
        interval = beside(form, (each for each in intervals if each.end <= form.start or each.start >= form.end))
        if interval:
            yield form, spanning(form, interval)


def _told_of(regimens: Sequence[tuple[Said, Evidence]], uses: Sequence[Said], reading: Reading) -> Iterator[Evidence]:
    """Regimens in a text that names our disease and says what they do, or whom to ask for them."""
    worth = said_out(reading, *_WORTH) if regimens and uses else []
    for form, cited in regimens:
        if elsewhere(form, uses) and elsewhere(form, worth):
            yield cited


def _of_authorities(reading: Reading, vaccination: Sequence[Said]) -> Iterator[Said]:
    if not vaccination or said_out(reading, *_OURS):
        return
    campaigns = said_out(reading, "authority_campaign")
    for each in vaccination:
        if elsewhere(each, campaigns):
            yield each


def _vaccinates(products: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> bool:
    """Whether a product prevents an infection by immunisation."""
    return _immunises(tuple(f"{each.get('indication') or ''}. {each.get('inn') or ''}" for each in products), lexicon)


@lru_cache(maxsize=256)
def _immunises(described: tuple[str, ...], lexicon: Lexicon) -> bool:
    fields = [TextField("indication", text, "planned") for text in described]
    return any(_VACCINE in lexicon.phrases.find(field.tokens) for field in fields)
