"""The demo data of a first start, loaded through the public APIs with the demo users' tokens.

`python -m rapport.demo_data`. Loading again changes nothing that is there. Everybody in it is invented.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rapport.demo_posts import mastodon_file, x_file
from rapport.place import find_place
from rapport.problem import Problem
from rapport.story import Caller, System
from rapport.story_steps import await_known, case_in, confirm_target, draft, submit, submit_known, vote

Say = Callable[[str], None]
MEANING = "I have read the content and its findings, and it may go out as it stands."
_WAITING = frozenset({"in_review", "blocked", "paused"})


@dataclass(frozen=True, slots=True)
class People:
    """Who plays in the demo data."""

    authors: Mapping[str, Caller]
    reviewer: Caller


@dataclass(frozen=True, slots=True)
class Known:
    """Ids by the names the files use."""

    stakeholders: Mapping[str, str]
    engagers: Mapping[str, str]
    posts: Mapping[str, str]
    plans: Mapping[str, str]


def load(system: System, folder: Path, *, say: Say, now: datetime) -> None:
    """Load people, posts, plans and actions from `folder` (deploy/demo). Slots are relative to `now`."""
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
    _actions(people, folder, Known(stakeholders, engagers, posts, plans), now, say)


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


def _actions(people: People, folder: Path, known: Known, now: datetime, say: Say) -> None:
    lines = _lines(folder / "actions.jsonl")
    planned = [each for plan in known.plans.values() for each in _planned(people.reviewer, plan)]
    there = {each["purpose"] for each in planned if each["state"] != "withdrawn"}
    missing = [line for line in lines if line["body"]["purpose"] not in there]
    begun = [(line, _begin(people, line, known, now, first=number == 0)) for number, line in enumerate(missing)]
    for line, action_id in begun:
        _go_on(people, line, action_id, known)
    say(f"actions: {len(missing)} planned, {len(lines) - len(missing)} known")


def _planned(reader: Caller, plan_id: str) -> list[dict[str, Any]]:
    return reader.every("planner", f"/v1/plans/{plan_id}/actions")


def _begin(people: People, line: Mapping[str, Any], known: Known, now: datetime, *, first: bool) -> str:
    author = people.authors[line["by"]]
    start = now + timedelta(seconds=line["starts_in"])
    slot = {"start": start.isoformat(), "end": (start + timedelta(minutes=line["lasts_minutes"])).isoformat()}
    body = {
        **line["body"],
        "stakeholder_id": known.stakeholders[line["person"]],
        "engager_id": known.engagers[line["engager"]],
        "scheduled_for": slot,
        **({"target_post_id": known.posts[line["target"]]} if "target" in line else {}),
    }
    plan_id = known.plans[line["plan"]]
    if first:
        return submit_known(author, people.reviewer, plan_id, body)["id"]
    action_id = draft(author, plan_id, body)["id"]
    if line["then"]:
        submit(author, action_id)
    return action_id


def _go_on(people: People, line: Mapping[str, Any], action_id: str, known: Known) -> None:
    """Take the steps in `then` that follow the submission."""
    for step in line["then"]:
        case = case_in(people.reviewer, action_id, _WAITING | {"approved"}) if step != "confirm" else {}
        match step:
            case "submit":
                pass
            case "confirm":
                confirm_target(people.reviewer, known.posts[line["target"]])
            case "approve":
                vote(people.reviewer, case, "approve", meaning=MEANING)
            case "request_changes" | "reject":
                vote(people.reviewer, case, step, meaning="My decision on this content.", reason=line["reason"])
            case "opt_out":
                path = f"/v1/stakeholders/{known.stakeholders[line['person']]}/opt-out"
                people.authors[line["by"]].post("registry", path, {"reason": line["reason"]})
                case_in(people.reviewer, action_id, {"paused"})
            case _:
                raise Problem(f"actions.jsonl: unknown step {step!r}", remedy="correct deploy/demo/actions.jsonl")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """Load into the system of this checkout; exit 1 with a readable line when that fails."""
    started = time.monotonic()
    try:
        with System.open() as system:
            load(system, find_place().demo, say=print, now=datetime.now(UTC))  # noqa: TID251 - slots start from now
    except Problem as problem:
        print(f"demo data: {problem}", file=sys.stderr)
        raise SystemExit(1) from None
    print(f"demo data loaded in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
