"""Transfers of value: always stored, never overwritten, marked as reportable or not with the ground of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from compliance.domain.events import Occasion
from compliance.domain.money.giving import Given
from compliance.domain.money.marks import Mark
from compliance.domain.records import Record, RecordChanged
from shared.kernel.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was given and how it stands; `rule_set` is the hash of the rules that decided."""

    given: Given
    mark: Mark
    rule_set: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferVersion:
    """One version as it was written, kept for ever; by whom, when and why is in the ledger."""

    version: int
    what: str
    state: str
    entry: Entry


class TransferChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "transfer_of_value"


class TransferRecorded(TransferChanged):
    """Something of value was given."""


class TransferCorrected(TransferChanged):
    """It was something else; what was written before stays readable."""


class TransferMarked(TransferChanged):
    """It stands differently now: the year's total, the person's record or the rules have changed."""


class TransferVoided(TransferChanged):
    """It was not given at all; what was written before stays readable."""


class TransferOfValue(Record[Entry]):
    """`recorded → voided`. `written` holds the versions that are not stored yet."""

    def __init__(self, record_id: str, details: Entry, *, state: str, version: int = 0) -> None:
        super().__init__(record_id, details, state=state, version=version)
        self.written: list[TransferVersion] = []

    @classmethod
    def of(cls, transfer_id: str, entry: Entry, occasion: Occasion) -> TransferOfValue:
        """A transfer as it was told."""
        transfer = cls(transfer_id, entry, state="recorded")
        transfer._begin(TransferRecorded, occasion)
        return transfer

    def correct(self, given: Given, occasion: Occasion) -> None:
        """It was `given` in truth. Raises InvalidValue for another recipient: that is another transfer."""
        self._ensure("recorded", to="corrected")
        if given.stakeholder_id != self.details.given.stakeholder_id:
            raise InvalidValue(
                "a transfer stays with its recipient",
                field="stakeholder_id",
                remedy="void this one and record another",
            )
        self._change(TransferCorrected, occasion, details=replace(self.details, given=given))

    def mark(self, mark: Mark, rule_set: str | None, occasion: Occasion) -> None:
        """Note how it stands; no change where it stands as before."""
        if self.state == "recorded" and not mark.same_as(self.details.mark):
            self._change(TransferMarked, occasion, details=replace(self.details, mark=mark, rule_set=rule_set))

    def void(self, occasion: Occasion) -> None:
        """It was not given."""
        self._ensure("recorded", to="voided")
        self._change(TransferVoided, occasion, state="voided")

    @property
    def person(self) -> str | None:
        return self.details.given.stakeholder_id

    def said(self) -> Mapping[str, Any]:
        given, mark = self.details.given, self.details.mark
        return {
            "kind": given.kind,
            "amount": str(given.amount),
            "currency": given.currency,
            "given_on": given.given_on.isoformat(),
            "country": given.country,
            "action_id": given.action_id,
            "contract_id": given.contract_id,
            "standing": mark.standing,
            "decided_by": mark.rule_id,
            "figure": mark.figure,
            "rule_set": self.details.rule_set,
        }

    def _write(self, event: type[RecordChanged], old: str | None, occasion: Occasion, **more: Any) -> None:
        super()._write(event, old, occasion, **more)
        self.written.append(
            TransferVersion(
                version=self.version,
                what=event.__name__.removeprefix("Transfer").lower(),
                state=self.state,
                entry=self.details,
            )
        )
