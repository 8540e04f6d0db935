"""What a disclosure file is made of, and how it is written: UTF-8, stable order, no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from compliance.domain.money.amounts import Money, total
from compliance.domain.money.giving import Given
from compliance.domain.money.marks import Mark
from compliance.domain.money.recipients import Recipient

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosable:
    """A valid transfer of value in the version it has, with the mark of today."""

    transfer_id: str
    version: int
    given: Given
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a run stops, or what to know about it. `record` names the record: `recipient <id>`, `transfer <id>`."""

    severity: Literal["stops", "note"]
    record: str
    field: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One file; `problems` has those that stop it first. Totals by currency; counts are of people."""

    problems: tuple[Problem, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    individual: int
    aggregated: int
    totals: Mapping[str, Decimal]

    @property
    def stops(self) -> tuple[Problem, ...]:
        """The problems that have to be solved first."""
        return tuple(each for each in self.problems if each.severity == "stops")

    @property
    def csv(self) -> str:
        """The file."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


def cell(text: str | None) -> str:
    """Words of somebody as a cell that no spreadsheet takes for a formula."""
    words = (text or "").replace("\x00", "")
    return f"'{words}" if words.startswith(_RUN_BY_SPREADSHEETS) or words.lstrip().startswith(("=", "@")) else words


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What stops the run first, each once."""
    return tuple(dict.fromkeys(sorted(problems, key=lambda each: (each.severity != "stops", each.record, each.field))))


def person_problems(ids: Iterable[str], recipients: Mapping[str, Recipient], *, needs_basis: bool) -> Iterable[Problem]:
    """People without a record, and records without a basis for naming the person."""
    for stakeholder_id in sorted(set(ids)):
        recipient = recipients.get(stakeholder_id)
        if recipient is None:
            yield Problem(
                severity="stops",
                record=f"recipient {stakeholder_id}",
                field="full_name",
                message=f"nobody has recorded under which name {stakeholder_id} is disclosed (TOV-01)",
                remedy="record the recipient with name, place and basis",
            )
        elif needs_basis and recipient.naming is None:
            yield Problem(
                severity="stops",
                record=f"recipient {stakeholder_id}",
                field="basis",
                message=f"the record of {stakeholder_id} has no lawful basis for naming the person (TOV-04)",
                remedy="record the consent, the legitimate interest with its assessment, or that the person refused",
            )


def overpaid_problems(items: Sequence[Disclosable], agreed: Mapping[str, Money]) -> Iterable[Problem]:
    """Contracts under which more was paid than `agreed`, by contract; a note, because it has been paid (CON-02)."""
    paid: dict[str, list[Given]] = {}
    for each in items:
        contract_id = each.given.contract_id
        if each.given.kind == "fee" and contract_id is not None and contract_id in agreed:
            paid.setdefault(contract_id, []).append(each.given)
    for contract_id, fees in sorted(paid.items()):
        fee = agreed[contract_id]
        known = total(each.amount for each in fees if each.currency == fee.currency)
        if known > fee.amount or any(each.currency != fee.currency for each in fees):
            sums = ", ".join(f"{each.amount} {each.currency}" for each in fees)
            yield Problem(
                severity="note",
                record=f"contract {contract_id}",
                field="rate",
                message=f"fees of {sums} were paid; the contract agrees {fee} (CON-02)",
                remedy="let Compliance find out why, and correct what was recorded wrongly",
            )


def undecided_problems(items: Sequence[Disclosable]) -> Iterable[Problem]:
    """Transfers of which nobody knows whether they are disclosed."""
    for each in items:
        if each.mark.standing == "undecided":
            yield Problem(
                severity="stops",
                record=f"transfer {each.transfer_id}",
                field="mark",
                message=f"whether it is disclosed is not decided: {each.mark.why}",
                remedy="correct the transfer, or add the dated and sourced figure to the rules",
            )
