"""Try your own sentence: a snapshot around it in which everything else is in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.contracts.action_snapshot import (
    ActionSnapshot,
    Actor,
    Channel,
    Company,
    EventFacts,
    Slot,
    StakeholderFacts,
    Target,
)
from shared.contracts.vocabulary import ActionType, Platform

SENTENCE_LIMIT = 5_000
TYPES: tuple[ActionType, ...] = ("post", "thank", "comment", "share", "tag_content", "message", "meeting")
OPEN_PLATFORMS: tuple[Platform, ...] = ("x", "mastodon", "linkedin", "bluesky", "facebook", "instagram", "blog")
CLOSED_PLATFORMS: tuple[Platform, ...] = ("email", "phone", "in_person")
_ON_A_TARGET = frozenset({"share", "comment", "like", "reply", "tag_content"})


_TYPES: dict[str, ActionType] = {each: each for each in TYPES}
_PLATFORMS: dict[str, Platform] = {each: each for each in (*OPEN_PLATFORMS, *CLOSED_PLATFORMS)}


def action_type(word: str) -> ActionType | None:
    """The type somebody chose, None where it is none of those to choose from."""
    return _TYPES.get(word)


def platform(word: str) -> Platform | None:
    """The platform somebody chose, None where it is none of those to choose from."""
    return _PLATFORMS.get(word)


def unknown_choice(type_word: str, platform_word: str) -> str | None:
    """Why these choices cannot be screened; nothing is guessed, because the verdict would be about something else."""
    for question, word, known in (("What you would do", type_word, _TYPES), ("Where", platform_word, _PLATFORMS)):
        if word not in known:
            return f"“{question}” has no choice {word[:40]!r}. Choose one of: {', '.join(known)}."
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What a person typed. `target` are the words of the post that would be shared or answered."""

    text: str
    type: ActionType = "post"
    platform: Platform = "x"
    declaration: str = ""
    target: str = ""


def snapshot_of(sentence: Sentence, *, now: datetime) -> dict[str, Any]:
    """The snapshot as JSON values: a trained colleague, a journalist about whom everything is known.

    Only the sentence, its declaration and its target are the person's own, so that findings are about them.
    """
    private = sentence.platform in CLOSED_PLATFORMS
    today = now.date()
    snapshot = ActionSnapshot(
        action_id="try-your-own-sentence",
        type=sentence.type,
        channel=Channel(
            platform=sentence.platform,
            audience="private" if private else "public",
            account="corporate",
        ),
        actor=Actor(
            function="communications", relation="employee", trained_until=today + timedelta(days=180), authorised=True
        ),
        stakeholder=_a_known_journalist(today),
        company=Company(name=""),
        purpose="Try a sentence",
        value_statement="Shows what the rules say",
        kpi="an answer",
        text=sentence.text,
        declaration=sentence.declaration or None,
        target=_target(sentence, now),
        event=_a_plain_conversation() if sentence.type == "meeting" else None,
        scheduled_for=Slot(start=now + timedelta(days=1), end=now + timedelta(days=1, hours=2)),
    )
    return snapshot.model_dump(mode="json")


def _a_known_journalist(today: date) -> StakeholderFacts:
    return StakeholderFacts(
        type="journalist",
        relationship_stage="aware",
        owner_function="communications",
        lawful_basis="legitimate_interest",
        notice_sent_on=today - timedelta(days=30),
        opted_out=False,
        do_not_engage=False,
        contracted=False,
        minor=False,
        contacts_last_30_days=0,
        reciprocal_contacts=1,
    )


def _a_plain_conversation() -> EventFacts:
    return EventFacts(
        name="A conversation",
        country="DE",
        venue="their office",
        science_hours=1,
        social_hours=0,
        hospitality=(),
        guests=(),
        product_content=False,
    )


def _target(sentence: Sentence, now: datetime) -> Target | None:
    if sentence.target:
        return Target(kind="post", author_relation="independent", text=sentence.target, captured_at=now)
    if sentence.type in _ON_A_TARGET:
        return Target(kind="post", author_relation="independent", text=None, captured_at=now)
    return None
