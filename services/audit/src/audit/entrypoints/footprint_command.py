"""The command `footprint`: files in, one JSON line per stakeholder out."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import BinaryIO

import click

from audit.application.footprint_files import footprints_of, read_people
from audit.application.ports import ThresholdsInForce
from audit.domain.dates import moment
from audit.domain.footprint_values import FootprintState, Window
from audit.domain.imported import Defaults, Reading, Rejection
from audit.domain.people import FinderFactory
from audit.domain.reading import READERS, NotText, Shape, names_no_author, read_posts
from shared.kernel.clock import Clock
from shared.kernel.errors import DomainError

_HOME: dict[Shape, str] = {"x_v2": "x", "mastodon": "mastodon", "pipe": "x"}


def footprint_command(*, finder: FinderFactory, thresholds: ThresholdsInForce, clock: Clock) -> click.Command:
    """The command over these rules."""

    @click.command("footprint")
    @click.option("--stakeholders", type=click.File("rb"), required=True, help="CSV: name, handles (x:some_one; ...)")
    @click.option("--posts", type=click.File("rb"), multiple=True, required=True, help="post files; repeat for several")
    @click.option("--shape", type=click.Choice([*READERS]), default="x_v2", show_default=True)
    @click.option("--platform", help="where the posts stood; the shape's own by default")
    @click.option("--author", help="handle whose posts these are; {stem}: the file's name without ending")
    @click.option("--until", "until_text", help="end of the window, ISO 8601; now by default")
    @click.option("--window-days", type=click.IntRange(1, 36_500), help="length of the window")
    def footprint(
        *,
        stakeholders: BinaryIO,
        posts: tuple[BinaryIO, ...],
        shape: Shape,
        platform: str | None,
        author: str | None,
        until_text: str | None,
        window_days: int | None,
    ) -> None:
        """Audit people from files; needs no server. `-` is standard input.

        Bad lines are named and left out; the exit code is 1 when there were any, or nothing to audit.
        """
        if names_no_author(shape, author):
            raise click.UsageError(f"--author is missing: lines of the shape {shape} name none")
        now = clock.now()
        policy = thresholds(now.date())
        window = _window(until_text, window_days or policy.window_days, now)
        known = read_people(stakeholders.read())
        bad_lines = _tell("stakeholders", known.rejected)
        if known.ignored_columns:
            click.echo(f"columns not read: {', '.join(known.ignored_columns)}", err=True)
        home = platform or _HOME[shape]
        together = Reading()
        for file in posts:
            stem = file.name.rpartition("/")[2].rpartition(".")[0] or file.name
            written_by = stem if author == "{stem}" else author
            reading = _read(file, shape, Defaults(home, written_by), now)
            bad_lines += _tell(file.name, reading.rejected)
            if reading.repaired:
                click.echo(f"{file.name}: {len({each.line for each in reading.repaired})} lines repaired", err=True)
            together.posts += reading.posts
        found = footprints_of(known.people, together, finder=finder, thresholds=policy, window=window, at=now)
        for state, person in zip(found, known.people, strict=True):
            click.echo(json.dumps(_line(state, person.name), ensure_ascii=False))
        if bad_lines or not known.people or not together.posts:
            sys.exit(1)

    return footprint


def _window(until_text: str | None, days: int, now: datetime) -> Window:
    until = moment(until_text) if until_text else now
    if until is None:
        raise click.BadParameter("not a time with an offset, such as 2015-04-10T00:00:00Z", param_hint="--until")
    try:
        return Window.ending(until, days)
    except DomainError as error:
        raise click.BadParameter(error.message, param_hint="--window-days") from None


def _read(file: BinaryIO, shape: Shape, defaults: Defaults, now: datetime) -> Reading:
    try:
        return read_posts(file.read(), shape, defaults, now=now)
    except NotText as error:
        return Reading(rejected=[Rejection(0, error.message, error.remedy or "")])


def _tell(source: str, rejected: list[Rejection]) -> int:
    for each in rejected:
        place = f"{source}, line {each.line}" if each.line else source
        click.echo(f"{place}: {each.message}. Remedy: {each.remedy}", err=True)
    return len(rejected)


def _line(state: FootprintState, name: str) -> dict[str, object]:
    evidence = state.evidence
    return {
        "stakeholder_id": state.stakeholder_id,
        "name": name,
        "activity": state.activity,
        "own_posts": evidence.own_posts,
        "mentions_by_others": evidence.mentions_by_others,
        "mentioned_by": evidence.mentioned_by,
        "channels": [
            {
                "platform": each.platform,
                "handle": each.handle,
                "posts": each.posts,
                "first_post_at": each.first_post_at and each.first_post_at.isoformat(),
                "last_post_at": each.last_post_at and each.last_post_at.isoformat(),
                "observed": each.observed,
                "undated_posts": each.undated_posts,
            }
            for each in evidence.channels
        ],
        "window_from": state.window.start.isoformat(),
        "window_to": state.window.end.isoformat(),
        "audited_at": state.audited_at.isoformat(),
        "thresholds": state.thresholds,
    }
