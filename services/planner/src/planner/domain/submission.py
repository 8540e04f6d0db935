"""Freezing an action: what must be there, and the snapshot that the gate will judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from planner.domain.draft import PUBLISHES_ITS_TARGET, Draft
from planner.domain.errors import Lack, NotReady
from planner.domain.facts import EngagerKnown, StakeholderKnown, World

_WORDS_OF_OURS = ("hashtags", "mentions", "links")
"""Lists the author alone fills: what they left out is not there, and the gate need not ask."""


def freeze(action_id: str, draft: Draft, world: World, now: datetime) -> dict[str, Any]:
    """The snapshot of `draft` in `world`, as plain JSON values; what is not known stays null.

    Raises NotReady naming every missing thing and its remedy.
    """
    lacks = tuple(_lacks(draft, world, now))
    if lacks or world.stakeholder is None or world.engager is None or draft.slot is None:
        raise NotReady(lacks)
    target = world.target if world.target is not None else draft.target
    return {
        **draft.particulars,
        **{name: draft.particulars.get(name) or [] for name in _WORDS_OF_OURS},
        "action_id": action_id,
        "type": draft.type,
        "channel": dict(draft.channel),
        "actor": _actor(world.engager, str(draft.channel.get("platform"))),
        "stakeholder": _stakeholder(world.stakeholder),
        "company": asdict(world.company),
        "purpose": draft.purpose,
        "value_statement": draft.value_statement,
        "target": None if target is None else dict(target),
        "scheduled_for": {"start": draft.slot.start.isoformat(), "end": draft.slot.end.isoformat()},
    }


def _actor(engager: EngagerKnown, platform: str) -> dict[str, Any]:
    return {
        "id": engager.id,
        "function": engager.function,
        "relation": engager.relation,
        "trained_until": _text(engager.trained_until),
        "authorised": platform in engager.authorised_platforms,
    }


def _stakeholder(known: StakeholderKnown) -> dict[str, Any]:
    facts = asdict(known)
    del facts["version"]
    return {
        **facts,
        "notice_sent_on": _text(known.notice_sent_on),
        "contacts_last_30_days": None,
        "reciprocal_contacts": None,
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _lack(field: str, message: str, remedy: str) -> Lack:
    return Lack(message, field=field, remedy=remedy)


def _lacks(draft: Draft, world: World, now: datetime) -> Iterator[Lack]:
    if not (draft.purpose or "").strip():
        yield _lack("purpose", "the purpose is missing", "say in one sentence why this is done")
    if not (draft.value_statement or "").strip():
        yield _lack(
            "value_statement", "the value for the person is missing", "say what they get from it, in their terms"
        )
    yield from _lacks_of_people(draft, world)
    yield from _lacks_of_slot(draft, now)
    yield from _lacks_of_target(draft, world.target)


def _lacks_of_people(draft: Draft, world: World) -> Iterator[Lack]:
    if world.stakeholder is None:
        yield _lack(
            "stakeholder_id",
            f"stakeholder {draft.stakeholder_id} is not known here",
            "register the person first; just registered: try again in a few seconds",
        )
    if world.engager is None:
        yield _lack(
            "engager_id",
            f"engager {draft.engager_id} is not known here",
            "add the colleague to the registry first; just added: try again in a few seconds",
        )


def _lacks_of_slot(draft: Draft, now: datetime) -> Iterator[Lack]:
    slot = draft.slot
    if slot is None:
        yield _lack("scheduled_for", "the slot is missing", "give scheduled_for.start and scheduled_for.end")
    elif slot.start >= slot.end:
        yield _lack("scheduled_for", "the slot ends before it starts", "give an end after the start")
    elif slot.start <= now:
        yield _lack("scheduled_for", "the slot has already begun", "choose a start in the future")


def _lacks_of_target(draft: Draft, captured: Mapping[str, Any] | None) -> Iterator[Lack]:
    target = captured if captured is not None else draft.target
    if target is None and draft.type in PUBLISHES_ITS_TARGET:
        yield _lack(
            "target_post_id",
            f"a {draft.type} publishes its target, and none is given",
            "give target_post_id of a captured post, or target with its url, author and text",
        )
    elif target is not None and draft.type in PUBLISHES_ITS_TARGET and not (target.get("url") or target.get("text")):
        yield _lack(
            "target", "the target has neither address nor text", "give the target's url and its text as captured"
        )
