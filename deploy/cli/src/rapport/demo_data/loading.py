"""The demo data of a first start, loaded through the public APIs with the demo users' tokens.

`python -m rapport.demo_data`. Loading again changes nothing that is there. Everybody in it is invented.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rapport.demo_data.actions import Actions, Known, Line, People
from rapport.demo_data.posts import mastodon_file, x_file
from rapport.place import find_place
from rapport.problem import Problem
from rapport.story.client import Caller, System
from rapport.story.steps import await_known

Say = Callable[[str], None]


def load(system: System, folder: Path, *, say: Say, now: datetime) -> None:
    """Load people, posts, plans and actions from `folder` (deploy/demo). Posts are dated relative to `now`."""
    people = People(
        authors={name: system.sign_in(name) for name in ("amira.medical", "jonas.comms")},
        reviewer=system.sign_in("rosa.reviewer"),
    )
    author = people.authors["jonas.comms"]
    stakeholders = _stakeholders(author, folder, say)
    engagers = _engagers(author, folder, say)
    posts = _posts(author, folder, now, say)
    plans = _plans(author, folder, now, say)
    await_known(author, len(stakeholders))
    _actions(people, folder, Known(stakeholders, engagers, posts, plans), say)


def _stakeholders(author: Caller, folder: Path, say: Say) -> dict[str, str]:
    report = author.upload("registry", "/v1/stakeholder-imports", (folder / "people.csv").read_bytes(), "text/csv")
    if report["rejected_count"]:
        raise Problem(f"people.csv: {report['rejected'][0]}", remedy="correct deploy/demo/people.csv")
    say(f"people: {report['imported']} imported, {report['unchanged']} known")
    return {each["name"]: each["id"] for each in author.every("registry", "/v1/stakeholders")}


def _engagers(author: Caller, folder: Path, say: Say) -> dict[str, str]:
    known = {each["name"]: each["id"] for each in author.every("registry", "/v1/engagers")}
    for each in _lines(folder / "engagers.jsonl"):
        if each["name"] not in known:
            known[each["name"]] = author.post("registry", "/v1/engagers", each)["id"]
    say(f"our own people: {len(known)}")
    return known


def _posts(author: Caller, folder: Path, now: datetime, say: Say) -> dict[str, str]:
    lines = _lines(folder / "posts.jsonl")
    files = {"x_v2": x_file(lines, now), "mastodon": mastodon_file(lines, now)}
    for shape, content in files.items():
        report = author.upload("audit", "/v1/post-imports", content, "application/json", shape=shape)
        if report["rejected_count"]:
            raise Problem(f"posts.jsonl: {report['rejected'][0]}", remedy="correct deploy/demo/posts.jsonl")
        say(f"posts ({shape}): {report['captured']} captured, {report['unchanged'] + report['updated']} known")
    return {each["external_id"]: each["id"] for each in author.every("audit", "/v1/posts")}


def _plans(author: Caller, folder: Path, now: datetime, say: Say) -> dict[str, str]:
    known = {each["title"]: each["id"] for each in author.every("planner", "/v1/plans")}
    plans: dict[str, str] = {}
    for line in _lines(folder / "plans.jsonl"):
        name, days = line.pop("name"), line.pop("days")
        period = {"starts_on": now.date().isoformat(), "ends_on": (now + timedelta(days=days)).date().isoformat()}
        plans[name] = known.get(line["title"]) or author.post("planner", "/v1/plans", {**line, **period})["id"]
    say(f"plans: {len(plans)}")
    return plans


def _actions(people: People, folder: Path, known: Known, say: Say) -> None:
    planned = [each for plan in known.plans.values() for each in _planned(people.reviewer, plan)]
    there = {each["purpose"]: each for each in planned if each["state"] != "withdrawn"}
    loading = Actions(people, known)
    open_lines: list[tuple[Line, str]] = []
    lines = _lines(folder / "actions.jsonl")
    for line in lines:
        action = there.get(line["body"]["purpose"])
        if action is None or (action["state"] == "draft" and line["then"]):
            open_lines.append((line, loading.begin(line, action, first=not there and not open_lines)))
    for line, action_id in open_lines:
        loading.go_on(line, action_id)
    say(f"actions: {len(open_lines)} planned, {len(lines) - len(open_lines)} known")


def _planned(reader: Caller, plan_id: str) -> list[dict[str, Any]]:
    return reader.every("planner", f"/v1/plans/{plan_id}/actions")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """Load into the system of this checkout; exit 1 with a readable line when that fails."""
    started = time.monotonic()
    try:
        with System.open() as system:
            load(system, find_place().demo, say=print, now=datetime.now(UTC))  # noqa: TID251 - the posts are recent ones
    except Problem as problem:
        print(f"demo data: {problem}", file=sys.stderr)
        raise SystemExit(1) from None
    print(f"demo data loaded in {time.monotonic() - started:.1f} s")
