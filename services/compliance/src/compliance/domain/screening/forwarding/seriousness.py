"""By which criterion of ICH E2A a report reads as serious, in its own words. Drug safety decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from compliance.domain.findings import Evidence
from compliance.domain.screening.reading import Reading, Said
from compliance.domain.screening.safety.signals import Signals

SERIOUSNESS = "seriousness:"
_DEATH, _NEARLY = f"{SERIOUSNESS}death", f"{SERIOUSNESS}life_threatening"
_WHERE_IT_LED = (f"{SERIOUSNESS}hospitalisation", f"{SERIOUSNESS}medically_important")
_HAPPENED_TO_NOBODY = ("told_by_label", "supposed")


def serious_places(reading: Reading, signals: Sequence[Signals]) -> Mapping[str, tuple[Evidence, ...]]:
    """The places that tell of each criterion, by its label; nothing of what is only asked or supposed."""
    supposed = {
        (each.field, said.clause) for each in signals for label in _HAPPENED_TO_NOBODY for said in each.said(label)
    }
    told = [each for each in _said(reading, signals) if not each.asked and (each.field, each.clause) not in supposed]
    survived = [each for each in told if each.label == _NEARLY]
    places: dict[str, tuple[Evidence, ...]] = {}
    for each in told:
        if each.label != _DEATH or not _within(each.evidence, survived):
            places[each.label] = tuple(dict.fromkeys((*places.get(each.label, ()), each.evidence)))
    return places


def reactions_apart(
    reading: Reading, signals: Sequence[Signals], reactions: Collection[Evidence]
) -> tuple[Evidence, ...]:
    """Without where a reaction led to: that somebody came to hospital is no reaction, but says how grave one was."""
    led_to = [each for each in _said(reading, signals) if each.label in _WHERE_IT_LED]
    return tuple(each for each in reactions if not _within(each, led_to))


def _said(reading: Reading, signals: Sequence[Signals]) -> list[Said]:
    fields = {each.field for each in signals}
    return [each for each in reading.labelled(SERIOUSNESS) if each.field in fields]


def _within(place: Evidence, wider: Sequence[Said]) -> bool:
    return any(each.field.path == place.field and each.start <= place.start and place.end <= each.end for each in wider)
