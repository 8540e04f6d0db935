"""What records share that are read and written whole: a state, versions, and no change without a reason."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from compliance.domain.errors import ReasonMissing, SelfApproval
from compliance.domain.events import Occasion, StateChange
from shared.kernel.errors import InvalidTransition
from shared.kernel.events import Aggregate

D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChanged(StateChange):
    """`said` is what the ledger keeps of the new version, no names; `person` whom it concerns, if anybody."""

    said: Mapping[str, Any]
    person: str | None

    def evidence(self) -> Mapping[str, Any]:
        return self.said

    @property
    def about(self) -> str | None:
        return self.person


class Document(Aggregate, Generic[D]):
    """One aggregate and its whole content, `details`, which is replaced and never edited."""

    def __init__(self, record_id: str, details: D, *, state: str, version: int = 0) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self.record_id = record_id
        self.details = details
        self.state = state


class Record(Document[D], ABC):
    """A document of which no version is written without a reason."""

    @abstractmethod
    def said(self) -> Mapping[str, Any]:
        """What the ledger keeps of this version: JSON values, no names."""

    @property
    def person(self) -> str | None:
        """The stakeholder it is about; none here."""
        return None

    def _begin(self, event: type[RecordChanged], occasion: Occasion) -> None:
        self._write(event, None, occasion)

    def _change(
        self,
        event: type[RecordChanged],
        occasion: Occasion,
        *,
        state: str | None = None,
        details: D | None = None,
        **more: Any,
    ) -> None:
        ensure_reason(occasion)
        old = self.state
        self.state = state or old
        if details is not None:
            self.details = details
        self._write(event, old, occasion, **more)

    def _write(self, event: type[RecordChanged], old: str | None, occasion: Occasion, **more: Any) -> None:
        ensure_reason(occasion)
        self.version += 1
        self.record(
            event(
                aggregate_id=self.record_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                said=self.said(),
                person=self.person,
                **more,
            )
        )

    def _ensure(self, *states: str, to: str) -> None:
        if self.state not in states:
            raise InvalidTransition(
                f"this is {self.state}; only what is {' or '.join(states)} can be {to}", remedy="read it again"
            )


def ensure_reason(occasion: Occasion) -> None:
    """Raises ReasonMissing where nobody says why."""
    if not (occasion.why or "").strip():
        raise ReasonMissing("a change without a reason is not written", field="reason", remedy="say why")


def ensure_second_person(written_by: Iterable[str], occasion: Occasion) -> None:
    """Raises SelfApproval for whoever wrote any part of it."""
    if occasion.by in written_by:
        raise SelfApproval("whoever wrote or changed this does not approve it", remedy="let a second person look at it")
