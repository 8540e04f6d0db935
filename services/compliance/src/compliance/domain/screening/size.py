"""How much text one action may bring: more is refused as a whole, never read in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.findings import Finding
from compliance.domain.screening.text.fields import TextField

_RULE = "SCREEN-SIZE"
_MOST = {  # where the rule set brings no figures of its own
    "screened_texts": 1_000,
    "screened_characters": 100_000,
    "screened_names": 5_000,
    "screened_name_characters": 1_000,
}


def size_of(
    fields: Sequence[TextField], products: Sequence[Mapping[str, Any]], figures: Mapping[str, Any]
) -> dict[str, Any]:
    """`texts`, `characters`, `names` of own medicines, and whether that is `too_much` by the rule set's figures."""
    texts, characters = len(fields), sum(len(field.text) for field in fields)
    names, longest = _names_of(products)
    too_much = (
        texts > _most("screened_texts", figures)
        or characters > _most("screened_characters", figures)
        or names > _most("screened_names", figures)
        or longest > _most("screened_name_characters", figures)
    )
    return {"texts": texts, "characters": characters, "names": names, "longest_name": longest, "too_much": too_much}


def _names_of(products: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many names the company's medicines have, and how long the longest is."""
    count = longest = 0
    for product in products:
        for name in (product.get("name"), product.get("inn"), *(product.get("aliases") or ())):
            count += 1
            longest = max(longest, len(name or ""))
    return count, longest


def same_limits(figures: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Whether both are too much from the same on."""
    return all(_most(name, figures) == _most(name, others) for name in _MOST)


def refusal(size: Mapping[str, Any], figures: Mapping[str, Any]) -> Finding:
    """What is said where there is too much to read."""
    return Finding(
        rule_id=_RULE,
        severity="block",
        message=(
            f"The action holds {size['texts']} texts with {size['characters']} characters, and {size['names']} names "
            f"of own medicines of up to {size['longest_name']} characters; at most {_most('screened_texts', figures)} "
            f"texts, {_most('screened_characters', figures)} characters, {_most('screened_names', figures)} names of "
            f"{_most('screened_name_characters', figures)} characters are screened. Nothing was read."
        ),
        clause="Own rule: what was not read is not safe",
        remedy="Leave out texts, links, tags and names that the action does not need, or split it.",
    )


def _most(name: str, figures: Mapping[str, Any]) -> int:
    figure = figures.get(name)
    return figure if isinstance(figure, int) else _MOST[name]
