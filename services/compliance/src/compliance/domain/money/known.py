"""A contract as the facts of actions have it."""

from __future__ import annotations

from compliance.domain.contract_facts import KnownContract
from compliance.domain.money.contract import Contract


def known_contract(contract: Contract, need: str | None) -> KnownContract:
    """What the gate knows of `contract`; `need` is the text of its needs assessment."""
    terms, ground, signature = contract.details.terms, contract.details.ground, contract.details.signature
    return KnownContract(
        contract_id=contract.record_id,
        stakeholder_id=terms.stakeholder_id,
        state=contract.state,
        facts={
            "signed_on": None if signature is None else signature.signed_on.isoformat(),
            "need": need,
            "rate": float(terms.rate),  # the snapshot's own type; amounts here are decimals everywhere else
            "hours": float(terms.hours),
            "currency": terms.currency,
            "fair_market_value_max_rate": None if ground is None else float(ground.highest_rate),
            "declares_publicly": terms.declares_publicly,
        },
    )
