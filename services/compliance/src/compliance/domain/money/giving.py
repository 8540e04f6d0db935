"""One transfer of value: what was given to whom, when, where and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from compliance.domain.money.amounts import Money
from shared.kernel.errors import InvalidValue

Kind = Literal[
    "fee", "expense", "meal", "travel", "accommodation", "registration", "sponsorship", "grant", "training", "gift",
    "research", "other",
]  # fmt: skip
"""`expense`: agreed in a service contract. `travel`, `accommodation`, `registration`, `sponsorship`: of an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedProduct:
    """The medicine a payment is about, as Open Payments asks for it."""

    name: str
    kind: Literal["Drug", "Biological", "Device", "Medical Supply"]
    covered: Literal["Covered", "Non-Covered"]
    therapeutic_area: str = ""
    ndc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """`country` is where the recipient practises, `host_country` where a meal was had; `evidence` points to a proof.

    `nature` and `form` are in the words of Open Payments, where it applies. `paid_to` names a third party that
    received the value instead of the recipient.
    """

    stakeholder_id: str
    kind: Kind
    amount: Decimal
    currency: str
    given_on: date
    country: str
    evidence: str
    action_id: str | None = None
    contract_id: str | None = None
    host_country: str | None = None
    nature: str | None = None
    form: str | None = None
    product: RelatedProduct | None = None
    paid_to: str | None = None
    travel_city: str | None = None
    travel_state: str | None = None
    travel_country: str | None = None

    def __post_init__(self) -> None:
        Money(self.amount, self.currency)
        if self.amount == 0:
            raise InvalidValue("nothing of value was given", field="amount", remedy="give the amount")
        if self.action_id is None and self.contract_id is None:
            raise InvalidValue(
                "a transfer of value belongs to an action or a contract",
                field="action_id",
                remedy="name the action or the contract it was given for",
            )
        if not self.evidence.strip():
            raise InvalidValue("nothing proves it", field="evidence", remedy="name the invoice, receipt or payment")

    @property
    def year(self) -> int:
        """The year it is disclosed for."""
        return self.given_on.year
