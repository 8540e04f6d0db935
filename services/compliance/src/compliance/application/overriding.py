"""Two people override the block of a case, where its rules let them."""

from __future__ import annotations

from dataclasses import replace

from compliance.application.gate import Gate
from compliance.application.judging import judge, with_finding, world_of
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.application.reviewers.revoking import ensure_may_override
from compliance.application.stopping import stops_of
from compliance.application.submission import QUESTION
from compliance.domain.case import Case
from compliance.domain.case_record import State
from compliance.domain.errors import JudgedAgain
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.findings import worsened
from compliance.domain.judgement import Judgement, changed_facts
from compliance.domain.overriding import OverrideBallot, OverrideSignature, blocks, ensure_overridable
from compliance.domain.review.signing import proof_for, used_up
from compliance.domain.review.votes import Voter
from shared.kernel.errors import NotFound


async def override(
    action_id: str, ballot: OverrideBallot, voter: Voter, *, open_uow: OpenUnitOfWork, gate: Gate
) -> State:
    """Record a signed yes or no to overriding the block and say where the case stands now.

    What blocked days ago may not be what blocks today, so the action is judged again first. Where that says anything
    else, the new judgement stands and the signature does not. Raises NotFound, JudgedAgain, the refusals of
    `Case.override`, and ReauthenticationRequired.
    """
    now = gate.clock.now()
    async with open_uow() as uow:
        seen = await uow.cases.get(action_id)
        if seen is None:
            raise NotFound(f"there is no case of action {action_id}")
        await uow.people.lock(seen.submission.stakeholder_id)
        case = await uow.cases.get_for_update(action_id)
        if case is None:
            raise NotFound(f"there is no case of action {action_id}")
        stops = await stops_of(case.submission, gate, uow)
        if await _is_judged_again(case, ballot, stops, gate, uow):
            await uow.cases.save(case)
            await uow.commit()
            raise JudgedAgain(
                "the action was judged again, and the answer is another one",
                remedy="read the case again and decide on what its findings say now",
            )
        case.override(ballot, voter, stops, now)
        await ensure_may_override(case.overrides[-1], uow)
        signature = OverrideSignature(
            action_id=action_id,
            case_version=ballot.case_version,
            authenticated_at=proof_for(voter, now, gate.sign_within),
            override=case.overrides[-1],
        )
        if not await uow.signatures.add_override(signature):
            raise used_up()
        await uow.cases.save(case)
        await uow.commit()
        return case.state


async def _is_judged_again(
    case: Case, ballot: OverrideBallot, stops: frozenset[str], gate: Gate, uow: UnitOfWork
) -> bool:
    before = case.judgement
    if case.state != "blocked" or before is None or ballot.case_version != case.version:
        return False
    ensure_overridable(before)
    now = gate.clock.now()
    judged = judge(case.submission, await world_of(case.submission, gate, uow), gate, now)
    if not _differs(before, judged):
        return False
    for finding in before.findings:
        if finding.rule_id == QUESTION:  # it came with the submission, not from the rules
            judged = with_finding(judged, finding, gate)
    judged = replace(judged, safety_handover=judged.safety_handover or before.safety_handover)
    case.rejudge(judged, stops, Occasion(by=SYSTEM, at=now, why="judged again before its block is overridden"))
    return True


def _differs(before: Judgement, now: Judgement) -> bool:
    return bool(
        now.rule_set != before.rule_set
        or set(blocks(now)) != set(blocks(before))
        or worsened(before.findings, now.findings)
        or changed_facts(before.resolved, now.resolved)
    )
