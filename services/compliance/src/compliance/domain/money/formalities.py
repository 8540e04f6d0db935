"""What national laws ask for before an expert is paid: a declaration in time, or an authorisation above a line.

Which country has such a law is a row of the figures: `declaration_lead_working_days`. So far that is France.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.domain.money.figures import lowest, value_of
from compliance.domain.money.terms import Formality, Terms
from compliance.domain.screening.facts.working_days import working_days_before
from compliance.domain.screening.lexicon import Figure, Figures

_LINE = "authorisation_above_fee_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why a contract is refused: rule, field, what is wrong, what to do, key of the source."""

    rule_id: str
    field: str
    message: str
    remedy: str
    source: str


def missing_formalities(terms: Terms, figures: Figures, on: date) -> Iterator[Objection]:
    """What the law of the country of licence asks for and the contract does not show."""
    lead = figures.rows("declaration_lead_working_days", on.isoformat(), terms.country)
    if not lead or terms.fee == 0:
        return
    crossed, unknown = _lines(terms, figures, on)
    if unknown:
        yield _objection(
            f"the lines of {terms.country} are not known in {terms.currency}",
            "agree the fee in the currency of the country's lines",
            "rate",
        )
    elif crossed:
        yield from _authorisation(terms, crossed, figures, on)
    else:
        yield from _declaration(terms, lead[0], figures)


def _lines(terms: Terms, figures: Figures, on: date) -> tuple[tuple[str, ...], bool]:
    """The lines the fee is above, in words, and whether one of them cannot be held against it."""
    amounts: dict[str, Decimal] = {"hour": terms.rate, "contract": terms.fee}
    half_day = figures.rows("half_day_hours", on.isoformat())
    if half_day and terms.hours <= value_of(half_day[0]):
        amounts["half_day"] = terms.fee
    crossed: list[str] = []
    for unit, amount in amounts.items():
        row = lowest(figures, f"{_LINE}{unit}", on, terms.country, terms.currency)
        if row is None or not row.sourced:
            return (), True
        if amount > value_of(row):
            crossed.append(f"{amount.normalize():f} {terms.currency} per {unit.replace('_', ' ')} above {row.value}")
    return tuple(crossed), False


def _authorisation(terms: Terms, crossed: tuple[str, ...], figures: Figures, on: date) -> Iterator[Objection]:
    if any(
        each.kind == "authorisation" and each.granted_on is not None and each.granted_on <= terms.service_begins_on
        for each in _of(terms)
    ):
        return
    months = figures.rows("authorisation_answer_months", on.isoformat(), terms.country)
    wait = f", {months[0].value} months from a complete file" if months else ""
    yield _objection(
        f"the fee needs an authorisation, not only a declaration: {', '.join(crossed)}",
        f"record the authorisation granted before the service begins{wait}, or agree a lower fee",
        "formalities",
    )


def _declaration(terms: Terms, lead: Figure, figures: Figures) -> Iterator[Objection]:
    if any(each.kind == "authorisation" and each.granted_on is not None for each in _of(terms)):
        return
    begins = terms.service_begins_on.isoformat()
    last = working_days_before(begins, int(lead.value), country=terms.country, lexicon=figures)
    if last is None:
        yield _objection(
            f"the public holidays of {terms.country} before {begins} are not listed, so no deadline can be counted",
            "add the year's public holidays to the rules",
            "service_begins_on",
        )
    elif not any(each.kind == "declaration" and each.submitted_on.isoformat() <= last for each in _of(terms)):
        yield _objection(
            f"the contract is to be declared by {last}, {lead.value} working days before the service",
            "declare it in time and record the declaration, or begin the service later",
            "formalities",
        )


def _of(terms: Terms) -> Iterator[Formality]:
    return (each for each in terms.formalities if each.country == terms.country and each.reference.strip())


def _objection(message: str, remedy: str, field: str) -> Objection:
    return Objection(rule_id="CON-05", field=field, message=message, remedy=remedy, source="T6, T7")
