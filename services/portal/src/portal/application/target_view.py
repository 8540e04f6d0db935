"""What is known of the target now, who may confirm it, and how long a confirmation helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from portal.application.moments import parsed, plain

SEEN = {"unchanged": "the post is unchanged", "changed": "its words have changed", "deleted": "it is gone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """`choices` are what this person may say they saw; `notes` say why it does not or will not be enough."""

    choices: Mapping[str, str]
    notes: Sequence[str]


def target_view(case: Mapping[str, Any], now: Mapping[str, Any], *, subject: str) -> TargetView:
    """`case` as compliance gives it, `now` the audit's answer about the target. The gate has the last word."""
    notes: list[str] = []
    choices = dict(SEEN)
    if _worked_on(case, now.get("confirmed_by")):
        notes.append(
            f"{now.get('confirmed_by_name') or now.get('confirmed_by')} worked on this action, so this confirmation"
            " does not count: somebody else has to look."
        )
    if _worked_on(case, subject):
        del choices["unchanged"]
        notes.append(
            "You worked on this action, so you do not confirm its target: somebody else has to look."
            " You can report that it has changed or is gone."
        )
    return TargetView(choices=choices, notes=(*notes, *_too_short(case, now)))


def web_address(text: str) -> str | None:
    """`text` if a browser may open it: http or https, nothing else."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.netloc else None


def _worked_on(case: Mapping[str, Any], subject: Any) -> bool:
    return subject is not None and (subject == case.get("submitted_by") or subject in (case.get("edited_by") or ()))


def _too_short(case: Mapping[str, Any], now: Mapping[str, Any]) -> Sequence[str]:
    opens, since, until = (
        parsed(each) for each in (case.get("slot_start"), now.get("confirmed_at"), now.get("valid_until"))
    )
    if now.get("state") != "confirmed" or opens is None or until is None or until > opens:
        return ()
    again = "in the slot" if since is None else f"after {plain(opens - (until - since))}"
    return (f"This confirmation ends before the slot opens: look again {again}.",)
