"""One planned action: drafted, frozen for the gate, and followed until it is done or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from planner.domain.draft import Draft
from planner.domain.errors import NoSuchPermit, NotEditable, OutcomeConflict, PermitUnknown, WrongExecutor
from planner.domain.events import ActionCompleted, ActionDrafted, ActionEdited, ActionSubmitted, ActionWithdrawn
from planner.domain.tracking import CaseSeen, Outcome, PermitSeen, Submission
from shared.kernel.errors import InvalidTransition, InvalidValue
from shared.kernel.events import Aggregate

EDITABLE = frozenset({"draft", "changes_requested", "blocked", "expired", "voided"})
WITHDRAWABLE = EDITABLE | {"submitted", "rejected", "approved", "paused"}
OUTCOMES = frozenset({"done", "not_done"})
_PAST_RELEASE = frozenset({"done", "expired", "recalled", "rejected", "voided"})

_STAYS = OUTCOMES | {"withdrawn", "recalled"}
"""Whatever else is heard of the case."""

_STATE_OF_CASE = MappingProxyType(
    {
        "screening": "submitted",
        "in_review": "submitted",
        "blocked": "blocked",
        "changes_requested": "changes_requested",
        "rejected": "rejected",
        "approved": "approved",
        "paused": "paused",
        "released": "released",
        "redeemed": "released",
        "expired": "expired",
        "voided": "voided",
        "withdrawn": "withdrawn",
        "recalled": "recalled",
    }
)


class Action(Aggregate):
    """Consistency boundary of one action. Its facts are frozen at submission; the gate's events move its state.

    News of the gate may arrive late, twice or out of order: for each submission the newest case version counts,
    and a release counts even when the approval has not been heard of yet. The newest permit counts: whoever could
    not act on a stopped one reports `not_done`, and a later permit takes the place of that report.
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the aggregate's id
        plan_id: str,
        draft: Draft,
        state: str,
        editors: Sequence[str],
        created_at: datetime,
        submission: Submission | None = None,
        case: CaseSeen | None = None,
        permit: PermitSeen | None = None,
        outcome: Outcome | None = None,
        version: int = 0,
    ) -> None:
        super().__init__(version=version)
        self.id = id
        self.plan_id = plan_id
        self.draft = draft
        self.state = state
        self.editors = tuple(editors)
        self.created_at = created_at
        self.submission = submission
        self.case = case
        self.permit: PermitSeen | None = permit
        self.outcome: Outcome | None = outcome

    @classmethod
    def begin(cls, *, action_id: str, plan_id: str, draft: Draft, by: str, now: datetime) -> Action:
        """A new draft by the token subject `by`."""
        action = cls(id=action_id, plan_id=plan_id, draft=draft, state="draft", editors=(by,), created_at=now)
        action.record(ActionDrafted(action_id=action_id, plan_id=plan_id, by=by))
        return action

    def edit(self, draft: Draft, *, by: str) -> None:
        """Replace the draft and remember the editor, who may then not approve it. Raises NotEditable."""
        self._must_be_editable("changed")
        self.draft = draft
        if by not in self.editors:
            self.editors = (*self.editors, by)
        self.record(ActionEdited(action_id=self.id, by=by))

    def must_be_submittable(self) -> None:
        """Raises NotEditable while the gate has the action or once it is over."""
        self._must_be_editable("submitted")

    def submit(self, submission: Submission) -> None:
        """Hand the frozen snapshot to the gate; a second time it is a revision and voids what was approved."""
        self.must_be_submittable()
        revision = self.submission is not None
        self.submission, self.case, self.permit = submission, None, None
        self.state = "submitted"
        self.record(
            ActionSubmitted(
                action_id=self.id,
                version=submission.version,
                plan_id=self.plan_id,
                stakeholder_id=self.draft.stakeholder_id,
                revision=revision,
                snapshot=submission.snapshot,
                snapshot_sha256=submission.snapshot_sha256,
                submitted_by=submission.submitted_by,
                submitted_by_name=submission.submitted_by_name,
                edited_by=submission.edited_by,
                submitted_at=submission.submitted_at,
            )
        )

    def note_case(self, case: CaseSeen) -> bool:
        """Follow the gate. False for old news: another submission's case, or an older version of this one's."""
        if self.submission is None or case.action_version != self.submission.version:
            return False
        if self.case is not None and case.version <= self.case.version:
            return False
        self.case = case
        if self.state in _STAYS:
            return True
        state = _STATE_OF_CASE[case.state]
        permit = self.permit
        if permit is not None and (permit.redeemed_at is not None or case.version <= permit.case_version):
            state = "released"
        self.state = state
        return True

    def note_released(self, permit: PermitSeen) -> bool:
        """A permit exists for the current submission. False for another submission's permit, a known or older one.

        A `not_done` of an earlier permit no longer counts; whatever was really done does.
        """
        if self.submission is None or not permit.is_for(self.submission):
            return False
        known = self.permit
        if known is not None:
            if known.redeemed_at is not None or permit.case_version <= known.case_version:
                return False
            permit = replace(permit, earlier=(*known.earlier, known.id))
        self.permit = permit
        superseded = self.outcome is not None and self.outcome.permit_id != permit.id
        if superseded:
            self.outcome = None
        if superseded or self.state not in _STAYS:
            newer_case = self.case if self.case is not None and self.case.version > permit.case_version else None
            self.state = "released" if newer_case is None else _STATE_OF_CASE[newer_case.state]
        return True

    def note_redeemed(self, permit_id: str, redeemed_at: datetime) -> bool:
        """The executor was allowed to act: whatever was heard in between, the action is out."""
        if self.permit is None or self.permit.id != permit_id or self.permit.redeemed_at is not None:
            return False
        self.permit = replace(self.permit, redeemed_at=redeemed_at)
        if self.state not in OUTCOMES | {"recalled"}:
            self.state = "released"
        return True

    def note_recalled(self, permit_id: str, recalled_at: datetime) -> bool:
        """The gate took the release back, before the act or after it; what was reported as done stays reported."""
        if self.permit is None or self.permit.id != permit_id or self.permit.recalled_at is not None:
            return False
        self.permit = replace(self.permit, recalled_at=recalled_at)
        self.state = "recalled"
        return True

    def withdraw(self, *, by: str, reason: str) -> None:
        """The author takes the action back. Raises InvalidTransition once a permit is out or it is over."""
        if self.state not in WITHDRAWABLE:
            raise InvalidTransition(
                f"an action that is {self.state} cannot be withdrawn",
                field="state",
                remedy="after the release only a stop in compliance holds it back: ask the compliance team",
            )
        if not reason.strip():
            raise InvalidValue("the reason is missing", field="reason", remedy="say why it is taken back")
        self.state = "withdrawn"
        self.record(
            ActionWithdrawn(
                action_id=self.id,
                version=self.version + 1,
                withdrawn_by=by,
                reason=reason,
                was_submitted=self.submission is not None,
            )
        )

    def report_outcome(self, outcome: Outcome) -> bool:
        """Record what the permit's executor did. False when that was recorded, or superseded by a later permit.

        Raises PermitUnknown while the release (for `done`: the redemption) may still arrive, NoSuchPermit when it
        cannot, WrongExecutor, OutcomeConflict.
        """
        permit = self.permit
        superseded = permit is not None and outcome.permit_id in permit.earlier
        if permit is None or (permit.id != outcome.permit_id and not superseded):
            if self._expects_no_permit():
                raise NoSuchPermit(
                    f"permit {outcome.permit_id} was not issued for this action",
                    field="permit_id",
                    remedy="check the ids of the action and of the permit; do not report again",
                )
            raise PermitUnknown(
                f"permit {outcome.permit_id} is not known for this action",
                field="permit_id",
                remedy="check the id; just released: report again in a moment",
            )
        if outcome.reported_by != permit.audience:
            raise WrongExecutor(
                f"the permit was issued to {permit.audience}, not to {outcome.reported_by}",
                remedy=f"only {permit.audience} reports the outcome",
            )
        if superseded and outcome.result == "not_done":
            return False
        if self.outcome is not None:
            return self._same_outcome(self.outcome, outcome)
        if outcome.result == "done" and (superseded or permit.redeemed_at is None):
            raise PermitUnknown(
                "the redemption of the permit is not known here, so nothing can have been done",
                field="permit_id",
                remedy="redeem the permit first; just redeemed: report again in a moment",
            )
        self.outcome = outcome
        if self.state != "recalled":
            self.state = outcome.result
        self.record(
            ActionCompleted(
                action_id=self.id,
                version=self.version + 1,
                stakeholder_id=self.draft.stakeholder_id,
                action_type=self.draft.type,
                outcome=outcome.result,
                detail=outcome.detail,
                permit_id=outcome.permit_id,
                completed_at=outcome.completed_at,
                evidence_url=outcome.evidence_url,
            )
        )
        return True

    def _expects_no_permit(self) -> bool:
        """Whether no news of a further permit can be on its way: a case that is over, or redeemed, issues none.

        An unredeemed permit may have been stopped and followed by another one of which we have not heard yet.
        """
        redeemed = self.permit is not None and self.permit.redeemed_at is not None
        return self.submission is None or redeemed or self.state in _PAST_RELEASE

    @staticmethod
    def _same_outcome(known: Outcome, reported: Outcome) -> bool:
        if (known.permit_id, known.result) != (reported.permit_id, reported.result):
            raise OutcomeConflict(
                f"the outcome {known.result} was already recorded for permit {known.permit_id}",
                field="outcome",
                remedy="an outcome is reported once; add what happened later as a new action",
            )
        return False

    def _must_be_editable(self, done_to_it: str) -> None:
        if self.state not in EDITABLE:
            raise NotEditable(
                f"an action that is {self.state} cannot be {done_to_it}",
                field="state",
                remedy="wait for the gate's answer, withdraw the action, or plan a new one",
            )
