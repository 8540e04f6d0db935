"""A contract that an action names by id: the gate's own facts of it take the place of what was submitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.domain.findings import Evidence, Finding

CONTRACT_FACTS = (
    "signed_on",
    "need",
    "rate",
    "hours",
    "currency",
    "fair_market_value_max_rate",
    "declares_publicly",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownContract:
    """One contract here. `facts` by the names of `CONTRACT_FACTS`, as JSON values of the ActionSnapshot."""

    contract_id: str
    stakeholder_id: str
    state: str
    facts: Mapping[str, Any]


def named_contract(snapshot: Mapping[str, Any]) -> str | None:
    """The id of the contract that a snapshot names, None where it names none."""
    contract: Mapping[str, Any] = snapshot.get("contract") or {}
    return contract.get("id")


def resolved_contract(submitted: Mapping[str, Any], known: KnownContract | None) -> dict[str, Any]:
    """The contract of the snapshot with our facts in it; of one we do not know, nothing is known."""
    ours: Mapping[str, Any] = {} if known is None else known.facts
    return {**submitted, **{name: ours.get(name) for name in CONTRACT_FACTS}}


def contract_findings(contract_id: str, person: str | None, known: KnownContract | None) -> Iterator[Finding]:
    """Why the contract carries no action: nobody knows it, it is somebody else's, or it is not active."""
    wrong = _wrong(contract_id, person, known)
    if wrong is not None:
        message, remedy = wrong
        yield Finding(
            rule_id="GATE-CONTRACT",
            severity="block",
            message=message,
            remedy=remedy,
            evidence=Evidence("contract.id"),
        )


def _wrong(contract_id: str, person: str | None, known: KnownContract | None) -> tuple[str, str] | None:
    if known is None:
        return f"there is no contract {contract_id}", "name a contract of the gate, or state its facts without an id"
    if person is not None and known.stakeholder_id != person:
        return "the contract is with somebody else", "name the contract with this person"
    if known.state != "active":
        return f"the contract is {known.state}, not active", "have it agreed and signed, or name the one that is active"
    return None
