"""The fast lane: whether an action says exactly what two people have signed in advance, and whether it still does."""

from __future__ import annotations

from compliance.application.caps.reserving import ensure_room_for
from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.caps.errors import CapReached, CapUnclear
from compliance.domain.case import Case
from compliance.domain.facts import PERSON_NAME, KnownStakeholder
from compliance.domain.judgement import Judgement, Submission
from compliance.domain.review.revocation import may_not_sign
from compliance.domain.slot import Slot
from compliance.domain.wordings.matching import Occurrence, fits, is_words_only
from compliance.domain.wordings.pre_approval import PreApproval
from compliance.domain.wordings.variables import KnownFacts
from compliance.domain.wordings.wording import Wording
from shared.contracts.hashing import published_content


async def pre_approval_of(case: Case, judgement: Judgement, gate: Gate, uow: UnitOfWork) -> PreApproval | None:
    """The signatures that stand for a review of this action; None where people have to look at it themselves.

    Full caps are such a case: the approval that takes of them is then a person's, once there is room.
    """
    submission = case.submission
    if gate.fast_lane is None or not _may_take_the_lane(submission, judgement):
        return None
    now = gate.clock.now()
    candidates = [each for each in await uow.fast_lane.wordings.approved() if each.may_be_used(now)]
    if not candidates:
        return None
    occurrence = _occurrence(submission, judgement, case.slot, await uow.people.get(submission.stakeholder_id), gate)
    found = (each for each in candidates if _stands_for(each, submission, judgement, occurrence))
    wording = next(found, None)
    if wording is None or await _is_revoked(wording, uow) or not await _has_room(case, judgement, gate, uow):
        return None
    return wording.pre_approval()


async def why_not_any_more(case: Case, judged: Judgement, gate: Gate, uow: UnitOfWork) -> str | None:
    """Why the wording that approved this case does not stand for a review any more; None while it does.

    The wording is held until the transaction ends, so that a suspension comes before this or after it.
    """
    given = case.pre_approval
    if given is None:
        return None
    if gate.fast_lane is None:
        return "there is no fast lane any more"
    wording = await uow.fast_lane.wordings.get_for_share(given.wording.wording_id)
    if wording is None or wording.ref != given.wording or not wording.may_be_used(gate.clock.now()):
        return "the wording is not approved any more"
    if judged.verdict != "pass":
        return "the screen asks for a review now"
    known = await uow.people.get(case.submission.stakeholder_id)
    current = known if known is not None and known.version == judged.stakeholder_version else None
    occurrence = _occurrence(case.submission, judged, case.slot, current, gate)
    if not _may_take_the_lane(case.submission, judged) or not _stands_for(wording, case.submission, judged, occurrence):
        return "the action does not say what the wording says any more"
    return None


async def _is_revoked(wording: Wording, uow: UnitOfWork) -> bool:
    """Whether a signatory may not sign any more; release and redemption ask the same of a case already approved."""
    signed = wording.details.signatures
    revoked = await uow.revocations.in_force({each.by for each in signed})
    return any(may_not_sign(each.by, (each.capacity,), revoked) for each in signed)


async def _has_room(case: Case, judgement: Judgement, gate: Gate, uow: UnitOfWork) -> bool:
    try:
        await ensure_room_for(case, gate, uow, judgement)
    except (CapReached, CapUnclear):
        return False
    return True


def _may_take_the_lane(submission: Submission, judgement: Judgement) -> bool:
    return judgement.verdict == "pass" and not judgement.safety_handover and is_words_only(submission.snapshot)


def _stands_for(wording: Wording, submission: Submission, judgement: Judgement, occurrence: Occurrence) -> bool:
    """Its signatories wrote nothing of the action, and have seen every note that the screen leaves on it."""
    file = wording.details
    signatories = {each.by for each in file.signatures}
    noted = {finding.rule_id for finding in judgement.findings}
    return (
        not signatories & {submission.submitted_by, *submission.edited_by}
        and noted <= set(file.screened.notes)
        and fits(file.content, occurrence)
    )


def _occurrence(
    submission: Submission, judgement: Judgement, slot: Slot | None, person: KnownStakeholder | None, gate: Gate
) -> Occurrence:
    name = None if person is None or person.erased else person.facts.get(PERSON_NAME)
    return Occurrence(
        published=published_content(submission.snapshot),
        resolved=judgement.resolved,
        facts=KnownFacts(
            person_name=name if isinstance(name, str) else None, company_name=str(gate.company["name"]), slot=slot
        ),
    )
