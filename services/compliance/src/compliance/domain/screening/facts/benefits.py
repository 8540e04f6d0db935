"""Benefits against a country's law on benefits to its health professionals, such as the French one.

Which country has such a law, which lines and which lead time, are rows: `authorisation_above_<kind>`,
`negligible_<kind>`, `negligible_year_<kind>`, `declaration_lead_working_days`. It follows the country of practice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.domain.screening.facts.working_days import working_days_before
from compliance.domain.screening.lexicon import Figure, Lexicon

_DAY = 10  # characters of an ISO date
_HOSPITALITY = {
    "lunch": "meal",
    "dinner": "meal",
    "meal": "meal",
    "day": "meal",
    "snack": "snack",
    "night": "night",
    "registration": "registration",
}
_DISCLOSED = {"accommodation": "night"}
_IN_TOTAL = frozenset({"meal", "snack", "night", "travel"})
_NOTHING: dict[str, Any] = {
    "regulated": False,
    "authorisation": False,
    "declaration": False,
    "undecided": False,
    "late": False,
    "declare_by": None,
    "lead": "",
    "said": "",
}


@dataclass(frozen=True, slots=True)
class _Benefit:
    """`total` is the person's total of the year, this one included; None where it is not known."""

    kind: str
    amount: float | None
    currency: str | None
    total: float | None

    @property
    def said(self) -> str:
        return f"{self.kind} of {'an unknown amount' if self.amount is None else f'{self.amount:g} {self.currency}'}"


def benefits(facts: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """`authorisation` and `declaration`: some benefit needs it; `undecided`: amount, currency or line is not known.

    `declare_by` is the last day for a declaration before the slot, None where slot or holidays are not known; `late`
    that it is over. `said` names the benefits that decide. `regulated`: the country has such a law.
    """
    country, as_of = facts["stakeholder"]["country"], facts["as_of"]
    lead = lexicon.rows("declaration_lead_working_days", as_of, country) if country else ()
    if not lead:
        return _NOTHING
    law = _Law(lexicon, as_of, country)
    told: dict[str, list[str]] = {"authorisation": [], "declaration": [], "undecided": []}
    for benefit in _benefits(facts):
        what = law.decide(benefit)
        if what:
            told[what].append(benefit.said)
    told["authorisation"].extend(law.services(facts))
    decisive = told["authorisation"] or told["undecided"] or told["declaration"]
    answer = _NOTHING | {"regulated": True, "said": ", ".join(dict.fromkeys(decisive))}
    answer |= {what: bool(said) for what, said in told.items()}
    answer["lead"] = f"{lead[0].value} working days"
    if facts["slot_start"]:
        last = working_days_before(facts["slot_start"][:_DAY], int(lead[0].value), country=country, lexicon=lexicon)
        answer |= {"declare_by": last, "late": last is not None and last < as_of}
    return answer


def _benefits(facts: Mapping[str, Any]) -> Iterator[_Benefit]:
    event: Mapping[str, Any] = facts["event"] or {}
    offered: Sequence[Mapping[str, Any]] = event.get("hospitality") or ()
    listed: Sequence[Mapping[str, Any]] = facts["transfer_of_value"]
    snacks_only = bool(offered) and all(row["kind"] == "snack" for row in offered)
    for row in listed:
        kind = _DISCLOSED.get(str(row["kind"]), str(row["kind"]))
        kind = "snack" if kind == "meal" and snacks_only else kind
        yield _Benefit(kind, row["amount"], row["currency"], row["year_to_date"])
    kinds = {row["kind"] for row in listed}
    for row in offered:
        kind = _HOSPITALITY.get(str(row["kind"]), str(row["kind"]))
        told = "meal" if kind == "snack" else "accommodation" if kind == "night" else kind
        if told not in kinds or any(each["kind"] == told and each["amount"] != row["amount"] for each in listed):
            yield _Benefit(kind, row["amount"], row["currency"], None)


class _Law:
    """The rows of one country on one day."""

    def __init__(self, lexicon: Lexicon, as_of: str, country: str) -> None:
        self._lexicon = lexicon
        self._as_of = as_of
        self._country = country

    def decide(self, benefit: _Benefit) -> str | None:
        """What the benefit needs; None where it needs nothing."""
        if benefit.amount == 0:
            return None
        line = self._row(f"authorisation_above_{benefit.kind}", benefit)
        if benefit.kind in _IN_TOTAL:
            total = self._row("authorisation_above_hospitality_total", benefit)
            if total is not None and benefit.amount is not None and benefit.amount > total.value:
                return "authorisation"
            line = line or total
        if benefit.amount is None or line is None or not line.sourced:
            return "undecided"
        if benefit.amount > line.value:
            return "authorisation"
        return None if self._negligible(benefit) else "declaration"

    def services(self, facts: Mapping[str, Any]) -> Iterator[str]:
        """Fees of a contract above a line by hour, half day or contract."""
        contract: Mapping[str, Any] = facts["contract"] or {}
        rate, hours, currency = contract.get("rate"), contract.get("hours"), contract.get("currency")
        half_day = self._lexicon.figures_on(self._as_of).get("half_day_hours")
        amounts = {"hour": rate, "contract": rate * hours if rate is not None and hours is not None else None}
        if hours is not None and half_day is not None and hours <= half_day:
            amounts["half_day"] = amounts["contract"]
        for unit, amount in amounts.items():
            line = self._row(f"authorisation_above_fee_{unit}", _Benefit("fee", amount, currency, None))
            if amount is not None and line is not None and amount > line.value:
                yield f"fee of {amount:g} {currency} per {unit.replace('_', ' ')}"

    def _negligible(self, benefit: _Benefit) -> bool:
        line = self._row(f"negligible_{benefit.kind}", benefit)
        year = self._row(f"negligible_year_{benefit.kind}", benefit)
        if line is None or year is None or benefit.amount is None or benefit.total is None:
            return False
        return benefit.amount <= line.value and benefit.total <= year.value

    def _row(self, name: str, benefit: _Benefit) -> Figure | None:
        rows = self._lexicon.rows(name, self._as_of, self._country)
        fitting = [row for row in rows if row.currency == benefit.currency]
        return min(fitting, key=lambda row: float(row.value)) if fitting else None
