"""Payments: what the US disclosure programme records, and what a service costs against its contract and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.screening.lexicon import Figure, Lexicon

_NOTHING: dict[str, Any] = {"given": False, "recorded": False, "undecided": False, "said": "", "limits_said": ""}
_NO_FEE: dict[str, Any] = {
    "paid": False,
    "above_contract": False,
    "above_year": False,
    "near_year": False,
    "undecided": False,
    "said": "",
    "year_said": "",
}


def disclosure(facts: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """Transfers of value against the thresholds of the country of practice (`disclosed_single`, `disclosed_year`).

    `recorded`: one of them is reached, or the year's total is above its threshold. `undecided`: amount, currency,
    total or a sourced row of the year is not known. Without rows for the country nothing is `given`.
    """
    country, as_of = facts["stakeholder"]["country"], facts["as_of"]
    if not facts["transfer_of_value"] or country is None or not _has_programme(lexicon, country):
        return _NOTHING
    single, year = (_row(lexicon, name, as_of, country) for name in ("disclosed_single", "disclosed_year"))
    answer = _NOTHING | {"given": True}
    if single is None or year is None or not (single.sourced and year.sourced):
        return answer | {"undecided": True, "said": "no sourced thresholds for this year"}
    said: list[str] = []
    for row in facts["transfer_of_value"]:
        amount, total = row["amount"], row["year_to_date"]
        known = amount is not None and row["currency"] == single.currency
        if known and (amount >= single.value or (total is not None and total > year.value)):
            answer["recorded"] = True
        elif not known or total is None:
            answer["undecided"] = True
        said.append(f"{row['kind']} {'?' if amount is None else f'{amount:g}'} {row['currency'] or ''}".rstrip())
    limits = f"{single.value:g} {single.currency} each, {year.value:g} {year.currency} a year"
    return answer | {"said": ", ".join(said), "limits_said": limits}


def remuneration(facts: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """Fees against the contract's rate times hours, and against the company's own `yearly_cap_fees`, where it has one.

    `near_year` begins at the share `yearly_cap_noted_share`. `undecided`: the amount of a fee, or the year's total
    against a cap, is not known.
    """
    fees = [row for row in facts["transfer_of_value"] if row["kind"] == "fee"]
    contract: Mapping[str, Any] = facts["contract"] or {}
    if not fees and contract.get("rate") is None:
        return _NO_FEE
    agreed = _product(contract.get("rate"), contract.get("hours"))
    answer = _NO_FEE | {"paid": True}
    known = [row["amount"] for row in fees if row["amount"] is not None]
    answer["undecided"] = len(known) < len(fees)
    if agreed is not None and sum(known) > agreed:
        answer |= {"above_contract": True, "said": f"{sum(known):g} against {agreed:g} {contract.get('currency')}"}
    return answer | _year(facts, fees, agreed, lexicon, undecided=answer["undecided"])


def _year(
    facts: Mapping[str, Any],
    fees: Sequence[Mapping[str, Any]],
    agreed: float | None,
    lexicon: Lexicon,
    *,
    undecided: bool,
) -> dict[str, Any]:
    contract: Mapping[str, Any] = facts["contract"] or {}
    currency = fees[0]["currency"] if fees else contract.get("currency")
    country = facts["stakeholder"]["country"]
    caps = [*lexicon.rows("yearly_cap_fees", facts["as_of"], country), *lexicon.rows("yearly_cap_fees", facts["as_of"])]
    fitting = [row for row in caps if row.currency == currency]
    totals = [row["year_to_date"] for row in fees] or [agreed]
    if not caps:
        return {}
    if not fitting or None in totals:
        return {"undecided": True}
    cap = min(fitting, key=lambda row: float(row.value))
    total = max(each for each in totals if each is not None)
    share = lexicon.figures_on(facts["as_of"]).get("yearly_cap_noted_share", 0)
    said = f"{total:g} {currency} of {cap.value:g} {cap.currency} in the year"
    above = total > cap.value
    return {
        "above_year": above,
        "near_year": not above and total > share * cap.value,
        "undecided": undecided,
        "year_said": said,
    }


def _has_programme(lexicon: Lexicon, country: str) -> bool:
    return any(figure.name == "disclosed_single" and figure.country == country for figure in lexicon.figures)


def _row(lexicon: Lexicon, name: str, as_of: str, country: str | None) -> Figure | None:
    rows = lexicon.rows(name, as_of, country)
    return min(rows, key=lambda row: float(row.value)) if rows else None


def _product(rate: float | None, hours: float | None) -> float | None:
    return None if rate is None or hours is None else rate * hours
