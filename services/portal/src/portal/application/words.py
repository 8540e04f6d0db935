"""What codes and states mean, in words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

CASE_STATES = {
    "screening": "being screened",
    "blocked": "blocked by a rule",
    "in_review": "waiting for a decision",
    "changes_requested": "back with its author",
    "rejected": "rejected",
    "approved": "approved, not yet released",
    "paused": "paused by a stop signal",
    "released": "released, permit not yet used",
    "redeemed": "carried out",
    "expired": "expired: its slot passed",
    "voided": "void: what was approved does not hold any more",
    "withdrawn": "withdrawn by its author",
    "recalled": "recalled: its release was taken back",
}
TALK_DONE = {
    "said": "Your words are recorded.",
    "resolution": "The discussion is resolved.",
    "reopening": "The discussion is open again.",
    "assigned": "Your colleague is asked and finds it in their own list.",
    "unassigned": "Your colleague is asked no more.",
}
RECALL_CODES = {
    "content": "the content must not stand",
    "person": "the person must not be approached, or no longer wants it",
    "process": "it was released in a way it should not have been",
    "other": "something else",
}
ACTION_STATES = CASE_STATES | {
    "draft": "draft",
    "submitted": "submitted",
    "done": "done",
    "not_done": "not done",
}
VERDICTS = {"block": "Block", "review": "Review", "pass": "Pass"}
VERDICT_MEANINGS = {
    "block": "It cannot go out like this. The shortest edit that would pass is named with each finding.",
    "review": "A person with the right background has to look at the findings.",
    "pass": "No rule objects. A person still has to approve it.",
}
ACTION_TYPES = {
    "post": "a post of our own",
    "share": "share a post",
    "like": "like a post",
    "thank": "say thank you",
    "comment": "comment on a post",
    "reply": "reply",
    "tweetchat": "take part in a tweetchat",
    "tag_content": "tag somebody in content",
    "message": "send a message",
    "meeting": "ask for a meeting",
    "event_invite": "invite to an event",
    "training_offer": "offer training",
    "needs_survey": "ask what they need",
    "influencer_post": "a paid post by somebody else",
}
PLATFORMS = {
    "x": "X",
    "linkedin": "LinkedIn",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "youtube": "YouTube",
    "blog": "a blog",
    "web": "the web",
    "email": "e-mail",
    "phone": "phone",
    "in_person": "in person",
    "other": "somewhere else",
}
_WHERE = {
    "email": "by e-mail",
    "phone": "by phone",
    "in_person": "in person",
    "web": "on the web",
    "other": "elsewhere",
}
_SPOKEN = {"hcp": "healthcare professional"}
PERMISSION_REASONS = {
    "opted_out": "They asked us to stop.",
    "do_not_engage": "We decided to leave them alone.",
    "open_complaint": "They have complained, and it is not settled.",
    "minor": "They are under age.",
    "minor_unknown": "Nobody has stated whether they are of age.",
    "lawful_basis_unknown": "Nobody has stated the lawful basis for holding their data.",
    "open_safety_case": "A text by or about them may report an adverse event; drug safety has not confirmed it yet.",
    "open_safety_case_of_post": "The post may report an adverse event: it is left alone until drug safety has it.",
}
CASE_SOURCES = {
    "post": "a captured post",
    "action": "a planned action (in our words or in the post it answers)",
}
CRITERIA = ("reporter", "patient", "product", "reaction")
QUALIFICATIONS = ("physician", "pharmacist", "other_health_professional", "lawyer", "consumer")
DESK_STATES = {
    "waiting": "waiting for their hand-over",
    "overdue": "overdue",
    "handed_over": "handed over",
    "closed": "closed",
}
DESK_DONE = {
    "acknowledged": "somebody of {desk} looks at it.",
    "handed_over": "{desk} has it.",
    "closed": "the case is closed.",
    "reopened": "the closing is undone.",
    "corrected": "the correction; what stood there before stays readable.",
}
RECAPTURE_STATES = {
    "captured": "read again at its source just now",
    "confirmed": "a person looked and it was unchanged",
    "unconfirmed": "nobody has looked since it was captured; it cannot be released before somebody does",
    "changed": "its words have changed since it was captured",
    "deleted": "it is gone at its source",
    "unknown": "it was never captured",
}
RULE_SET_STATES = {
    "proposed": "waits for a second person",
    "active": "in force",
    "superseded": "was in force",
    "withdrawn": "withdrawn",
}
RULE_SET_STEPS = {
    "version_proposed": "proposed",
    "version_activated": "put in force",
    "version_superseded": "replaced by another version",
    "version_withdrawn": "withdrawn",
}
EFFECTS = {"weaker": "weaker", "stricter": "stricter", "wording": "wording only", "to be read": "to be read"}
EFFECT_TAGS = {"weaker": "block", "to be read": "review", "stricter": "pass", "wording": ""}
EFFECT_MEANINGS = {
    "weaker": "Something that is held today would pass, or pass more easily.",
    "to be read": "A machine cannot tell whether these let more or less pass: read both sides.",
    "stricter": "Something that passes today would be held, or held more firmly.",
    "wording": "What people read changes, not what is decided.",
}
FIELDS = {
    "text": "Words",
    "media_text": "Words in the picture or video",
    "declaration": "Declaration",
    "inbound_text": "What they wrote to us",
    "purpose": "Purpose",
    "value_statement": "What is in it for them",
    "kpi": "How we will know",
    "target.text": "Words of the target",
    "target.media_text": "Words in the target's picture or video",
    "target.url": "Address",
    "event.name": "Event",
    "event.venue": "Venue",
    "training.subject": "Training",
    "training.conditions": "Conditions of the training",
}
MEANINGS = (
    "I have read the words, the target and every finding: accurate and not promotional.",
    "I have reviewed it for medical accuracy.",
    "I have reviewed it for compliance with the code of practice.",
    "I sign as the final signatory.",
)
OVERRIDE_MEANINGS = (
    "I take responsibility for this exception in my function.",
    "I have checked that no law or code of practice stands against it, and take responsibility for the exception.",
    "The rule holds here.",
)


def roles(names: Sequence[str]) -> str:
    """Roles of people as one may read them."""
    return " or ".join(each.removeprefix("person:").replace("_", " ") for each in names)


def who(subject: str) -> str:
    """A token subject, or the part of the system that acted by itself."""
    return "the gate" if subject.startswith("system:") else subject


def held_roles(held: Sequence[str]) -> str:
    """What somebody may decide as, without what everybody has who reviews."""
    named = [readable(each) for each in held if each != "reviewer" and not each.startswith("person:")]
    return ", ".join(["reviewer", *named])


def capacities(step: Mapping[str, Any]) -> str:
    """Who may take a step of a review."""
    people = " or ".join(each.removeprefix("person:").replace("_", " ") for each in step["any_of"])
    missing = step["approvals"] - len(step["approved_by"])
    return people if missing == 1 else f"{missing} people: {people}"


def where(platform: str) -> str:
    """Such as `on X`, `by e-mail`, `in person`."""
    return _WHERE.get(platform) or f"on {PLATFORMS.get(platform, platform)}"


def field_label(path: str) -> str:
    """A heading for a field path such as `links[1].url`."""
    if path in FIELDS:
        return FIELDS[path]
    name, _, rest = path.partition("[")
    index, _, part = rest.partition("]")
    names = {
        "kpis": "Measure",
        "tiering.criteria": "Criterion of the ranking",
        "hashtags": "Hashtag",
        "mentions": "Mention",
        "links": "Link",
        "target.links": "Link in the target",
        "target.recent_texts": "Their recent post",
    }
    label = f"{names.get(name, name)} {int(index) + 1}" if index.isdecimal() else path
    return f"{label}, {part.removeprefix('.')}" if part else label


def readable(value: Any) -> str:
    """A fact for people; None is `not known`, never a no."""
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case str() if value in _SPOKEN:
            return _SPOKEN[value]
        case str():
            return value.replace("_", " ") if value.islower() and " " not in value else value
        case _:
            return str(value)
