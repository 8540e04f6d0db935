"""A desk of the company that texts are forwarded to: drug safety, Medical Information."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from compliance.domain.hand_over import HandOverLimit

HoldUntil = Literal["handed_over", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a desk works by. `limit` holds where no country of the case has a limit of its own in `by_country`.

    `country` is where the company receives what comes through no channel of a country; None: not known. Actions about
    a post with an open case are held until that case is in the state `hold_until`.
    """

    limit: HandOverLimit
    country: str | None = None
    by_country: Mapping[str, HandOverLimit] = field(default_factory=lambda: MappingProxyType({}))
    hold_until: HoldUntil = "handed_over"

    def limit_of(self, country: str | None) -> HandOverLimit:
        """The limit that a case received in `country` has."""
        return self.by_country.get(country or "", self.limit)
