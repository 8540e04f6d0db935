"""After an action went out without a review of its own: the draw, and the people who look at what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.application.ports.wordings import SignedSamples
from compliance.application.wordings.ending import suspend, take_back
from compliance.application.wordings.proposing import occasion_of
from compliance.domain.events import SYSTEM, Occasion, StateChange
from compliance.domain.permit import PermitRedeemed
from compliance.domain.review.signing import proof_for, used_up
from compliance.domain.review.votes import Voter
from compliance.domain.wordings.sample import MOST_AT_ONCE, Draw, Outcome, Sample, SampleFile
from compliance.domain.wordings.terms import ALL
from shared.contracts.hashing import sha256_of
from shared.kernel.errors import InvalidValue, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one person says about samples. Only a pass may be said of several at once."""

    permit_ids: tuple[str, ...]
    outcome: Outcome
    meaning: str
    reason: str


async def draw_sample(event: StateChange, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever an action goes out under a wording, chance says whether somebody looks at it. Every draw is kept."""
    if not isinstance(event, PermitRedeemed) or event.grant.wording is None:
        return
    grant, now = event.grant, event.occasion.at
    case = await uow.cases.get(grant.action_id)
    given = None if case is None else case.pre_approval
    if case is None or given is None:
        raise NotFound(f"the case of action {grant.action_id} does not say which wording approved it")
    terms = gate.fast_lane
    submission = case.submission
    file = SampleFile(
        wording=given.wording,
        action_id=grant.action_id,
        stakeholder_id=grant.stakeholder_id,
        content_sha256=grant.content_sha256,
        redeemed_at=now,
        draw=Draw(number=gate.chance(), percent=ALL if terms is None else terms.percent_at(now)),
        due_at=now if terms is None else now + terms.review_within,
        not_by=tuple(sorted({submission.submitted_by, *submission.edited_by, *given.signatories, *given.written_by})),
    )
    occasion = Occasion(by=SYSTEM, at=now, why="drawn by chance after it went out")
    await uow.fast_lane.samples.add(Sample.draw(grant.permit_id, file, occasion))


async def decide(looked: Looked, reviewer: Voter, *, open_uow: OpenUnitOfWork, gate: Gate) -> Sequence[Sample]:
    """Pass samples, or fail one, with one signature. A failed one suspends its wording in the same transaction.

    Raises NotFound, InvalidValue, the refusals of `Sample.decide`, and ReauthenticationRequired.
    """
    ids: Sequence[str] = list(dict.fromkeys(looked.permit_ids))
    if not ids or len(ids) > MOST_AT_ONCE or (looked.outcome == "fail" and len(ids) > 1):
        raise InvalidValue(
            f"one signature passes up to {MOST_AT_ONCE} samples, or fails one",
            field="permit_ids",
            remedy="fail samples one by one, each with its reason",
        )
    first = ids[0]
    occasion = occasion_of(reviewer.subject, looked.reason, gate)
    async with open_uow() as uow:
        if looked.outcome == "fail":
            await _suspend_wording_of(first, occasion, uow)
        samples = await uow.fast_lane.samples.many_for_update(ids)
        if len(samples) != len(ids):
            missing = sorted(set(ids) - {each.record_id for each in samples})
            raise NotFound(f"there is no sample {missing[0]}", remedy="GET /v1/samples lists those that wait")
        for sample in samples:
            sample.decide(looked.outcome, reviewer, looked.meaning, occasion)
            await uow.fast_lane.samples.save(sample)
        await _keep_signature(samples, reviewer, occasion, gate, uow)
        await uow.commit()
    return samples


async def _keep_signature(
    samples: Sequence[Sample], reviewer: Voter, occasion: Occasion, gate: Gate, uow: UnitOfWork
) -> None:
    review = samples[0].details.review
    if review is None:
        raise InvalidValue("nothing was decided")
    signed = SignedSamples(
        permit_ids=tuple(each.record_id for each in samples),
        authenticated_at=proof_for(reviewer, occasion.at, gate.sign_within),
        review=review,
        sha256=sha256_of([[each.record_id, each.details.content_sha256] for each in samples]),
    )
    if not await uow.signatures.add_samples(signed):
        raise used_up()


async def _suspend_wording_of(permit_id: str, occasion: Occasion, uow: UnitOfWork) -> None:
    seen = await uow.fast_lane.samples.get(permit_id)
    if seen is None:
        return
    wording_id = seen.details.wording.wording_id
    why = Occasion(by=occasion.by, at=occasion.at, why=f"a sample failed: {occasion.why}")
    await take_back(wording_id, why, uow)
    wording = await uow.fast_lane.wordings.get_for_update(wording_id)
    if wording is not None and wording.state == "approved":
        await suspend(wording, why, uow)
