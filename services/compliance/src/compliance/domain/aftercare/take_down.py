"""Taking down what was published before its recall: asked of the channel's owner, proved, and confirmed by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal

from compliance.domain.errors import SelfApproval
from compliance.domain.events import Occasion
from compliance.domain.records import Record, RecordChanged
from shared.kernel.errors import InvalidTransition, InvalidValue

Kind = Literal["url_gone", "screenshot", "note"]
TakeDownState = Literal["open", "done", "not_possible", "closed"]
_NEEDS: Mapping[Kind, str] = {"url_gone": "url", "screenshot": "sha256", "note": "note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How it is known to be gone: an address that was looked at, the SHA-256 of a screenshot, or a note."""

    kind: Kind
    url: str | None = None
    sha256: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        needed = _NEEDS[self.kind]
        given: str | None = getattr(self, needed)
        if not (given or "").strip():
            raise InvalidValue(
                f"a proof by {self.kind} needs {needed}",
                field=needed,
                remedy=f"give {needed}, or another kind of proof",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who said what became of it, and when. `proof` where it is gone; `by_program`: its executor said so."""

    by: str
    at: datetime
    proof: Proof | None = None
    by_program: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be taken down and by when. `asked` watches over the channel, None where nobody is named."""

    permit_id: str
    stakeholder_id: str
    audience: str
    platform: str
    content_sha256: str
    asked: str | None
    recalled_at: datetime
    due_at: datetime
    escalated_at: datetime | None = None
    answer: Answer | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    outcome: Literal["taken_down", "not_possible"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDownChanged(RecordChanged):
    """`task` is the task as it is now, `tell` the roles that hear of it."""

    AGGREGATE: ClassVar[str] = "take_down"

    task: Task
    tell: tuple[str, ...] = ()


class TakeDownOpened(TakeDownChanged):
    """Something was published whose release was taken back."""


class TakeDownDone(TakeDownChanged):
    """Somebody says that it is gone, with proof; another person looks."""


class TakeDownNotPossible(TakeDownChanged):
    """Somebody says why it cannot be taken down; another person looks."""


class TakeDownReopened(TakeDownChanged):
    """It is still there."""


class TakeDownEscalated(TakeDownChanged):
    """It was due and is not settled."""


class TakeDownClosed(TakeDownChanged):
    """A second person has confirmed what became of it."""


class TakeDown(Record[Task]):
    """`open → done | not_possible → closed`, back to open while it is still there. Named by its action."""

    @classmethod
    def of(cls, action_id: str, task: Task, occasion: Occasion) -> TakeDown:
        """A task for what a recalled permit had allowed."""
        take_down = cls(action_id, task, state="open")
        take_down._begin(TakeDownOpened, occasion)
        return take_down

    def done(self, proof: Proof, occasion: Occasion, *, by_program: bool = False) -> None:
        """It is gone. A program's own answer counts as one, and is confirmed by a person like everybody's."""
        self._ensure("open", to="answered")
        self._answer(
            TakeDownDone, "done", Answer(by=occasion.by, at=occasion.at, proof=proof, by_program=by_program), occasion
        )

    def not_possible(self, occasion: Occasion) -> None:
        """It cannot be taken down, for the reason given."""
        self._ensure("open", to="answered")
        self._answer(TakeDownNotPossible, "not_possible", Answer(by=occasion.by, at=occasion.at), occasion)

    def confirm(self, occasion: Occasion) -> None:
        """A second person has looked and agrees. Raises SelfApproval for whoever answered."""
        self._ensure("done", "not_possible", to="confirmed")
        answer = self.details.answer
        if answer is not None and answer.by == occasion.by:
            raise SelfApproval(
                "you said yourself what became of it", remedy="a colleague looks at the place and confirms it"
            )
        self._change(
            TakeDownClosed,
            occasion,
            state="closed",
            details=replace(
                self.details,
                confirmed_by=occasion.by,
                confirmed_at=occasion.at,
                outcome="taken_down" if self.state == "done" else "not_possible",
            ),
        )

    def reopen(self, occasion: Occasion) -> None:
        """Somebody looked and it is still there, or can be taken down after all; when it is due stays as it was."""
        self._ensure("done", "not_possible", "closed", to="opened again")
        task = replace(self.details, answer=None, confirmed_by=None, confirmed_at=None, outcome=None)
        self._change(TakeDownReopened, occasion, state="open", details=task)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should be settled by now."""
        return self.state != "closed" and now >= self.details.due_at

    def escalate(self, tell: tuple[str, ...], occasion: Occasion) -> None:
        """Tell who has to hear that it is overdue, once."""
        if not self.is_overdue(occasion.at) or self.details.escalated_at is not None:
            raise InvalidTransition("there is nothing to escalate")
        self._change(TakeDownEscalated, occasion, details=replace(self.details, escalated_at=occasion.at), tell=tell)

    @property
    def person(self) -> str | None:
        return self.details.stakeholder_id

    def said(self) -> Mapping[str, Any]:
        task, answer = self.details, self.details.answer
        proof = None if answer is None else answer.proof
        return {
            "permit_id": task.permit_id,
            "content_sha256": task.content_sha256,
            "due": task.due_at.isoformat(),
            "proof": None if proof is None else {"kind": proof.kind, "sha256": proof.sha256},
            "outcome": task.outcome,
        }

    def _answer(self, event: type[TakeDownChanged], state: TakeDownState, answer: Answer, occasion: Occasion) -> None:
        self._change(event, occasion, state=state, details=replace(self.details, answer=answer))

    def _write(self, event: type[RecordChanged], old: str | None, occasion: Occasion, **more: Any) -> None:
        super()._write(event, old, occasion, task=self.details, **more)
