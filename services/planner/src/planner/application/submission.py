"""Freezing an action and handing it to the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from planner.application.drafting import unchanged_since
from planner.application.ports import KnownPeople, NewUnitOfWork, PostArchive
from planner.domain.action import Action
from planner.domain.facts import CapturedPost, CompanyKnown, StakeholderKnown, World, as_target
from planner.domain.submission import freeze
from planner.domain.tracking import Submission
from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.hashing import content_sha256, snapshot_sha256
from shared.kernel.clock import Clock
from shared.kernel.errors import ConcurrentChange, InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitAction:
    """Submit for the gate; `by` is the token subject. `expected_version` None: whatever it is now."""

    action_id: str
    by: str
    by_name: str
    expected_version: int | None = None


async def submit_action(
    command: SubmitAction, *, new_uow: NewUnitOfWork, posts: PostArchive, company: CompanyKnown, clock: Clock
) -> Action:
    """The submitted action: its target captured, its facts frozen, its hash computed.

    The target is captured before the transaction opens; an edit in between raises ConcurrentChange.
    Raises NotReady with everything that is missing, NotEditable, Unavailable when the audit does not answer.
    """
    async with new_uow() as reading:
        seen = await reading.actions.get(command.action_id)
    unchanged_since(seen, command.expected_version)
    seen.must_be_submittable()
    post = None if seen.draft.target_post_id is None else await posts.capture(seen.draft.target_post_id)
    async with new_uow() as uow:
        uow.changes.acting(command.by)
        action = await uow.actions.get(command.action_id)
        if action.version != seen.version:
            raise ConcurrentChange("the action was changed while its target was captured", remedy="submit it again")
        world = await _world(action, uow.people, post, company)
        action.submit(_frozen(action, world, command, clock.now()))
        await uow.actions.save(action)
        await uow.commit()
        return action


async def _world(action: Action, people: KnownPeople, post: CapturedPost | None, company: CompanyKnown) -> World:
    return World(
        stakeholder=await people.stakeholder(action.draft.stakeholder_id),
        engager=await people.engager(action.draft.engager_id),
        company=company,
        target=None if post is None else as_target(post, await _author(post, people)),
    )


async def _author(post: CapturedPost, people: KnownPeople) -> StakeholderKnown | None:
    return None if post.author_stakeholder_id is None else await people.stakeholder(post.author_stakeholder_id)


def _frozen(action: Action, world: World, command: SubmitAction, now: datetime) -> Submission:
    snapshot = valid_snapshot(freeze(action.id, action.draft, world, now))
    return Submission(
        version=action.version + 1,
        snapshot=snapshot,
        snapshot_sha256=snapshot_sha256(snapshot),
        content_sha256=content_sha256(snapshot),
        submitted_by=command.by,
        submitted_by_name=command.by_name,
        edited_by=action.editors,
        submitted_at=now,
    )


def valid_snapshot(frozen: dict[str, Any]) -> dict[str, Any]:
    """`frozen` as the contract spells it; nulls that were said stay, what was not said stays absent.

    Raises InvalidValue naming the first field that does not fit the ActionSnapshot.
    """
    try:
        return ActionSnapshot.model_validate(frozen).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidValue(
            f"{field}: {first['msg']}", field=field, remedy="correct the draft and submit again"
        ) from error
