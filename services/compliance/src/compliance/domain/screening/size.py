"""How much text one action may bring: more is refused as a whole, never read in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.findings import Finding
from compliance.domain.screening.fields import TextField

_RULE = "SCREEN-SIZE"
_MOST = {"screened_texts": 1_000, "screened_characters": 100_000}  # where the rule set brings no figures of its own


def size_of(fields: Sequence[TextField], figures: Mapping[str, Any]) -> dict[str, Any]:
    """`texts`, `characters` and whether that is `too_much` by the dated figures of the rule set."""
    texts, characters = len(fields), sum(len(field.text) for field in fields)
    too_much = texts > _most("screened_texts", figures) or characters > _most("screened_characters", figures)
    return {"texts": texts, "characters": characters, "too_much": too_much}


def refusal(size: Mapping[str, Any], figures: Mapping[str, Any]) -> Finding:
    """What is said where there is too much to read."""
    return Finding(
        rule_id=_RULE,
        severity="block",
        message=(
            f"The action holds {size['texts']} texts with {size['characters']} characters, more than are screened "
            f"({_most('screened_texts', figures)} texts, {_most('screened_characters', figures)} characters); "
            "none of them was read."
        ),
        clause="Own rule: what was not read is not safe",
        remedy="Leave out links, tags and texts that the action does not need, or split it.",
    )


def _most(name: str, figures: Mapping[str, Any]) -> int:
    figure = figures.get(name)
    return figure if isinstance(figure, int) else _MOST[name]
