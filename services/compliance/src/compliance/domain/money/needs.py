"""The need for a round of contracted services: written and approved before anybody is engaged (EFPIA Code Art. 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from compliance.domain.events import Occasion
from compliance.domain.money.errors import NumberAboveNeed
from compliance.domain.records import Record, RecordChanged, ensure_second_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a round is for: `need` in words, how many experts it takes, how many the round plans to engage."""

    title: str
    need: str
    criteria: str
    experts_needed: int
    experts_planned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A need with who wrote it, when it was approved, and the contracts that count against its number."""

    need: Need
    written_by: tuple[str, ...]
    approved_by: str | None = None
    approved_at: datetime | None = None
    engaged: tuple[str, ...] = ()


class NeedChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "needs_assessment"


class NeedWritten(NeedChanged):
    """Somebody says what experts are needed for."""


class NeedRevised(NeedChanged):
    """It says something else now, and is to be approved again."""


class NeedApproved(NeedChanged):
    """A second person agrees with need and number."""


class ExpertEngaged(NeedChanged):
    """One more contract counts against the number."""


class ExpertReleased(NeedChanged):
    """A contract was terminated, its place is free."""


class NeedClosed(NeedChanged):
    """Nobody else is engaged for it."""


class NeedsAssessment(Record[Round]):
    """`draft ⇄ approved → closed`. A contract counts against the number from its agreement on."""

    @classmethod
    def write(cls, record_id: str, need: Need, occasion: Occasion) -> NeedsAssessment:
        """A need that nobody has approved."""
        assessment = cls(record_id, Round(need=need, written_by=(occasion.by,)), state="draft")
        assessment._begin(NeedWritten, occasion)
        return assessment

    def revise(self, need: Need, occasion: Occasion) -> None:
        """Say it anew. Raises NumberAboveNeed where more experts are engaged already."""
        self._ensure("draft", "approved", to="changed")
        engaged = len(self.details.engaged)
        if need.experts_needed < engaged:
            raise NumberAboveNeed(
                f"{engaged} experts are engaged already, more than {need.experts_needed}",
                field="experts_needed",
                remedy="terminate contracts first, or state the number that is needed",
            )
        written_by = tuple(dict.fromkeys((*self.details.written_by, occasion.by)))
        details = replace(self.details, need=need, written_by=written_by, approved_by=None, approved_at=None)
        self._change(NeedRevised, occasion, state="draft", details=details)

    def approve(self, occasion: Occasion) -> None:
        """Raises SelfApproval for whoever wrote it, NumberAboveNeed where the round is larger than the need."""
        self._ensure("draft", to="approved")
        ensure_second_person(self.details.written_by, occasion)
        need = self.details.need
        if need.experts_planned > need.experts_needed:
            raise NumberAboveNeed(
                f"the round plans {need.experts_planned} experts, the need states {need.experts_needed} (CON-01)",
                field="experts_planned",
                remedy="change the need or the number of experts",
            )
        details = replace(self.details, approved_by=occasion.by, approved_at=occasion.at)
        self._change(NeedApproved, occasion, state="approved", details=details)

    def engage(self, contract_id: str, occasion: Occasion) -> None:
        """Count a contract. Raises NumberAboveNeed where the round is full."""
        self._ensure("approved", to="used for a contract")
        if contract_id in self.details.engaged:
            return
        most = min(self.details.need.experts_needed, self.details.need.experts_planned)
        if len(self.details.engaged) >= most:
            raise NumberAboveNeed(
                f"the round has its {most} experts already (CON-01)",
                field="needs_assessment_id",
                remedy="change the need or the number of experts, and let it be approved again",
            )
        self._change(ExpertEngaged, occasion, details=self._with((*self.details.engaged, contract_id)))

    def let_go(self, contract_id: str, occasion: Occasion) -> None:
        """A terminated contract does not count any more."""
        if contract_id in self.details.engaged:
            left = tuple(each for each in self.details.engaged if each != contract_id)
            self._change(ExpertReleased, occasion, details=self._with(left))

    def close(self, occasion: Occasion) -> None:
        """Nobody else is engaged."""
        self._ensure("draft", "approved", to="closed")
        self._change(NeedClosed, occasion, state="closed")

    def said(self) -> Mapping[str, Any]:
        need = self.details.need
        return {
            "experts_needed": need.experts_needed,
            "experts_planned": need.experts_planned,
            "engaged": list(self.details.engaged),
        }

    def _with(self, engaged: tuple[str, ...]) -> Round:
        return replace(self.details, engaged=engaged)
