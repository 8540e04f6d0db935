"""What a wording says, for whom, and until when: what its signatories sign."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import islice, product
from typing import Any

from compliance.domain.wordings.errors import WordingRefused
from compliance.domain.wordings.variables import KnownFacts, Variable, hidden, pieces, value_of
from shared.kernel.errors import DomainError

WITHOUT_TARGET = frozenset({"post", "thank", "message", "needs_survey"})
"""Types of actions that need no target, event, contract or benefit: those are weighed one by one."""
MOST_RENDERINGS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingContent:
    """`text`, and `declaration` where there is one, hold variables as `{name}`; hashtags are fixed.

    It fits only actions of these types, audiences, people's types and countries, from the first to the last of its
    days (UTC, both included). `language` says what its signatories read (BCP 47).
    """

    name: str
    language: str
    action_types: frozenset[str]
    audiences: frozenset[str]
    person_types: frozenset[str]
    countries: frozenset[str]
    valid_from: date
    valid_until: date
    text: str
    declaration: str | None = None
    hashtags: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """JSON values in one order, so that equal contents have equal hashes."""
        return {
            "name": self.name,
            "language": self.language,
            "action_types": sorted(self.action_types),
            "audiences": sorted(self.audiences),
            "person_types": sorted(self.person_types),
            "countries": sorted(self.countries),
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "text": self.text,
            "declaration": self.declaration,
            "hashtags": list(self.hashtags),
            "variables": [{**asdict(each), "choices": list(each.choices)} for each in self.variables],
        }

    @property
    def templates(self) -> Mapping[str, str]:
        """What is published, by field."""
        return {"text": self.text} if self.declaration is None else {"text": self.text, "declaration": self.declaration}

    def is_in_date(self, at: datetime) -> bool:
        """Whether it may be used at `at`."""
        return self.valid_from <= at.astimezone(UTC).date() <= self.valid_until

    def is_over(self, at: datetime) -> bool:
        """Whether its last day has passed."""
        return at.astimezone(UTC).date() > self.valid_until

    def check(self, longest_months: int, at: datetime) -> None:
        """Raises WordingRefused for whatever a signature could not vouch for."""
        refused = tuple(
            DomainError(message, field=field)
            for field, message in (*self._objections(), *self._dates(longest_months, at))
        )
        if refused:
            raise WordingRefused(
                f"this cannot be approved in advance: {refused[0].message}",
                remedy="say exactly what may go out, to whom, and until when",
                parts=refused,
            )

    def renderings(self, facts: KnownFacts) -> Sequence[Mapping[str, str]]:
        """What it can become with these facts: all choices together where they are few, else each choice once."""
        chosen = [variable for variable in self.variables if variable.kind == "choice"]
        known = {each.name: value_of(each, facts) or "" for each in self.variables}
        combined = [
            dict(zip([each.name for each in chosen], values, strict=True))
            for values in islice(product(*(each.choices for each in chosen)), MOST_RENDERINGS)
        ]
        once = [{each.name: choice} for each in chosen for choice in each.choices]
        first = {each.name: each.choices[0] for each in chosen}
        return [self._rendered({**known, **first, **picked}) for picked in (*combined, *once)]

    def _rendered(self, values: Mapping[str, str]) -> dict[str, str]:
        return {
            field: "".join(fixed + values.get(name or "", "") for fixed, name in pieces(template))
            for field, template in self.templates.items()
        }

    def _objections(self) -> Iterator[tuple[str, str]]:
        if with_target := sorted(self.action_types - WITHOUT_TARGET):
            yield "action_types", f"{', '.join(with_target)}: only {', '.join(sorted(WITHOUT_TARGET))} have no target"
        for field in ("action_types", "audiences", "person_types", "countries"):
            if not getattr(self, field):
                yield field, f"name at least one of {field}"
        names = [each.name for each in self.variables]
        for at, variable in enumerate(self.variables):
            for objection in variable.objections():
                yield f"variables[{at}]", objection
            if names.count(variable.name) > 1:
                yield f"variables[{at}]", f"{variable.name} is described twice"
        yield from self._objections_to_texts(frozenset(names))

    def _objections_to_texts(self, names: frozenset[str]) -> Iterator[tuple[str, str]]:
        used: set[str] = set()
        for field, template in self.templates.items():
            parts = pieces(template)
            used |= {name for _, name in parts if name is not None}
            if not template.strip() or template != template.strip():
                yield field, "the text is empty, or begins or ends with white space"
            if hidden(template) or any("{" in fixed or "}" in fixed for fixed, _ in parts):
                yield field, "characters that are not seen as they are, or a brace that names no variable"
            if not any(fixed.strip() for fixed, _ in parts):
                yield field, "nothing but variables: there is nothing to sign"
        for name in sorted(used - names):
            yield "variables", f"{{{name}}} is not described"
        for name in sorted(names - used):
            yield "variables", f"{name} stands nowhere in the text"
        if any(hidden(each) or not each.strip() for each in self.hashtags):
            yield "hashtags", "a hashtag is a visible text"

    def _dates(self, longest_months: int, at: datetime) -> Iterator[tuple[str, str]]:
        if self.valid_until < self.valid_from or self.is_over(at):
            yield "valid_until", "it ends before it begins, or has ended"
        if self.valid_until > _later(self.valid_from, longest_months):
            yield "valid_until", f"a wording is approved for {longest_months} months at most; then people read it anew"


def _later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
