"""Payments of one programme year as the general payments file of Open Payments.

What the programme assigns itself (profile and record ids, dispute status, publication date) stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from compliance.domain.money.amounts import Money, rounded, total
from compliance.domain.money.giving import Given
from compliance.domain.money.open_payments_words import COLUMNS, COVERED_TYPES, FORMS, HOSPITAL, NATURES, PRODUCT
from compliance.domain.money.recipients import Recipient
from compliance.domain.money.reports import (
    Disclosable,
    Problem,
    Report,
    cell,
    in_order,
    overpaid_problems,
    person_problems,
    undecided_problems,
)

_NATURE_OF = {
    "meal": "Food and Beverage",
    "travel": "Travel and Lodging",
    "accommodation": "Travel and Lodging",
    "gift": "Gift",
}
_COUNTRY = "United States"
_TRAVEL = "Travel and Lodging"


def open_payments_report(
    items: Sequence[Disclosable], recipients: Mapping[str, Recipient], agreed: Mapping[str, Money], company: str
) -> Report:
    """The report over all payments of one programme year; research payments have a file of their own.

    `agreed` is what the contracts named agree to pay, `company` the name of who pays.
    """
    reportable = [each for each in items if each.mark.standing == "reportable"]
    general = [each for each in reportable if each.given.kind != "research"]
    problems = in_order(
        (
            *undecided_problems(items),
            *person_problems((each.given.stakeholder_id for each in general), recipients, needs_basis=False),
            *_unfit_people(general, recipients),
            *_unfit_payments(general),
            *_research(reportable),
            *overpaid_problems(items, agreed),
        )
    )
    totals = {"USD": total(each.given.amount for each in general if each.given.currency == "USD")} if general else {}
    if any(each.severity == "stops" for each in problems):
        return Report(problems=problems, columns=COLUMNS, rows=(), individual=0, aggregated=0, totals=totals)
    ordered = sorted(general, key=lambda each: (_order(recipients[each.given.stakeholder_id]), _moment(each)))
    return Report(
        problems=problems,
        columns=COLUMNS,
        rows=tuple(_row(each.given, recipients[each.given.stakeholder_id], company) for each in ordered),
        individual=len({each.given.stakeholder_id for each in general}),
        aggregated=0,
        totals=totals,
    )


def _order(who: Recipient) -> tuple[str, str, str]:
    return who.npi or who.identifier, who.last_name, who.full_name


def _moment(item: Disclosable) -> tuple[str, str]:
    return item.given.given_on.isoformat(), item.transfer_id


def _row(given: Given, who: Recipient, company: str) -> tuple[str, ...]:
    known = {**_recipient(who), **_payment(given, company), **_product(given)}
    return tuple(known.get(column, "") for column in COLUMNS)


def _recipient(who: Recipient) -> Mapping[str, str]:
    place = {
        "Covered_Recipient_Type": who.covered_type,
        "Recipient_Primary_Business_Street_Address_Line1": cell(who.address),
        "Recipient_City": cell(who.city),
        "Recipient_State": cell(who.state),
        "Recipient_Zip_Code": cell(who.postal_code),
        "Recipient_Country": _COUNTRY,
    }
    if who.covered_type == HOSPITAL:
        return {**place, "Teaching_Hospital_CCN": cell(who.identifier), "Teaching_Hospital_Name": cell(who.full_name)}
    states = {f"Covered_Recipient_License_State_code{at}": cell(code) for at, code in enumerate(who.licence_states, 1)}
    return {
        **place,
        **states,
        "Covered_Recipient_NPI": cell(who.npi),
        "Covered_Recipient_First_Name": cell(who.first_name),
        "Covered_Recipient_Middle_Name": cell(who.middle_name),
        "Covered_Recipient_Last_Name": cell(who.last_name),
        "Covered_Recipient_Primary_Type_1": cell(who.primary_type),
        "Covered_Recipient_Specialty_1": cell(who.specialty),
        "Physician_Ownership_Indicator": "Yes" if who.owns_interest else "No",
    }


def _payment(given: Given, company: str) -> Mapping[str, str]:
    third_party = given.paid_to is not None
    return {
        "Change_Type": "NEW",
        "Submitting_Applicable_Manufacturer_or_Applicable_GPO_Name": cell(company),
        "Applicable_Manufacturer_or_Applicable_GPO_Making_Payment_Name": cell(company),
        "Total_Amount_of_Payment_USDollars": rounded(given.amount, given.currency),
        "Date_of_Payment": given.given_on.strftime("%m/%d/%Y"),
        "Number_of_Payments_Included_in_Total_Amount": "1",
        "Form_of_Payment_or_Transfer_of_Value": given.form or "",
        "Nature_of_Payment_or_Transfer_of_Value": _nature(given) or "",
        "City_of_Travel": cell(given.travel_city),
        "State_of_Travel": cell(given.travel_state),
        "Country_of_Travel": cell(given.travel_country),
        "Third_Party_Payment_Recipient_Indicator": "Entity" if third_party else "No Third Party Payment",
        "Name_of_Third_Party_Entity_Receiving_Payment_or_Transfer_of_Value": cell(given.paid_to),
        "Delay_in_Publication_Indicator": "No",
        "Related_Product_Indicator": "No" if given.product is None else "Yes",
        "Program_Year": str(given.year),
    }


def _product(given: Given) -> Mapping[str, str]:
    product = given.product
    if product is None:
        return {}
    cells = (product.covered, product.kind, cell(product.therapeutic_area), cell(product.name), cell(product.ndc), "")
    return {f"{name}_1": told for name, told in zip(PRODUCT, cells, strict=True)}


def _nature(given: Given) -> str | None:
    return given.nature or _NATURE_OF.get(given.kind)


def _unfit_people(items: Sequence[Disclosable], recipients: Mapping[str, Recipient]) -> Iterator[Problem]:
    for stakeholder_id in sorted({each.given.stakeholder_id for each in items}):
        who = recipients.get(stakeholder_id)
        for field, what in () if who is None else _missing(who):
            yield Problem(
                severity="stops",
                record=f"recipient {stakeholder_id}",
                field=field,
                message=f"the record of {stakeholder_id} lacks {what}",
                remedy="complete the recipient's record",
            )


def _missing(who: Recipient) -> Iterator[tuple[str, str]]:
    if who.covered_type not in COVERED_TYPES:
        yield "covered_type", f"its covered recipient type: one of {', '.join(COVERED_TYPES)}"
    wanted = {"address": "its address", "city": "its city", "state": "its state", "postal_code": "its zip code"}
    if who.covered_type == HOSPITAL:
        wanted |= {"full_name": "its name", "identifier": "its CCN"}
    else:
        wanted |= {
            "first_name": "a first name",
            "last_name": "a last name",
            "npi": "the NPI",
            "primary_type": "the primary type",
            "specialty": "the specialty",
        }
        if who.owns_interest is None:
            yield "owns_interest", "whether the person holds an interest in the company"
        if not who.licence_states:
            yield "licence_states", "a state of licence"
    for field, what in wanted.items():
        if not str(getattr(who, field)).strip():
            yield field, what


def _unfit_payments(items: Sequence[Disclosable]) -> Iterator[Problem]:
    for each in items:
        for field, message, remedy in _unfit(each.given):
            yield Problem(
                severity="stops",
                record=f"transfer {each.transfer_id}",
                field=field,
                message=message,
                remedy=remedy,
            )


def _unfit(given: Given) -> Iterator[tuple[str, str, str]]:
    nature = _nature(given)
    if given.currency != "USD":
        yield "currency", f"it is in {given.currency}", "correct it to USD, with the rate in the evidence"
    if nature not in NATURES:
        yield "nature", "its nature is not one of the programme's", f"correct it to one of: {'; '.join(NATURES)}"
    if given.form not in FORMS:
        yield "form", "its form is not one of the programme's", f"correct it to one of: {'; '.join(FORMS)}"
    if nature == _TRAVEL and not (given.travel_city and given.travel_country):
        yield "travel_city", "where the travel went is not known", "correct it with city and country"


def _research(items: Sequence[Disclosable]) -> Iterator[Problem]:
    for each in items:
        if each.given.kind == "research":
            yield Problem(
                severity="note",
                record=f"transfer {each.transfer_id}",
                field="kind",
                message="research payments are submitted in a file of their own, not in this one",
                remedy="submit it in the research payments file",
            )
