"""What an action gave is recorded when its executor reports that it was done: once for each kind, naming the action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.application.gate import Gate
from compliance.application.money.giving import record_within
from compliance.application.money.ports import Means
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.caps.costs import Piece, costs_of
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.money.giving import Given
from shared.contracts.planner import ActionCompletedV1

UNKNOWN_COUNTRY = "ZZ"
"""Of ISO 3166-1 for private use: no disclosure rule fits it, so the transfer stands undecided and a run stops on it."""


async def record_given(event: ActionCompletedV1, uow: UnitOfWork, *, gate: Gate) -> None:
    """Record what the done action was approved to give; the caller holds the person's lock and commits.

    Nothing where somebody has recorded that kind for this action, or it was recorded before, also when voided since.
    """
    case = await uow.cases.get(event.action_id)
    if case is None or case.permit_id != event.permit_id:
        return
    submission, judged = case.submission, case.judgement
    resolved = submission.snapshot if judged is None else judged.resolved
    pieces = costs_of(resolved)
    if not pieces:
        return
    occasion = Occasion(by=SYSTEM, at=gate.clock.now(), why=f"action {event.action_id} is done")
    valid = await uow.money.transfers.of_person_for_update(submission.stakeholder_id)
    told = {
        (each.details.given.kind, each.details.given.currency)
        for each in valid
        if each.details.given.action_id == event.action_id
    }
    for number, piece in enumerate(pieces, 1):
        transfer_id = f"{event.action_id}.{number}"
        if (piece.kind, piece.currency) in told or await uow.money.transfers.get(transfer_id) is not None:
            continue
        given = await _given(piece, event, resolved, submission.stakeholder_id, uow)
        await record_within(given, transfer_id, occasion, uow=uow, means=_means(gate))


async def _given(
    piece: Piece, event: ActionCompletedV1, resolved: Mapping[str, Any], person: str, uow: UnitOfWork
) -> Given:
    known = await uow.people.get(person)
    stated: Mapping[str, Any] = resolved.get("stakeholder") or {}
    country = (None if known is None else known.facts.get("country")) or stated.get("country")
    about: Mapping[str, Any] = resolved.get("event") or {}
    kind: Any = piece.kind
    return Given(
        stakeholder_id=person,
        kind=kind,
        amount=piece.amount,
        currency=piece.currency,
        given_on=event.completed_at.date(),
        country=country or UNKNOWN_COUNTRY,
        evidence=event.evidence_url or f"reported done under permit {event.permit_id}",
        action_id=event.action_id,
        contract_id=await _own_contract(piece.contract_id, person, uow),
        host_country=about.get("country") if piece.kind == "meal" else None,
    )


async def _own_contract(contract_id: str | None, person: str, uow: UnitOfWork) -> str | None:
    contract = None if contract_id is None else await uow.money.contracts.get(contract_id)
    return contract_id if contract is not None and contract.details.terms.stakeholder_id == person else None


def _means(gate: Gate) -> Means:
    return Means(
        clock=gate.clock,
        new_id=gate.new_id,
        figures=gate.figures,
        rule_set=gate.rule_set,
        company=str(gate.company["name"]),
    )
