"""What an approved action waits for."""

from __future__ import annotations

from typing import Literal

from compliance.application.ports.peers import AuditGateway, Permission, Recapture, RegistryGateway
from compliance.application.ports.repositories import Hold
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.judgement import Submission
from shared.contracts.planner import ActionSubmittedV1
from shared.contracts.registry import EngagerUpdatedV1, StakeholderRegisteredV1
from shared.kernel.errors import Unavailable

TargetNow = Literal["unchanged", "gone_or_changed"]


async def unknown_keys(submission: Submission, uow: UnitOfWork) -> tuple[str, ...]:
    """Topics with a dead letter of this person, engager or action: their newest state is unknown."""
    keys = keys_needed(submission)
    return tuple([topic for topic, key in keys if await uow.dead_letters.is_unknown(topic, key)])


def keys_needed(submission: Submission) -> tuple[tuple[str, str], ...]:
    """Topics and keys whose newest state the release of this action needs."""
    engager_id: str | None = submission.snapshot["actor"].get("id")
    return (
        (StakeholderRegisteredV1.TOPIC, submission.stakeholder_id),
        *(((EngagerUpdatedV1.TOPIC, engager_id),) if engager_id else ()),
        (ActionSubmittedV1.TOPIC, submission.action_id),
    )


def hold_for_unknown(topics: tuple[str, ...]) -> Hold:
    """Nothing is released on facts that could not be read."""
    return Hold(
        code="facts_unknown",
        message=f"a message about this action or its people could not be read ({', '.join(topics)})",
        remedy="an operator repairs and replays the dead letter",
    )


async def ask_permission(stakeholder_id: str, registry: RegistryGateway) -> Permission | Hold:
    """The registry's own answer; no answer and no permission are both a reason to wait."""
    try:
        permission = await registry.permission(stakeholder_id)
    except Unavailable as error:
        return Hold(code="registry_unavailable", message=error.message, remedy="it is asked again until the slot ends")
    if permission is None:
        return Hold(
            code="person_unknown",
            message="the registry does not know this person",
            remedy="register the person, or withdraw the action",
        )
    if not permission.may_approach:
        return Hold(
            code="not_permitted",
            message=f"the registry does not permit to approach this person: {', '.join(permission.reasons)}",
            remedy="withdraw the action, or let the owner of the relationship settle it in the registry",
        )
    return permission


async def look_at_target(submission: Submission, audit: AuditGateway) -> TargetNow | Hold:
    """Whether the target still says what was judged. An action without a target has nothing that could change.

    Confirming the target is part of the second pair of eyes: the word of whoever wrote the action does not count.
    """
    target = submission.snapshot.get("target")
    if target is None:
        return "unchanged"
    url, judged = target.get("url"), target.get("text")
    if not url or not judged:
        return Hold(
            code="target_not_captured",
            message="the target was never captured with address and text, so it cannot be compared",
            remedy="plan the action on a captured post",
        )
    try:
        seen = await audit.recapture(url)
    except Unavailable as error:
        return Hold(code="audit_unavailable", message=error.message, remedy="it is asked again until the slot ends")
    now = _compare(seen, judged, target.get("media_text"))
    by_author = seen.confirmed_by == submission.submitted_by or seen.confirmed_by in submission.edited_by
    return _CONFIRMED_BY_AUTHOR if now == "unchanged" and by_author else now


_CONFIRMED_BY_AUTHOR = Hold(
    code="target_confirmed_by_author",
    message="the target was confirmed unchanged by somebody who wrote or edited this action",
    remedy="somebody who did not work on it looks at the original and confirms it unchanged",
)


def _compare(seen: Recapture, judged: str, judged_media: str | None) -> TargetNow | Hold:
    if seen.state in ("changed", "deleted"):
        return "gone_or_changed"
    if seen.state in ("unconfirmed", "unknown") or seen.text is None:
        return Hold(
            code=f"target_{seen.state}",
            message="nobody has confirmed lately that the target still says what was judged",
            remedy="look at the original and confirm it unchanged; a confirmation is valid for 24 hours",
        )
    same = seen.text == judged and (seen.media_text or "") == (judged_media or "")
    return "unchanged" if same else "gone_or_changed"
