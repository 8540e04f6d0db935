"""Clauses in which nobody tells of a reaction to the medicine: before it, without it, its leaflet, helped by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compliance.domain.findings import Evidence
from compliance.domain.screening.text.said import Said

_SHORT_WAY = 9
_EVERYWHERE = 0


@dataclass(frozen=True, slots=True)
class OfNobody:
    """`clauses` by number; in those of `until`, what stands from that character on is told after all."""

    clauses: frozenset[int]
    until: Mapping[int, int]

    def holds(self, said: Said) -> bool:
        """Whether what was said happened to nobody because of the medicine."""
        return said.clause in self.clauses and said.start < self.until.get(said.clause, said.end)


def clauses_of_nobody(labels: Mapping[str, Sequence[Said]], named: Sequence[Evidence]) -> OfNobody:
    """The clauses of one text, from its listed phrases and the places of its medicines' names.

    A leaflet is nobody's only where nobody speaks of themselves; help is only that where nothing is said against it.
    """
    if any(labels.get("not_taken", ())):
        return OfNobody(_all_clauses(labels), {})
    against, persons = _clauses(labels, "contrast"), _clauses(labels, "first_person")
    before = _before_a_name(labels, named)
    now = {each.clause: each.start for each in reversed(labels.get("now", ())) if each.clause in before}
    helped = _clauses(labels, "worked")
    turned = {clause: start for clause, start in now.items() if clause not in helped}
    return OfNobody(frozenset(before | (_clauses(labels, "leaflet") - persons) | (helped - against)), turned)


def _before_a_name(labels: Mapping[str, Sequence[Said]], named: Sequence[Evidence]) -> frozenset[int]:
    words = labels.get("before_name", ())
    return frozenset(each.clause for each in words if any(0 <= name.start - each.end < _SHORT_WAY for name in named))


def _clauses(labels: Mapping[str, Iterable[Said]], label: str) -> frozenset[int]:
    return frozenset(each.clause for each in labels.get(label, ()))


def _all_clauses(labels: Mapping[str, Iterable[Said]]) -> frozenset[int]:
    return frozenset(each.clause for said in labels.values() for each in said)
