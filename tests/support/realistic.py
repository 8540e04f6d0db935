"""Planned actions of everyday length and variety, for benchmarks: a share or a thank-you with a captured post."""

from __future__ import annotations

from itertools import product
from typing import Any

_OPENINGS = (
    "Thank you for walking us through the new referral pathway in plain language.",
    "A clear thread for everybody who could not be in the room this week.",
    "Worth ten quiet minutes: how a small clinic reorganised its waiting list.",
    "We learned a lot from your session on shared decisions in the ward.",
    "Three questions every team should ask before changing its discharge letter.",
)
_MIDDLES = (
    "The part about listening before planning will stay with us, and the slides are open for all.",
    "It shows how nurses, physicians and relatives can talk about the same day in the same words.",
    "The discussion afterwards was as good as the talk, above all on rural practices and travel times.",
    "Patients were in the room from the first meeting on, and that is visible on every page.",
)
_ENDINGS = (
    "Looking forward to the next round of this series in spring.",
    "We would be glad to hear what others have tried.",
    "The recording stays available until the end of the year.",
)
POSTS = (
    (
        "Our team spent a year counting how long people wait for a first appointment and what happens meanwhile. Today "
        "we publish the method and the spreadsheet, so that other regions can repeat it. Comments are welcome below."
    ),
    (
        "What would you want to know before your first visit? We asked 140 families and put their answers on one page, "
        "translated into six languages by volunteers. Feel free to print it for your waiting room."
    ),
    (
        "At the congress next month we host an open table on how to write letters that people understand. No slides, "
        "no sponsors, just examples brought by participants. Seats are first come, first served."
    ),
)
_PAGES = (
    "The page describes the project, the people behind it and how to take part. " * 9,
    "Programme of the day. Registration opens at eight. Sessions are held in the main hall. " * 12,
)
_PLATFORMS = ("x", "linkedin", "mastodon")
_WORDS = tuple(product(_OPENINGS, _MIDDLES, _ENDINGS))


def a_realistic_snapshot(number: int, **ids: Any) -> dict[str, Any]:
    """The `number`-th planned action; `ids` may give action_id, stakeholder_id, engager_id and scheduled_for."""
    opening, middle, ending = _WORDS[number % len(_WORDS)]
    return {
        "action_id": ids.get("action_id", f"action-{number}"),
        "type": ("share", "thank", "comment")[number % 3],
        "channel": {
            "platform": ("x", "linkedin", "mastodon")[number % 3],
            "audience": "public",
            "account": "corporate",
        },
        "purpose": "Pass on useful work of others and stay in touch",
        "value_statement": "Their work reaches people who look for it",
        "kpi": "answers and exchanges",
        "text": f"{opening} {middle} {ending} ({number})",
        "media_text": None,
        "hashtags": ["#PatientVoice", "#OpenClinic"],
        "mentions": ["@openclinic"],
        "links": [],
        "declaration": "We are Havelmark Pharma.",
        "references": [],
        "target": {
            "kind": "post",
            "url": f"https://social.example/@openclinic/{number}",
            "author": "Open Clinic",
            "author_relation": "independent",
            "text": POSTS[number % len(POSTS)],
            "media_text": None,
            "links": [
                {
                    "url": f"https://openclinic.example/{number % 7}",
                    "title": "An open clinic",
                    "text": _PAGES[number % len(_PAGES)],
                    "own_domain": False,
                    "hcp_only": False,
                }
            ],
            "captured_at": "2026-11-16T09:00:00Z",
        },
        "actor": {"id": ids.get("engager_id"), "function": "medical", "relation": "employee"},
        "stakeholder": {"id": ids.get("stakeholder_id"), "type": "hcp", "country": "DE"},
        "company": {"name": "Havelmark Pharma", "country": "DE"},
        "scheduled_for": ids.get("scheduled_for"),
    }
