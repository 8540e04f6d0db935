"""Reviews by the clock, for people: due times, circulations, and what reviews took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.application.answers import listed, part
from portal.application.moments import duration, parsed, plain, until

GROUPINGS = {"team": "team", "rule": "rule", "month": "month", "week": "week"}
MEASURES = {
    "job": "Job Duration, on the clock",
    "job_worked": "Job Duration, working time",
    "review": "Review Duration, on the clock",
    "review_worked": "Review Duration, working time",
}
_WHOLE = 100
OUTCOMES = {
    "approved": "approved",
    "changes_requested": "changes requested",
    "rejected": "rejected",
    "revised": "the author sent another version",
    "withdrawn": "withdrawn by its author",
    "expired": "its slot passed",
    "voided": "what was in review did not hold any more",
    "blocked": "blocked when it was judged anew",
}


@dataclass(frozen=True, slots=True)
class Due:
    """When a decision is due, in words; `late` where it is overdue."""

    words: str
    late: bool


@dataclass(frozen=True, slots=True)
class Circulation:
    """One pass through review."""

    number: int
    version: int
    words: str
    due: str
    late: bool
    notices: Sequence[str]


@dataclass(frozen=True, slots=True)
class Bar:
    """A measure of one group: `text` says it, `share` of 100 is how long its bar is."""

    name: str
    text: str
    share: int


@dataclass(frozen=True, slots=True)
class Group:
    """What reviews of one group took."""

    name: str
    approved: int
    first_pass: str
    first_pass_share: int
    circulations: str
    in_time: str
    outcomes: str
    bars: Sequence[Bar]


def due_of(case: Mapping[str, Any], now: datetime) -> Due | None:
    """When the open circulation of a listed case is due; None where none is open."""
    due_at = parsed(case.get("due_at"))
    if due_at is None:
        return None
    if case.get("overdue"):
        return Due(f"overdue for {duration(now - due_at)}", late=True)
    if case.get("state") == "paused":
        return Due("its clock stands still", late=False)
    return Due(f"to be decided in {duration(due_at - now)}", late=False)


def circulation_view(circulation: Mapping[str, Any], now: datetime) -> Circulation:
    """One circulation as its API gives it."""
    begun, outcome = plain(circulation["entered_at"]), circulation.get("outcome")
    if outcome:
        words = f"{begun} to {plain(circulation['ended_at'])}: {OUTCOMES.get(outcome, outcome)}"
    else:
        words = f"since {begun}"
    due = f"due {plain(circulation['due_at'])}"
    if circulation.get("paused"):
        due = "its clock stands still while a stop signal is in force"
    elif not outcome:
        due = f"{due} ({until(circulation['due_at'], now)})"
    return Circulation(
        number=circulation["number"],
        version=circulation["action_version"],
        words=words,
        due=due,
        late=bool(circulation.get("overdue")),
        notices=[_notice(each) for each in listed(circulation, "notices")],
    )


def groups_of(metrics: Mapping[str, Any]) -> list[Group]:
    """All together first, then each group; bars of one measure are drawn to the same scale."""
    figures = [part(metrics, "all"), *listed(metrics, "groups")]
    longest = {name: max((part(each, name).get("median") or 0 for each in figures), default=0) for name in MEASURES}
    return [_group(each, longest) for each in figures]


def _group(figures: Mapping[str, Any], longest: Mapping[str, float]) -> Group:
    approved, first = figures["approved"], figures["first_pass"]
    share = round(_WHOLE * first / approved) if approved else 0
    decided = figures["decided"]
    outcomes = part(figures, "outcomes")
    return Group(
        name=str(figures["group"]).replace("_", " "),
        approved=approved,
        first_pass=f"{share} % ({first} of {approved})" if approved else "nothing was approved",
        first_pass_share=share,
        circulations=_numbers(part(figures, "circulations"), ""),
        in_time=f"{figures['decided_in_time']} of {decided}" if decided else "nothing was decided",
        outcomes=", ".join(f"{OUTCOMES.get(name, name)}: {number}" for name, number in outcomes.items()),
        bars=[_bar(name, part(figures, name), longest[name]) for name in MEASURES],
    )


def _bar(name: str, spread: Mapping[str, Any], longest: float) -> Bar:
    share = round(_WHOLE * spread["median"] / longest) if spread and longest else 0
    return Bar(MEASURES[name], _numbers(spread, " h"), share)


def _numbers(spread: Mapping[str, Any], unit: str) -> str:
    if not spread:
        return "not known"
    return f"median {spread['median']:.1f}{unit}, p90 {spread['p90']:.1f}{unit}, mean {spread['mean']:.1f}{unit}"


def _notice(notice: Mapping[str, Any]) -> str:
    told = ", ".join(str(each).removeprefix("person:").replace("_", " ") for each in notice.get("notify") or ())
    what = "escalated" if notice["percent"] >= _WHOLE else f"{notice['percent']} % of the time over"
    return f"{what}, {plain(notice['noted_at'])}; told: {told or 'nobody'}"
