"""A company's own phrase list: texts and patterns that may not be said, each with its dates, countries and reason.

They are looked for in everything that goes out: own words, declaration, target and tagged profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from compliance.domain.findings import Evidence, Finding
from compliance.domain.screening.rules import Rule
from compliance.domain.screening.text.fields import Part, TextField

Kind = Literal["contains", "whole_word", "regex"]
JUDGED: frozenset[Part] = frozenset({"own", "declared", "target", "profile"})
_MOST_PLACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPhrase:
    """One entry. Its rule says id, severity, scope, dates, message and remedy; `when` is not read."""

    rule: Rule
    kind: Kind
    phrase: str


class PhraseMatcher(Protocol):
    """All phrases of a list in one pass, in time proportional to the text."""

    def find(self, field: TextField) -> Iterable[tuple[int, int, int]]:
        """(number of the phrase, start, end): every phrase that is there, in characters of the text as given."""
        ...


class ListedPhrases:
    """The phrase list of a rule set."""

    def __init__(
        self,
        entries: Sequence[ListedPhrase] = (),
        matcher: PhraseMatcher | None = None,
        among: frozenset[int] | None = None,
    ) -> None:
        """Take the entries and what finds them by their numbers; `among` leaves all others out."""
        self.entries = tuple(entries)
        self._matcher = matcher
        self._among = among

    def renamed(self, entries: Sequence[ListedPhrase]) -> ListedPhrases:
        """The same list with other rules around the same phrases."""
        return ListedPhrases(entries, self._matcher, self._among)

    def among(self, numbers: AbstractSet[int]) -> ListedPhrases:
        """The same list, of which only the entries of these numbers speak."""
        return ListedPhrases(self.entries, self._matcher, frozenset(numbers))

    def findings(self, fields: Iterable[TextField], facts: Mapping[str, Any], as_of: str) -> Iterator[Finding]:
        """One finding for each field a phrase in force and in scope stands in, at most three a phrase."""
        if self._matcher is None or (self._among is not None and not self._among):
            return
        counts: dict[int, int] = {}
        for field in fields:
            if field.part not in JUDGED:
                continue
            seen: set[int] = set()
            for number, start, end in sorted(self._matcher.find(field)):
                if self._among is not None and number not in self._among:
                    continue
                rule = self.entries[number].rule
                if number in seen or counts.get(number, 0) >= _MOST_PLACES:
                    continue
                if not rule.in_force(as_of) or not rule.scope.holds(facts):
                    continue
                seen.add(number)
                counts[number] = counts.get(number, 0) + 1
                yield _finding(rule, Evidence(field.path, start, end, field.text[start:end]))


def _finding(rule: Rule, evidence: Evidence) -> Finding:
    return Finding(
        rule_id=rule.id,
        severity=rule.severity,
        message=rule.message.replace("{quote}", evidence.quote),
        clause=rule.clause,
        remedy=rule.remedy.replace("{quote}", evidence.quote),
        evidence=evidence,
    )
