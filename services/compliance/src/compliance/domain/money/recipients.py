"""The record under which somebody is disclosed: name, place, identifiers, and the basis for naming them (TOV-04)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from compliance.domain.events import Occasion
from compliance.domain.money.marks import RecipientKind
from compliance.domain.records import Record, RecordChanged
from shared.kernel.errors import InvalidValue

Naming = Literal["individual", "aggregate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """On what a person is named, or that they refused; `reference` is the consent, assessment or refusal on file."""

    kind: Literal["consent", "legitimate_interest", "legal_obligation", "refused"]
    reference: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person or organisation as disclosed. `covered_type` is in the words of Open Payments.

    `identifier` is the country's own, or the CCN of a teaching hospital; an empty text is not known.
    """

    stakeholder_id: str
    kind: RecipientKind
    country: str
    full_name: str
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    city: str = ""
    address: str = ""
    state: str = ""
    postal_code: str = ""
    identifier: str = ""
    npi: str = ""
    covered_type: str = ""
    primary_type: str = ""
    specialty: str = ""
    licence_states: tuple[str, ...] = ()
    owns_interest: bool | None = None
    basis: Basis | None = None

    @property
    def naming(self) -> Naming | None:
        """How they are disclosed; None where no basis is on file, which is not the same as a refusal."""
        if self.kind != "hcp":
            return "individual"
        if self.basis is None or not self.basis.reference.strip():
            return None
        return "aggregate" if self.basis.kind == "refused" else "individual"


class RecipientChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "recipient"


class RecipientRecorded(RecipientChanged):
    """We know under which name somebody is disclosed."""


class RecipientRevised(RecipientChanged):
    """The record says something else now."""


class RecipientErased(RecipientChanged):
    """Name, place and identifiers are gone; values stay and are disclosed in the aggregate."""


class DisclosedRecipient(Record[Recipient]):
    """`recorded → erased`, one for each stakeholder."""

    @classmethod
    def of(cls, recipient_id: str, recipient: Recipient, occasion: Occasion) -> DisclosedRecipient:
        """A record of somebody we have none of."""
        record = cls(recipient_id, recipient, state="recorded")
        record._begin(RecipientRecorded, occasion)
        return record

    def revise(self, recipient: Recipient, occasion: Occasion) -> None:
        """Another record of the same person. Raises InvalidValue for somebody else's."""
        self._ensure("recorded", to="revised")
        if recipient.stakeholder_id != self.details.stakeholder_id:
            raise InvalidValue("a record stays with its person", field="stakeholder_id", remedy="record the other one")
        self._change(RecipientRevised, occasion, details=recipient)

    def erase(self, occasion: Occasion) -> None:
        """Forget who it is. Where a law demands the disclosure, the record stays (GDPR Art. 17(3)(b))."""
        basis = self.details.basis
        if self.state == "erased" or (basis is not None and basis.kind == "legal_obligation"):
            return
        gone = Recipient(
            stakeholder_id=self.details.stakeholder_id,
            kind=self.details.kind,
            country=self.details.country,
            full_name="",
            basis=Basis(kind="refused", reference="erasure", since=occasion.at.date()),
        )
        self._change(RecipientErased, occasion, state="erased", details=gone)

    @property
    def person(self) -> str | None:
        return self.details.stakeholder_id

    def said(self) -> Mapping[str, Any]:
        basis = self.details.basis
        return {
            "kind": self.details.kind,
            "country": self.details.country,
            "basis": None if basis is None else basis.kind,
            "naming": self.details.naming,
        }
