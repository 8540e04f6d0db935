"""The yearly disclosure of one country in the columns of the template of the EFPIA Code (Annex A of the Code)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from compliance.domain.money.amounts import Money, rounded, total
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

_GRANTS = "Donations and Grants to HCOs"
_SPONSORSHIP = "Sponsorship agreements with HCOs / third parties appointed by HCOs to manage an Event"
_REGISTRATION = "Registration Fees"
_TRAVEL = "Travel & Accommodation"
_FEES = "Fees"
_EXPENSES = (
    "Related expenses agreed in the fee for service or consultancy contract, including travel & accommodation "
    "relevant to the contract"
)
AMOUNTS = (_GRANTS, _SPONSORSHIP, _REGISTRATION, _TRAVEL, _FEES, _EXPENSES)
COLUMNS = (
    "Section",
    "Full Name",
    "HCPs: City of Principal Practice / HCOs: city where registered",
    "Country of Principal Practice",
    "Principal Practice Address",
    "Unique country local identifier",
    *AMOUNTS,
    "Transfers of Value re Research & Development",
    "TOTAL",
    "Currency",
)
_SUM_OF_AGGREGATE = "Aggregate amount attributable to transfers of value to such Recipients"
_NUMBER_IN_AGGREGATE = "Number of Recipients in aggregate disclosure"
_SHARE_OF_AGGREGATE = (
    "% of the number of Recipients included in the aggregate disclosure in the total number of Recipients disclosed"
)
_COLUMN_OF = {
    "grant": _GRANTS,
    "sponsorship": _SPONSORSHIP,
    "registration": _REGISTRATION,
    "travel": _TRAVEL,
    "accommodation": _TRAVEL,
    "fee": _FEES,
    "expense": _EXPENSES,
}
_ORGANISATIONS_ONLY = frozenset({"grant", "sponsorship"})
_SECTIONS = {"hcp": "HCP", "hco": "HCO"}

Lines = Mapping[str, Mapping[str, Decimal]]
"""Amounts by person and column."""


def efpia_report(
    items: Sequence[Disclosable], recipients: Mapping[str, Recipient], agreed: Mapping[str, Money]
) -> Report:
    """The report over all transfers of one country and year; those of patient organisations are disclosed apart.

    `agreed` is what the contracts named agree to pay.
    """
    reportable = [each for each in items if each.mark.standing == "reportable" and each.mark.rule_id != "TOV-03"]
    named = [each for each in reportable if each.given.kind != "research"]
    research = total(each.given.amount for each in reportable if each.given.kind == "research")
    problems = in_order(
        (
            *undecided_problems(items),
            *person_problems((each.given.stakeholder_id for each in named), recipients, needs_basis=True),
            *_misfits(named, recipients),
            *_currencies(reportable),
            *_apart(items),
            *overpaid_problems(items, agreed),
        )
    )
    currencies = sorted({each.given.currency for each in reportable})
    totals = {code: total(e.given.amount for e in reportable if e.given.currency == code) for code in currencies}
    if any(each.severity == "stops" for each in problems):
        return Report(problems=problems, columns=COLUMNS, rows=(), individual=0, aggregated=0, totals=totals)
    lines = _lines(named)
    kept = {person: recipients[person] for person in lines}
    currency = currencies[0] if currencies else ""
    named_ids = [person for person, recipient in kept.items() if recipient.naming == "individual"]
    return Report(
        problems=problems,
        columns=COLUMNS,
        rows=tuple(_rows(lines, kept, research, currency)),
        individual=len(named_ids),
        aggregated=len(kept) - len(named_ids),
        totals=totals,
    )


def _lines(items: Iterable[Disclosable]) -> Lines:
    lines: dict[str, dict[str, Decimal]] = {}
    for each in items:
        amounts = lines.setdefault(each.given.stakeholder_id, {})
        column = _COLUMN_OF[each.given.kind]
        amounts[column] = amounts.get(column, Decimal(0)) + each.given.amount
    return lines


def _rows(
    lines: Lines, recipients: Mapping[str, Recipient], research: Decimal, currency: str
) -> Iterator[tuple[str, ...]]:
    for kind, section in _SECTIONS.items():
        ours = sorted((id_ for id_ in lines if recipients[id_].kind == kind), key=lambda id_: _order(recipients, id_))
        named = [id_ for id_ in ours if recipients[id_].naming == "individual"]
        for id_ in named:
            yield _named(f"{section} individual", recipients[id_], lines[id_], currency)
        unnamed = [id_ for id_ in ours if id_ not in set(named)]
        if unnamed:
            everybody = [lines[id_] for id_ in ours]
            yield from _aggregate(f"{section} aggregate", [lines[id_] for id_ in unnamed], everybody, currency)
    if research:
        amount = rounded(research, currency)
        blank = ("",) * (len(COLUMNS) - 5)
        yield ("Research & Development", "Aggregate disclosure", *blank, amount, amount, currency)


def _order(recipients: Mapping[str, Recipient], id_: str) -> tuple[str, str]:
    return recipients[id_].full_name.casefold(), id_


def _named(section: str, who: Recipient, amounts: Mapping[str, Decimal], currency: str) -> tuple[str, ...]:
    told = (cell(who.full_name), cell(who.city), who.country, cell(who.address), cell(who.identifier))
    cells = tuple(rounded(amounts[column], currency) if column in amounts else "" for column in AMOUNTS)
    return (section, *told, *cells, "", rounded(total(amounts.values()), currency), currency)


def _aggregate(
    section: str,
    unnamed: Sequence[Mapping[str, Decimal]],
    everybody: Sequence[Mapping[str, Decimal]],
    currency: str,
) -> Iterator[tuple[str, ...]]:
    sums = {column: total(each.get(column, Decimal(0)) for each in unnamed) for column in AMOUNTS}
    counts = {column: sum(column in each for each in unnamed) for column in AMOUNTS}
    disclosed = {column: sum(column in each for each in everybody) for column in AMOUNTS}
    yield _aggregated(
        section,
        _SUM_OF_AGGREGATE,
        [rounded(sums[column], currency) if counts[column] else "" for column in AMOUNTS],
        rounded(total(sums.values()), currency),
        currency,
    )
    numbers = [str(counts[column]) if counts[column] else "" for column in AMOUNTS]
    yield _aggregated(section, _NUMBER_IN_AGGREGATE, numbers, str(len(unnamed)))
    shares = [_share(counts[column], disclosed[column]) for column in AMOUNTS]
    yield _aggregated(section, _SHARE_OF_AGGREGATE, shares, _share(len(unnamed), len(everybody)))


def _aggregated(section: str, title: str, cells: Sequence[str], whole: str, currency: str = "") -> tuple[str, ...]:
    return (section, title, "", "", "", "", *cells, "", whole, currency)


def _share(part: int, whole: int) -> str:
    return f"{(Decimal(100) * part / whole).quantize(Decimal('0.1'))}" if part else ""


def _misfits(items: Iterable[Disclosable], recipients: Mapping[str, Recipient]) -> Iterator[Problem]:
    for each in items:
        kind = each.given.kind
        who = recipients.get(each.given.stakeholder_id)
        if kind not in _COLUMN_OF:
            yield _misfit(each, f"the template has no column for a {kind}")
        elif kind in _ORGANISATIONS_ONLY and who is not None and who.kind == "hcp":
            yield _misfit(each, f"the template has no {kind} to a health professional")


def _misfit(item: Disclosable, message: str) -> Problem:
    return Problem(
        severity="stops",
        record=f"transfer {item.transfer_id}",
        field="kind",
        message=message,
        remedy="correct the transfer to what it was, such as an expense agreed in a contract",
    )


def _currencies(items: Sequence[Disclosable]) -> Iterator[Problem]:
    used = sorted({each.given.currency for each in items})
    if len(used) > 1:
        for each in items:
            yield Problem(
                severity="stops",
                record=f"transfer {each.transfer_id}",
                field="currency",
                message=f"it is in {each.given.currency}; one file has one currency, these are {', '.join(used)}",
                remedy="correct the transfers to one currency, with the rate in the evidence",
            )


def _apart(items: Sequence[Disclosable]) -> Iterator[Problem]:
    for each in items:
        if each.mark.rule_id == "TOV-03":
            yield Problem(
                severity="note",
                record=f"transfer {each.transfer_id}",
                field="kind",
                message="support of a patient organisation is disclosed apart (EFPIA Code Art. 24), not in this file",
                remedy="disclose it on the list of patient organisations",
            )
