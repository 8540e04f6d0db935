"""One forwarded case on one screen: its texts with the evidence marked, its clock, what is known and what is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.application.answers import listed, part
from portal.application.deciding import REVIEW_SCOPE
from portal.application.marking import Segment, segments, spans_in
from portal.application.moments import duration, parsed, plain, until
from portal.application.words import CRITERIA, field_label, readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Which desk a page is about, in words, paths and scopes."""

    name: str
    title: str
    address: str
    api: str
    key: str
    reads: str
    scope: str
    done: str
    none: str
    about: str


SAFETY = Desk(
    name="drug safety",
    title="Drug safety",
    address="/safety",
    api="/v1/safety-cases",
    key="safety_case_id",
    reads="safety:read",
    scope="safety:handle",
    done="assessed",
    none="not_a_case",
    about="Text that may report an adverse event. It goes to drug safety whatever becomes of the action.",
)
QUESTIONS = Desk(
    name="Medical Information",
    title="Medical Information",
    address="/medical-information",
    api="/v1/medical-information-cases",
    key="medical_information_case_id",
    reads="medical_information:read",
    scope="medical_information:handle",
    done="answered",
    none="not_a_question",
    about="Unsolicited questions about our medicines. Medical Information answers them, no action does.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """One forwarded text, marked."""

    path: str
    label: str
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the four minimum criteria; `places` are numbered as in the texts, with their quotes."""

    name: str
    known: bool
    places: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """What the page shows."""

    texts: Sequence[Text]
    criteria: Sequence[Criterion]
    due: str
    due_there: str
    left: str
    urgency: str
    escalations: Sequence[str]
    facts: Sequence[tuple[str, str]]
    corrections: Sequence[Mapping[str, Any]]
    may_hand_over: bool
    may_handle: bool


def view_of(case: Mapping[str, Any], desk: Desk, scopes: Collection[str], now: datetime) -> DeskView:
    """The view of a case as its API gives it."""
    places = [(name, place) for name in CRITERIA for place in listed(part(case, "places"), name)]
    places += [] if places else [("", each) for each in listed(case, "evidence")]
    findings = [{"evidence": place, "severity": "review"} for _, place in places]
    return DeskView(
        texts=[_text(each["field"], each["text"], findings) for each in listed(case, "texts")],
        criteria=[
            Criterion(name, bool(part(case, "criteria").get(name)), _numbered(places, name))
            for name in CRITERIA
            if "criteria" in case
        ],
        due=plain(case["due_at"]),
        due_there=_there(case["due_at"], str(case.get("timezone") or "UTC")),
        left=time_left(case, now),
        urgency=urgency(case),
        escalations=[_escalation(each, now) for each in listed(case, "stages")],
        facts=_facts(case),
        corrections=listed(case, "corrections"),
        may_hand_over=bool({REVIEW_SCOPE, desk.scope}.intersection(scopes)),
        may_handle=desk.scope in scopes,
    )


def time_left(case: Mapping[str, Any], now: datetime) -> str:
    """How much time the hand-over has left, in words."""
    due = parsed(case["due_at"])
    if case["state"] not in ("open", "acknowledged") or due is None:
        return ""
    return f"{duration(due - now)} left" if due > now else f"overdue for {duration(now - due)}"


def urgency(case: Mapping[str, Any]) -> str:
    """`block`, `review` or `pass`, as the tags are coloured."""
    if case["state"] not in ("open", "acknowledged"):
        return "pass"
    return "block" if case.get("overdue") or any(each.get("noted_at") for each in listed(case, "stages")) else "review"


def _text(path: str, text: str, findings: Sequence[Mapping[str, Any]]) -> Text:
    return Text(path, field_label(path), segments(text, spans_in(path, text, findings)))


def _numbered(places: Sequence[tuple[str, Mapping[str, Any]]], name: str) -> list[tuple[int, str]]:
    return [
        (number, str(place.get("quote") or field_label(str(place.get("field")))))
        for number, (criterion, place) in enumerate(places, start=1)
        if criterion == name
    ]


def _escalation(stage: Mapping[str, Any], now: datetime) -> str:
    overdue = stage["percent"] >= 100  # noqa: PLR2004 - percent
    what = "Overdue" if overdue else f"{stage['percent']} % of the time"
    told = f", told: {', '.join(stage['notify'])}" if stage.get("notify") else ""
    if stage.get("noted_at"):
        return f"{what}: escalated {plain(stage['noted_at'])}{told}"
    return f"{what}: {plain(stage['at'])} ({until(stage['at'], now)}){told.replace('told', 'will be told')}"


def _there(moment: str, zone: str) -> str:
    try:
        at = parsed(moment)
        return "" if at is None else f"{at.astimezone(ZoneInfo(zone)):%a %d %b %Y, %H:%M} in {zone}"
    except (ZoneInfoNotFoundError, ValueError):
        return ""


def _serious(case: Mapping[str, Any]) -> list[str]:
    """The criteria of seriousness that the words tell of."""
    return [name.partition(":")[2] for name in part(case, "places") if name.startswith("seriousness:")]


def _facts(case: Mapping[str, Any]) -> list[tuple[str, str]]:
    country = case.get("country") or "not known"
    basis = "of the reporter" if case.get("country_known") else "where it was received; the reporter's is not known"
    found = part(case, "found_by")
    facts = [
        ("country", f"{country} ({basis})"),
        ("clock", str(case.get("calendar") or "not known")),
        ("found by", " and ".join(found.get("by") or ("not known",))),
        ("rule set", str(found.get("rule_set") or "not known")),
    ]
    if "qualification" in case:
        stated = "" if case.get("qualification_known") else " (nobody stated it)"
        facts[:0] = [
            ("qualification", f"{readable(case['qualification'])}{stated}"),
            ("reads as serious", ", ".join(map(readable, _serious(case))) or "nothing said"),
            ("special situation", ", ".join(map(readable, case.get("situations") or ())) or "none recognised"),
        ]
        facts.append(("model", str(found.get("model") or "not known")))
    if "products" in case:
        facts[:0] = [
            ("medicine", ", ".join(case.get("products") or ()) or "not known"),
            ("asked about", ", ".join(map(readable, case.get("topics") or ())) or "not recognised"),
        ]
    return facts
