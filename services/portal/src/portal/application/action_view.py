"""One action on one screen, from a case as compliance gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.application.answers import listed, part
from portal.application.marking import Segment, segments, spans_in, value_at
from portal.application.moments import SlotWords, plain, slot
from portal.application.target_view import web_address
from portal.application.words import PLATFORMS, field_label, readable

_OUR_TEXTS = ("text", "media_text", "declaration")
_TARGET_TEXTS = ("target.text", "target.media_text", "target.url")
_ADDRESS = "target.url"
_BEHIND = ("inbound_text", "purpose", "value_statement", "kpi")
_HIDDEN_FACTS = frozenset({"id"})
_AS_WRITTEN = frozenset({"author", "moderation_owner", "outreach_policy", "owner_reason", "owner_id"})
_MOMENTS = frozenset({"captured_at"})
_ORDER = (
    *("platform", "audience", "account", "function", "relation", "trained_until", "authorised"),
    *("kind", "author", "author_relation", "type", "country", "relationship_stage", "owner_function", "owner_reason"),
    *("lawful_basis", "notice_sent_on", "opted_out", "do_not_engage", "minor", "contracted", "followers"),
    *("outreach_policy", "contacts_last_30_days", "reciprocal_contacts", "moderation_owner"),
)


@dataclass(frozen=True, slots=True)
class MarkedField:
    """One text with its evidence marked; `path` is its place in the snapshot, `href` the address a text may open."""

    path: str
    label: str
    segments: Sequence[Segment]
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """What the page shows. Findings keep their order; their numbers are the marks in the texts.

    `rule_set` is the hash of the rules that judged, None before.
    """

    ours: Sequence[MarkedField]
    target: Sequence[MarkedField]
    behind: Sequence[MarkedField]
    findings: Sequence[Mapping[str, Any]]
    rule_set: str | None
    verdict: str | None
    safety_handover: bool
    approvals: str
    open_steps: Sequence[str]
    stakeholder: Sequence[tuple[str, str]]
    actor: Sequence[tuple[str, str]]
    channel: Sequence[tuple[str, str]]
    target_facts: Sequence[tuple[str, str]]
    slot: SlotWords


def view_of(case: Mapping[str, Any], now: datetime) -> ActionView:
    """The view of a case; before its judgement, the snapshot as submitted without findings."""
    judgement = part(case, "judgement")
    snapshot = part(judgement, "resolved") or part(case, "snapshot")
    findings = listed(judgement, "findings")
    return ActionView(
        ours=marked(
            snapshot,
            (
                *_OUR_TEXTS,
                *_listed(snapshot, "hashtags"),
                *_listed(snapshot, "mentions"),
                *_pages(snapshot, "links"),
                "event.name",
                "event.venue",
                "training.subject",
            ),
            findings,
        ),
        target=marked(
            snapshot,
            (*_TARGET_TEXTS, *_pages(snapshot, "target.links"), *_listed(snapshot, "target.recent_texts")),
            findings,
        ),
        behind=marked(snapshot, (*_BEHIND, "training.conditions"), findings),
        findings=findings,
        rule_set=judgement.get("rule_set"),
        verdict=judgement.get("verdict") or case.get("verdict"),
        safety_handover=judgement.get("safety_handover") is True,
        approvals=_approvals(case),
        open_steps=[step["name"] for step in listed(case, "steps") if step["is_open"]],
        stakeholder=facts(snapshot.get("stakeholder")),
        actor=facts(snapshot.get("actor")),
        channel=facts(snapshot.get("channel")),
        target_facts=facts(_without_texts(snapshot.get("target"))),
        slot=slot(case.get("slot_start"), case.get("slot_end"), now),
    )


def marked(
    snapshot: Mapping[str, Any], paths: Sequence[str], findings: Sequence[Mapping[str, Any]]
) -> list[MarkedField]:
    """The texts at `paths` that are there, with the evidence of `findings` marked."""
    fields: list[MarkedField] = []
    for path in paths:
        text = value_at(snapshot, path)
        if isinstance(text, str) and text:
            href = web_address(text) if path == _ADDRESS else None
            found = segments(text, spans_in(path, text, findings))
            fields.append(MarkedField(path, field_label(path), found, href))
    return fields


def facts(part: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Name and value of every fact of a part in a fixed order, unknown ones included."""
    known = part or {}
    names = sorted(known.keys() - _HIDDEN_FACTS, key=lambda name: (_place(name), name))
    return [(name.replace("_", " "), _shown(name, known[name])) for name in names]


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _shown(name: str, value: Any) -> str:
    if name in _MOMENTS:
        return plain(value)
    if name == "platform":
        return PLATFORMS.get(value, readable(value))
    return str(value) if name in _AS_WRITTEN and value is not None else readable(value)


def _approvals(case: Mapping[str, Any]) -> str:
    steps = listed(case, "steps")
    given = sum(len(step["approved_by"]) for step in steps)
    return f"{given} of {sum(step['approvals'] for step in steps)} given" if steps else "none asked yet"


def _without_texts(target: Mapping[str, Any] | None) -> dict[str, Any]:
    shown = ("kind", "author", "author_relation", "captured_at")
    return {name: value for name, value in (target or {}).items() if name in shown}


def _listed(snapshot: Mapping[str, Any], path: str) -> Iterator[str]:
    for index in range(len(value_at(snapshot, path) or ())):
        yield f"{path}[{index}]"


def _pages(snapshot: Mapping[str, Any], path: str) -> Iterator[str]:
    for page in _listed(snapshot, path):
        for name in ("url", "title", "text"):
            yield f"{page}.{name}"
