"""Circulations of one action, and what reviews took: First Pass Approval, Job and Review Duration, Circulations."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Json

from compliance.domain.circulations.metrics import By, ReviewFigures
from compliance.entrypoints.api.cases import case_of
from compliance.entrypoints.api.ports import Ports, Reader
from shared.web.problem import Malformed

router = APIRouter(tags=["circulations"])

_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_USUAL = timedelta(days=90)
_LONGEST = timedelta(days=1100)
_MEASURES = ("circulations", "job", "job_worked", "review", "review_worked")
_COUNTS = ("approved", "first_pass", "ended", "decided", "decided_in_time")


class NoticeRead(BaseModel):
    """At `percent` of the time those in `notify` were told."""

    percent: int
    noted_at: datetime
    notify: list[str]


class CirculationRead(BaseModel):
    """One pass of one version through review. `rules` were found in it; `restarts` are judgements anew within it."""

    number: int
    action_version: int
    entered_at: datetime
    first_vote_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    verdict: str | None
    rules: list[str]
    team: str | None
    waits_for: list[str]
    due_at: datetime
    overdue: bool
    paused: bool
    restarts: int
    next_notice_at: datetime | None
    notices: Json[list[NoticeRead]]


class SpreadRead(BaseModel):
    """In hours, `circulations` in their number."""

    median: float
    p90: float
    mean: float


class FiguresRead(BaseModel):
    """One group. Approvals have durations; of the circulations that `ended`, reviewers `decided` some, some in time.

    `first_pass_approval` is `first_pass` of `approved`, null where nothing was approved.
    """

    group: str
    approved: int
    first_pass: int
    first_pass_approval: float | None
    circulations: SpreadRead | None
    job: SpreadRead | None
    job_worked: SpreadRead | None
    review: SpreadRead | None
    review_worked: SpreadRead | None
    ended: int
    decided: int
    decided_in_time: int
    outcomes: dict[str, int]


class MetricsRead(BaseModel):
    """Both days are included; they are days of `timezone`."""

    first: date
    last: date
    timezone: str
    by: By
    all: FiguresRead
    groups: list[FiguresRead]


async def _asked(
    ports: Ports,
    first: Annotated[date | None, Query(alias="from", description="90 days before `to` where left out")] = None,
    last: Annotated[date | None, Query(alias="to", description="today where left out")] = None,
    by: Annotated[Literal["team", "rule", "month", "week"], Query()] = "team",
) -> MetricsRead:
    """The figures asked for. Raises Malformed."""
    end = last or ports.circulations.now().date()
    if not _FIRST_YEAR <= end.year <= _LAST_YEAR:
        raise Malformed("to lies in no year that is measured", field="to", remedy="send a day of a real period")
    begin = first or end - _USUAL
    if not timedelta() <= end - begin <= _LONGEST:
        raise Malformed("from is after to, or over three years before it", field="from", remedy="send a shorter period")
    total, groups = await ports.circulations.metrics(begin, end, by)
    return MetricsRead(
        first=begin,
        last=end,
        timezone=ports.circulations.clock.working_time.timezone,
        by=by,
        all=_read(total),
        groups=[_read(each) for each in groups],
    )


Metrics = Annotated[MetricsRead, Depends(_asked)]


@router.get("/v1/review-metrics")
async def read_metrics(_reader: Reader, metrics: Metrics) -> MetricsRead:
    """What reviews took, by team, rule, month or week. Nobody's name is in it: it measures the process, not people."""
    return metrics


@router.get("/v1/review-metrics/file", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def read_file(_reader: Reader, metrics: Metrics) -> Response:
    """The same as CSV in UTF-8, one line a group and the first of all; durations in hours."""
    text = io.StringIO()
    csv.writer(text).writerows(_lines(metrics))
    headers = {
        "Content-Disposition": f'attachment; filename="review-metrics-{metrics.first}-{metrics.last}-{metrics.by}.csv"'
    }
    return Response(text.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/v1/cases/{action_id}/circulations")
async def list_circulations(action_id: str, _reader: Reader, ports: Ports) -> list[CirculationRead]:
    """The circulations of one action, the first in front."""
    await case_of(action_id, ports)
    now = ports.circulations.now()
    return [_circulation(row, now) for row in await ports.circulations.queries.of_action(action_id)]


def _circulation(row: Mapping[str, Any], now: datetime) -> CirculationRead:
    if row["ended_at"] is not None:
        late = row["ended_at"] > row["due_at"]
    else:
        late = row["due_at"] <= now and (not row["paused"] or row["was_overdue"])
    return CirculationRead.model_validate({**row, "overdue": late, "next_notice_at": row["next_stage_at"]})


def _read(figures: ReviewFigures) -> FiguresRead:
    share = figures.first_pass / figures.approved if figures.approved else None
    return FiguresRead.model_validate({**asdict(figures), "first_pass_approval": share})


def _lines(metrics: MetricsRead) -> Iterator[Sequence[object]]:
    spreads = [f"{name}_{each}" for name in _MEASURES for each in SpreadRead.model_fields]
    yield [metrics.by, *_COUNTS, "first_pass_approval", *spreads]
    for group in (metrics.all, *metrics.groups):
        figures = group.model_dump()
        measured = [(figures[name] or {}).get(each) for name in _MEASURES for each in SpreadRead.model_fields]
        shown = [None if value is None else round(value, 4) for value in (figures["first_pass_approval"], *measured)]
        yield [figures["group"], *(figures[name] for name in _COUNTS), *shown]
