"""What reviews took, named as the field names it: First Pass Approval, Job and Review Duration, Circulations.

Every approval counts once, in the period in which it was given; an action approved again after its approval had become
void counts again. Withdrawn, expired, voided and rejected actions have no durations, they are counted as outcomes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from compliance.domain.circulations.rounds import DECIDED

By = Literal["team", "rule", "month", "week"]
NOT_KNOWN = "not known"
NO_FINDING = "no finding"
_NINE_TENTHS = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A circulation that has ended. `in_time`: not after it was due."""

    outcome: str
    ended_at: datetime
    in_time: bool
    team: str | None
    rules: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approval, and how it was come by: `circulations` until then, `rules` of any of them.

    `job` is from the first submission to the approval, `review` the time in review of all these circulations; each on
    the clock, and `worked` in working time.
    """

    approved_at: datetime
    circulations: int
    team: str | None
    rules: frozenset[str]
    job: timedelta
    job_worked: timedelta
    review: timedelta
    review_worked: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """`p90`: nine of ten are not above it, between two values on the line that joins them."""

    median: float
    p90: float
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFigures:
    """The figures of one group; durations in hours. Spreads are None where nothing was approved.

    `decided` of the circulations that ended were decided by reviewers, `decided_in_time` of them before they were due.
    """

    group: str
    approved: int
    first_pass: int
    circulations: Spread | None
    job: Spread | None
    job_worked: Spread | None
    review: Spread | None
    review_worked: Spread | None
    ended: int
    decided: int
    decided_in_time: int
    outcomes: Mapping[str, int]


def figures_by(
    by: By, approvals: Sequence[Approval], ended: Sequence[Ended], *, timezone: str
) -> tuple[ReviewFigures, tuple[ReviewFigures, ...]]:
    """The figures of all together and of each group, by name. A circulation with several rules counts for each."""
    of_approval = _groups(by, timezone)
    given: dict[str, list[Approval]] = defaultdict(list)
    over: dict[str, list[Ended]] = defaultdict(list)
    for approval in approvals:
        for group in of_approval(approval.team, approval.rules, approval.approved_at):
            given[group].append(approval)
    for each in ended:
        for group in of_approval(each.team, each.rules, each.ended_at):
            over[group].append(each)
    groups = tuple(_figures(name, given[name], over[name]) for name in sorted({*given, *over}))
    return _figures("all", approvals, ended), groups


def spread(values: Iterable[float]) -> Spread | None:
    """Median, 90th percentile and mean; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    return Spread(
        median=_percentile(ordered, 0.5),
        p90=_percentile(ordered, _NINE_TENTHS),
        mean=sum(ordered) / len(ordered),
    )


def _percentile(ordered: Sequence[float], share: float) -> float:
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _groups(by: By, timezone: str) -> Callable[[str | None, frozenset[str], datetime], Iterable[str]]:
    zone = ZoneInfo(timezone)

    def of(team: str | None, rules: frozenset[str], at: datetime) -> Iterable[str]:
        day = at.astimezone(zone)
        match by:
            case "team":
                return (team or NOT_KNOWN,)
            case "rule":
                return rules or (NO_FINDING,)
            case "month":
                return (f"{day:%Y-%m}",)
            case "week":
                return (f"{day:%G-W%V}",)

    return of


def _figures(group: str, approvals: Sequence[Approval], ended: Sequence[Ended]) -> ReviewFigures:
    decided = [each for each in ended if each.outcome in DECIDED]
    return ReviewFigures(
        group=group,
        approved=len(approvals),
        first_pass=sum(each.circulations == 1 for each in approvals),
        circulations=spread(each.circulations for each in approvals),
        job=spread(_hours(each.job) for each in approvals),
        job_worked=spread(_hours(each.job_worked) for each in approvals),
        review=spread(_hours(each.review) for each in approvals),
        review_worked=spread(_hours(each.review_worked) for each in approvals),
        ended=len(ended),
        decided=len(decided),
        decided_in_time=sum(each.in_time for each in decided),
        outcomes=dict(sorted(Counter(each.outcome for each in ended).items())),
    )


def _hours(span: timedelta) -> float:
    return span / timedelta(hours=1)
