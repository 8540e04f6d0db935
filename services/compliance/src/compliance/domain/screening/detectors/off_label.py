"""An own medicine beside a disease or a group of people that its indication does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.medicines.names import Mention
from compliance.domain.screening.reading import Reading, Said
from compliance.domain.screening.text.fields import PUBLISHED, TextField

POPULATION = "population:"


def off_label(reading: Reading, products: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> Detected:
    """`off_label.found`: nothing of the indication stands beside it; `off_label.mixed`: something does."""
    found: list[Evidence] = []
    mixed: list[Evidence] = []
    places: dict[tuple[str, int], list[Said]] = {}
    for each in reading.labelled(CONCEPT, POPULATION, "adverse") if reading.mentions else ():
        places.setdefault((each.field.path, each.clause), []).append(each)
    for mention in reading.mentions if places else ():
        indication = str(products[mention.product].get("indication") or "")
        if mention.field.part not in PUBLISHED or not indication:
            continue
        concepts, groups, terms = _indicated(indication, lexicon)
        here = places.get((mention.field.path, reading.clause(mention.field, mention.start)), [])
        if any(each.label == "adverse" for each in here):
            continue
        diseases = _longest(each for each in here if each.label.startswith(CONCEPT))
        outside = [each for each in diseases if _foreign(each, concepts, terms, lexicon)]
        outside += [each for each in here if each.label.startswith(POPULATION) and groups and each.label not in groups]
        if outside:
            inside = any(each.label in concepts for each in diseases)
            (mixed if inside else found).append(_spanning(mention, outside[0]))
    return {"off_label.found": tuple(found), "off_label.mixed": tuple(mixed)}


def _foreign(each: Said, concepts: frozenset[str], terms: str, lexicon: Lexicon) -> bool:
    name = each.label.removeprefix(CONCEPT)
    if each.label in concepts or name in lexicon.words["vague_disease"]:
        return False
    return each.field.text[each.start : each.end].casefold() not in terms


def _longest(said: Iterable[Said]) -> list[Said]:
    """Without what stands inside a longer one: the cancer of lung cancer."""
    kept: list[Said] = []
    for each in sorted(said, key=lambda s: (s.start - s.end, s.start)):
        if not any(other.start <= each.start and each.end <= other.end and each.label != other.label for other in kept):
            kept.append(each)
    return kept


@lru_cache(maxsize=256)
def _indicated(indication: str, lexicon: Lexicon) -> tuple[frozenset[str], frozenset[str], str]:
    field = TextField("indication", indication, "planned")
    labels = lexicon.phrases.find(field.tokens)
    return (
        frozenset(label for label in labels if label.startswith(CONCEPT)),
        frozenset(label for label in labels if label.startswith(POPULATION)),
        indication.casefold(),
    )


def _spanning(mention: Mention, said: Said) -> Evidence:
    start, end = min(mention.start, said.start), max(mention.end, said.end)
    return Evidence(mention.field.path, start, end, mention.field.text[start:end])
