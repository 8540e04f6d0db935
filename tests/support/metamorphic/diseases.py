"""One disease for another, in the words and in the indication, in the language of the words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from support.metamorphic.identities import data
from support.metamorphic.renaming import Renaming, squeezed
from support.metamorphic.texts import at, texts

_STEM = 6
_NEVER = {"company", "channel", "actor", "stakeholder", "action_id", "type"}


def with_other_disease(snapshot: Mapping[str, Any], chance: random.Random) -> tuple[str, dict[str, Any]] | None:
    """What was done, and the snapshot with its first product's disease exchanged; None where that says something else.

    It does where the words hold what only makes sense with the disease, or a form of it that the table does not know.
    """
    products = at(snapshot, ("company", "products")) or []
    known = data("diseases.yaml")["diseases"]
    old = _disease_of(str(products[0].get("indication") or "")) if products and products[0] else None
    if old is None:
        return None
    words = " \n".join(text for path, text in texts(snapshot) if path[0] not in _NEVER)
    if any(tied in words.casefold() for tied in known[old].get("tied", ())):
        return None
    languages = {name for name, form in _forms(known[old]) if _holds(words, form)}
    fresh = [
        name
        for name, entry in known.items()
        if name != old
        and bool(entry.get("rare")) == bool(known[old].get("rare"))
        and all(language in entry or language == "abbr" for language in languages)
        and not any(_holds(words, form) or _holds(_indications(products), form) for _, form in _forms(entry))
    ]
    if not fresh:
        return None
    new = chance.choice(fresh)
    pairs = [
        (form, (known[new].get(language) or known[new]["en"])[0])
        for language, form in _forms(known[old])
        if language in languages or language == "en"
    ]
    changed = Renaming(sorted(pairs, key=lambda pair: pair[1] != known[new]["en"][0]))(snapshot)
    left = " ".join(text for path, text in texts(changed) if path[0] not in _NEVER).casefold()
    if any(form[:_STEM].casefold() in left for _, form in _forms(known[old]) if len(form) >= _STEM):
        return None
    if _disease_of(str(changed["company"]["products"][0]["indication"])) != new:
        return None
    return f"{old} as {new}", changed


@lru_cache(maxsize=1024)
def _disease_of(indication: str) -> str | None:
    best: tuple[int, str] | None = None
    for name, entry in data("diseases.yaml")["diseases"].items():
        for _, form in _forms(entry):
            if _holds(indication, form) and (best is None or len(form) > best[0]):
                best = len(form), name
    return best[1] if best else None


def _indications(products: list[Mapping[str, Any]]) -> str:
    return " \n".join(str(product.get("indication") or "") for product in products if product)


def _forms(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for language, forms in entry.items():
        if language not in {"tied", "rare"}:
            yield from ((language, form) for form in forms)


def _holds(text: str, form: str) -> bool:
    if len(form) <= 4:  # an acronym counts as a word of its own only
        return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) is not None
    return squeezed(form) in squeezed(text)


def diseases_in(text: str) -> frozenset[str]:
    """The names in the table of the diseases that a text holds."""
    known = data("diseases.yaml")["diseases"]
    return frozenset(name for name, entry in known.items() if any(_holds(text, form) for _, form in _forms(entry)))
