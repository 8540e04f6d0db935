"""What follows from amounts and dated rows, as conditions read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.domain.screening.facts.benefits import benefits
from compliance.domain.screening.facts.hospitality import hospitality
from compliance.domain.screening.facts.payments import disclosure, remuneration
from compliance.domain.screening.lexicon import Lexicon


def money(facts: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """`hospitality`, `benefits`, `disclosure` and `remuneration`, each a map of yes or no and of words for messages."""
    return {
        "hospitality": hospitality(facts, lexicon),
        "benefits": benefits(facts, lexicon),
        "disclosure": disclosure(facts, lexicon),
        "remuneration": remuneration(facts, lexicon),
    }
