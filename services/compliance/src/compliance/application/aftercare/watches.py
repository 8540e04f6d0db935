"""The watch over what was published: begun by the redemption, fed by executors and captured posts, ended by people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from compliance.application.aftercare.given import record_given
from compliance.application.aftercare.take_downs import Order
from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.domain.aftercare.watch import Heard, Unsettled, Watch, Watched
from compliance.domain.case_events import CaseRedeemed
from compliance.domain.events import SYSTEM, Occasion, StateChange
from compliance.domain.post_keys import keys_of_target, post_keys
from shared.contracts.audit import PostCapturedV1
from shared.contracts.envelope import Envelope
from shared.contracts.planner import ActionCompletedV1
from shared.kernel.errors import ConcurrentChange, NotFound

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
_MOST_ADDRESSES = 20
Step = Callable[[Watch, Unsettled, Occasion], None]


async def on_case_redeemed(event: StateChange, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever an executor is allowed to act, watch what it publishes."""
    redeemed = cast("CaseRedeemed", event)
    case = await uow.cases.get(redeemed.aggregate_id)
    if case is None or case.permit_id is None:
        raise LookupError(f"the case of action {redeemed.aggregate_id} was redeemed and is not there")
    snapshot, begun_at = case.submission.snapshot, redeemed.occasion.at
    channel: Mapping[str, Any] = snapshot.get("channel") or {}
    ends_at, intervals = gate.aftercare.watch_of(str(snapshot.get("type")), begun_at)
    watched = Watched(
        permit_id=case.permit_id,
        stakeholder_id=case.submission.stakeholder_id,
        action_type=str(snapshot.get("type")),
        platform=str(channel.get("platform") or "other"),
        begun_at=begun_at,
        ends_at=ends_at,
        intervals=intervals,
        post_keys=tuple(
            dict.fromkeys((*post_keys(url=None, texts=(snapshot.get("text"),)), *keys_of_target(snapshot)))
        ),
    )
    occasion = Occasion(by=SYSTEM, at=begun_at, why="the permit was redeemed")
    await uow.aftercare.watches.add(Watch.of(case.action_id, watched, occasion))


async def on_action_completed(event: ActionCompletedV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever an executor has reported, watch the place it named, and record what was given.

    Where it did not act after all there is nothing to watch and nothing was given.
    """
    await uow.people.lock(event.stakeholder_id)
    if event.outcome == "done":
        await record_given(event, uow, gate=gate)
    watch = await uow.aftercare.watches.get_for_update(event.action_id)
    if watch is None or watch.details.permit_id != event.permit_id:
        return
    now = gate.clock.now()
    if event.outcome == "not_done":
        watch.nothing_published(Occasion(by=SYSTEM, at=now, why="its executor reports that it was not done"))
    elif event.evidence_url:
        found = Occasion(by=SYSTEM, at=now, why="its executor reports where it was published")
        watch.locate(event.evidence_url, post_keys(url=event.evidence_url, texts=()), found)
    await uow.aftercare.watches.save(watch)


async def note_captured(event: PostCapturedV1, safety_cases: Sequence[str], uow: UnitOfWork, *, gate: Gate) -> None:
    """A captured post that is, quotes or answers what is watched is told to its watch; takes the watch's lock last."""
    text = f"{event.text}\n{event.media_text or ''}"
    named = [key for url in _ADDRESS.findall(text)[:_MOST_ADDRESSES] for key in post_keys(url=url, texts=())]
    keys = tuple(dict.fromkeys((*post_keys(url=event.url, texts=(event.text,)), *named)))
    if not keys:
        return
    occasion = Occasion(by=SYSTEM, at=gate.clock.now(), why=f"post {event.post_id} is about it")
    for watch in await uow.aftercare.watches.open_about(keys):
        watch.hear(Heard(post_id=event.post_id, at=occasion.at, safety_cases=tuple(safety_cases)), occasion)
        await uow.aftercare.watches.save(watch)


async def change(action_id: str, step: Step, order: Order, *, open_uow: OpenUnitOfWork, gate: Gate) -> Watch:
    """One step by a person. Raises NotFound, ConcurrentChange, ReasonMissing and what the watch refuses.

    The person's lock is taken first, so that no recall of it can be on its way.
    """
    async with open_uow() as uow:
        seen = await uow.aftercare.watches.get(action_id)
        if seen is None:
            raise _not_found(action_id)
        await uow.people.lock(seen.details.stakeholder_id)
        watch = await uow.aftercare.watches.get_for_update(action_id)
        if watch is None:
            raise _not_found(action_id)
        if order.expected_version is not None and watch.version != order.expected_version:
            raise ConcurrentChange(
                f"the watch is at version {watch.version} by now",
                remedy="read it again, look at what changed, and repeat the change",
                current_version=watch.version,
            )
        occasion = Occasion(by=order.by, at=gate.clock.now(), why=order.reason)
        _decide(watch, gate, occasion)
        step(watch, await _unsettled(watch, uow), occasion)
        await uow.aftercare.watches.save(watch)
        await uow.commit()
    return watch


def _decide(watch: Watch, gate: Gate, occasion: Occasion) -> None:
    """How long and how often may have been decided after it began."""
    watched = watch.details
    if watched.ends_at is None:
        ends_at, intervals = gate.aftercare.watch_of(watched.action_type, watched.begun_at)
        if ends_at is not None:
            by_file = Occasion(by=SYSTEM, at=occasion.at, why="it was decided how long it is watched")
            watch.decide(ends_at, intervals, by_file)


async def _unsettled(watch: Watch, uow: UnitOfWork) -> Unsettled:
    watched = watch.details
    task = await uow.aftercare.take_downs.get(watch.record_id)
    cases = [
        await uow.safety_cases.get(case_id)
        for case_id in dict.fromkeys(case_id for each in watched.heard for case_id in each.safety_cases)
    ]
    about = bool(watched.post_keys) and bool(await uow.safety_cases.holding(watched.post_keys, until_closed=True))
    return Unsettled(
        take_down=task is not None and task.state != "closed",
        safety_case=about or any(case is not None and case.progress.state != "closed" for case in cases),
    )


def _not_found(action_id: str) -> NotFound:
    return NotFound(f"action {action_id} is not watched", remedy="GET /v1/watches lists what is")
