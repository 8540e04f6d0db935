"""A contract with an expert: agreed by two people, signed before the service begins (EFPIA Code Art. 15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from compliance.domain.events import Occasion
from compliance.domain.money.errors import ContractRefused
from compliance.domain.money.formalities import Objection
from compliance.domain.money.objections import ensure_unopposed
from compliance.domain.money.terms import Terms
from compliance.domain.records import Record, RecordChanged, ensure_second_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """When both signed, and who signed for each."""

    signed_on: date
    for_company: str
    for_expert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the fee was held against when it was agreed: band, its highest rate, hash of the rules in use."""

    band_id: str
    highest_rate: Decimal
    rule_set: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFile:
    """Terms with who wrote them, who agreed on what ground, and the signature."""

    terms: Terms
    written_by: tuple[str, ...]
    agreed_by: str | None = None
    ground: Ground | None = None
    signature: Signature | None = None


class ContractChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "contract"


class ContractDrafted(ContractChanged):
    """Somebody writes terms down."""


class ContractRevised(ContractChanged):
    """The terms are others now; what was agreed before is void."""


class ContractSubmitted(ContractChanged):
    """A second person is to look at it."""


class ContractAgreed(ContractChanged):
    """A second person agrees; both sides may sign."""


class ContractActivated(ContractChanged):
    """Both sides have signed; the service may begin."""


class ContractEnded(ContractChanged):
    """The service is over."""


class ContractPersonForgotten(ContractChanged):
    """The expert's data was erased: name and words about them are gone, the agreement stays."""


class ContractTerminated(ContractChanged):
    """It was given up before its end."""


class Contract(Record[ContractFile]):
    """`draft → in_review → agreed → active → ended`; `terminated` from each but the last.

    A revision of what is in review or agreed makes a draft of it. The terms of an active contract never change.
    """

    @classmethod
    def draft(cls, contract_id: str, terms: Terms, occasion: Occasion) -> Contract:
        """A contract nobody has looked at."""
        contract = cls(contract_id, ContractFile(terms=terms, written_by=(occasion.by,)), state="draft")
        contract._begin(ContractDrafted, occasion)
        return contract

    def revise(self, terms: Terms, occasion: Occasion) -> None:
        """Other terms. Raises InvalidTransition once active, ContractRefused where it would be somebody else's."""
        self._ensure("draft", "in_review", "agreed", to="revised")
        if terms.stakeholder_id != self.details.terms.stakeholder_id:
            raise ContractRefused(
                "a contract stays with its expert", field="stakeholder_id", remedy="open another contract"
            )
        written_by = tuple(dict.fromkeys((*self.details.written_by, occasion.by)))
        details = ContractFile(terms=terms, written_by=written_by)
        self._change(ContractRevised, occasion, state="draft", details=details)

    def submit(self, found: Sequence[Objection], occasion: Occasion) -> None:
        """Hand it to a second person. Raises ContractRefused where a rule objects."""
        self._ensure("draft", to="submitted")
        ensure_unopposed(found, to="submitted")
        self._change(ContractSubmitted, occasion, state="in_review")

    def agree(self, found: Sequence[Objection], ground: Ground | None, occasion: Occasion) -> None:
        """Raises SelfApproval for whoever wrote it, ContractRefused where a rule objects by now."""
        self._ensure("in_review", to="agreed")
        ensure_second_person(self.details.written_by, occasion)
        ensure_unopposed(found, to="agreed")
        details = replace(self.details, agreed_by=occasion.by, ground=ground)
        self._change(ContractAgreed, occasion, state="agreed", details=details)

    def activate(self, signature: Signature, found: Sequence[Objection], occasion: Occasion) -> None:
        """Record the signatures. Raises ContractRefused where they come after the service begins, or a rule objects."""
        self._ensure("agreed", to="activated")
        begins = self.details.terms.service_begins_on
        today = occasion.at.date()
        if signature.signed_on > begins or signature.signed_on > today:
            late = "the service begins" if signature.signed_on > begins else "today"
            raise ContractRefused(
                f"CON-01: the contract is signed on {signature.signed_on}, after {late}",
                field="signed_on",
                remedy="sign before the service begins; to begin later, revise the contract",
            )
        ensure_unopposed(found, to="activated")
        details = replace(self.details, signature=signature)
        self._change(ContractActivated, occasion, state="active", details=details)

    def end(self, occasion: Occasion) -> None:
        """The service is over."""
        self._ensure("active", to="ended")
        self._change(ContractEnded, occasion, state="ended")

    def terminate(self, occasion: Occasion) -> None:
        """Give it up."""
        self._ensure("draft", "in_review", "agreed", "active", to="terminated")
        self._change(ContractTerminated, occasion, state="terminated")

    def forget(self, occasion: Occasion) -> None:
        """Drop the expert's name and what was concluded about them. Terms and amounts stay as records of business."""
        terms, signature = self.details.terms, self.details.signature
        look = terms.due_diligence
        unnamed = None if signature is None else replace(signature, for_expert="")
        silent = None if look is None else replace(look, conclusion="")
        details = replace(self.details, terms=replace(terms, due_diligence=silent), signature=unnamed)
        if details != self.details:
            self._change(ContractPersonForgotten, occasion, details=details)

    @property
    def person(self) -> str | None:
        return self.details.terms.stakeholder_id

    def said(self) -> Mapping[str, Any]:
        terms, ground, signature = self.details.terms, self.details.ground, self.details.signature
        return {
            "needs_assessment_id": terms.needs_assessment_id,
            "country": terms.country,
            "hours": str(terms.hours),
            "rate": str(terms.rate),
            "currency": terms.currency,
            "declares_publicly": terms.declares_publicly,
            "due_diligence": terms.due_diligence is not None,
            "formalities": [f"{each.kind} {each.country}" for each in terms.formalities],
            "band": None if ground is None else ground.band_id,
            "rule_set": None if ground is None else ground.rule_set,
            "signed_on": None if signature is None else signature.signed_on.isoformat(),
        }
