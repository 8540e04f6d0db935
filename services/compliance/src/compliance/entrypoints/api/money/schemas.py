"""What the routes of money take. Amounts are decimals as text, never numbers; unknown fields are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from compliance.domain.money.bands import Band
from compliance.domain.money.contract import Signature
from compliance.domain.money.giving import Given, Kind, RelatedProduct
from compliance.domain.money.marks import RecipientKind
from compliance.domain.money.needs import Need
from compliance.domain.money.recipients import Basis, Recipient
from compliance.domain.money.terms import DueDiligence, Formality, Terms
from compliance.entrypoints.api.schemas import NO_NUL, Country, Taken

_PATTERN = r"^\d{1,13}(\.\d{1,4})?$"


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError('an amount is text, such as "12.50"')  # noqa: TRY004 - pydantic reports ValueError
    return value


Amount = Annotated[
    str, BeforeValidator(_text), Field(pattern=_PATTERN), WithJsonSchema({"type": "string", "pattern": _PATTERN})
]
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Text = Annotated[str, Field(max_length=2_000, pattern=NO_NUL)]
Reason = Annotated[str, Field(max_length=2_000, pattern=NO_NUL, description="why; a blank one is refused")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217")]
Number = Annotated[int, Field(ge=1, le=10_000)]


class Why(Taken):
    reason: Reason


class BandBody(Taken):
    country: Country
    specialty: Word
    tier: Word
    low: Amount
    high: Amount
    currency: Currency
    valid_from: date
    valid_until: date | None = None
    source: Word
    reason: Reason

    def band(self, by: str) -> Band:
        told = self.model_dump(exclude={"reason", "low", "high"})
        return Band(**told, low=Decimal(self.low), high=Decimal(self.high), written_by=(by,))


class NeedBody(Taken):
    title: Word
    need: Annotated[str, Field(min_length=1, max_length=5_000, pattern=NO_NUL)]
    criteria: Annotated[str, Field(min_length=1, max_length=5_000, pattern=NO_NUL)]
    experts_needed: Number
    experts_planned: Number
    reason: Reason

    def of(self) -> Need:
        return Need(**self.model_dump(exclude={"reason"}))


class FormalityBody(Taken):
    kind: Literal["declaration", "authorisation"]
    country: Country
    reference: Word
    submitted_on: date
    granted_on: date | None = None


class DueDiligenceBody(Taken):
    looked_by: Word
    looked_on: date
    period_from: date
    period_until: date
    result: Literal["nothing_found", "found"]
    conclusion: Text = ""


class TermsBody(Taken):
    """The whole terms: a revision takes their place. What is null is not known, which is never safe."""

    stakeholder_id: Word
    needs_assessment_id: Word
    country: Country
    specialty: Word
    tier: Word
    services: Annotated[str, Field(min_length=1, max_length=5_000, pattern=NO_NUL)]
    hours: Amount
    rate: Amount
    currency: Currency
    service_begins_on: date
    service_ends_on: date
    declares_publicly: bool | None = None
    digital_opinion_leader: bool | None = None
    due_diligence: DueDiligenceBody | None = None
    formalities: Annotated[tuple[FormalityBody, ...], Field(max_length=20)] = ()
    reason: Reason

    def terms(self) -> Terms:
        apart = {"reason", "hours", "rate", "due_diligence", "formalities"}
        look = self.due_diligence
        return Terms(
            **self.model_dump(exclude=apart),
            hours=Decimal(self.hours),
            rate=Decimal(self.rate),
            due_diligence=None if look is None else DueDiligence(**look.model_dump()),
            formalities=tuple(Formality(**each.model_dump()) for each in self.formalities),
        )


class SignatureBody(Taken):
    signed_on: date
    for_company: Word
    for_expert: Word
    reason: Reason

    def signature(self) -> Signature:
        return Signature(**self.model_dump(exclude={"reason"}))


class BasisBody(Taken):
    kind: Literal["consent", "legitimate_interest", "legal_obligation", "refused"]
    reference: Text
    since: date


class RecipientBody(Taken):
    """The whole record: a revision takes its place. `basis` null: none is on file, and a disclosure run stops."""

    stakeholder_id: Word
    kind: RecipientKind
    country: Country
    full_name: Word
    first_name: Text = ""
    middle_name: Text = ""
    last_name: Text = ""
    city: Text = ""
    address: Text = ""
    state: Text = ""
    postal_code: Text = ""
    identifier: Text = ""
    npi: Annotated[str, Field(pattern=r"^(\d{10})?$")] = ""
    covered_type: Text = ""
    primary_type: Text = ""
    specialty: Text = ""
    licence_states: Annotated[tuple[Annotated[str, Field(pattern="^[A-Z]{2}$")], ...], Field(max_length=5)] = ()
    owns_interest: bool | None = None
    basis: BasisBody | None = None
    reason: Reason

    def recipient(self) -> Recipient:
        basis = None if self.basis is None else Basis(**self.basis.model_dump())
        return Recipient(**self.model_dump(exclude={"reason", "basis"}), basis=basis)


class ProductBody(Taken):
    name: Word
    kind: Literal["Drug", "Biological", "Device", "Medical Supply"]
    covered: Literal["Covered", "Non-Covered"]
    therapeutic_area: Text = ""
    ndc: Text = ""


class GivenBody(Taken):
    """What was given; `evidence` points to invoice, receipt or payment. A correction takes the place of all of it."""

    stakeholder_id: Word
    kind: Kind
    amount: Amount
    currency: Currency
    given_on: date
    country: Country
    evidence: Word
    action_id: Word | None = None
    contract_id: Word | None = None
    host_country: Country | None = None
    nature: Word | None = None
    form: Word | None = None
    product: ProductBody | None = None
    paid_to: Word | None = None
    travel_city: Word | None = None
    travel_state: Word | None = None
    travel_country: Word | None = None
    reason: Reason

    def given(self) -> Given:
        product = None if self.product is None else RelatedProduct(**self.product.model_dump())
        told = self.model_dump(exclude={"reason", "amount", "product"})
        return Given(**told, amount=Decimal(self.amount), product=product)


class RunBody(Taken):
    regime: Literal["efpia", "open_payments"]
    country: Country
    year: Annotated[int, Field(ge=2013, le=2100)]
    reason: Reason
