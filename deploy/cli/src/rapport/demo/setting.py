"""The first part: people, their posts, a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rapport.demo.cast import ENGAGER, PLAN, Cast
from rapport.demo.telling import Telling
from rapport.story.client import Caller, System, wait_until

AUTHOR, REVIEWER, INSPECTOR = "noor.lead", "rosa.reviewer", "sam.signatory"
EXECUTOR, WRONG_EXECUTOR = "executor-mastodon", "executor-x"
EXPLAINER_POSTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who plays, and the ids of what was set up."""

    cast: Cast
    author: Caller
    reviewer: Caller
    inspector: Caller
    executor: Caller
    wrong_executor: Caller
    people: Mapping[str, str]
    engager_id: str
    posts: Mapping[str, str]
    plan_id: str


def now() -> datetime:
    """Slots start from this machine's present."""
    return datetime.now(UTC)  # noqa: TID251 - a demo runs in real time


class SettingPart:
    """Sign in, import, audit, plan."""

    def __init__(self, system: System, telling: Telling, mark: str) -> None:
        self._system = system
        self._telling = telling
        self._cast = Cast(mark)

    def play(self) -> Setting:
        """The setting in which the action will live."""
        with self._telling.step(
            "Three people and two programs sign in",
            expected="an access token for each",
            look="the issuer's log",
        ) as say:
            author, reviewer, inspector = (self._system.sign_in(name) for name in (AUTHOR, REVIEWER, INSPECTOR))
            executor, wrong = (self._system.executor(name) for name in (EXECUTOR, WRONG_EXECUTOR))
            say(f"{AUTHOR} plans and may review what others wrote, {REVIEWER} reviews, {INSPECTOR} inspects;")
            say(f"{EXECUTOR} is played by this command")
        people = self._import_people(author)
        posts = self._audit(author, people)
        engager_id, plan_id = self._plan(author)
        return Setting(
            cast=self._cast,
            author=author,
            reviewer=reviewer,
            inspector=inspector,
            executor=executor,
            wrong_executor=wrong,
            people=people,
            engager_id=engager_id,
            posts=posts,
            plan_id=plan_id,
        )

    def _import_people(self, author: Caller) -> dict[str, str]:
        with self._telling.step(
            "People are imported from a CSV file",
            expected="four good rows kept, the bad one reported with its line and a remedy",
            look="the log of registry-api",
        ) as say:
            report = author.upload("registry", "/v1/stakeholder-imports", self._cast.people_csv(), "text/csv")
            self._telling.expect((report["imported"], report["rejected_count"]) == (4, 1), f"the report says {report}")
            slip = report["rejected"][0]
            say(f"{report['imported']} people kept; line {slip['line']} reported: {slip['message']}: {slip['remedy']}")
            found = author.every("registry", "/v1/stakeholders", q=self._cast.mark)
            for person in found:
                say(f"{person['name']}: {person['type']}, relationship owned by {person['owner_function']}")
            return {person["name"]: person["id"] for person in found}

    def _audit(self, author: Caller, people: Mapping[str, str]) -> dict[str, str]:
        cast = self._cast
        with self._telling.step(
            "Their posts are audited: own activity and mentions by others are different things",
            expected="five posts captured, each linked to its author, and a footprint per person",
            look="the log of audit-worker",
        ) as say:
            posts = cast.posts_json(now())
            report = author.upload("audit", "/v1/post-imports", posts, "application/json", shape="mastodon")
            self._telling.expect(report["captured"] == 5, f"the report says {report}")  # noqa: PLR2004 - see Cast
            footprint = self._footprint(author, people[cast.explainer])
            mentions = f"mentioned {footprint['mentions_by_others']} time by {footprint['mentioned_by']} other"
            say(f"{cast.explainer}: {footprint['own_posts']} own posts, {mentions} (activity: {footprint['activity']})")
            return self._posts_by_author(author, people)

    def _footprint(self, author: Caller, stakeholder_id: str) -> dict[str, Any]:
        def complete() -> dict[str, Any] | None:
            author.post("audit", "/v1/audits", {"stakeholder_ids": [stakeholder_id]})
            answer = author.ask("GET", "audit", f"/v1/footprints/{stakeholder_id}", expect=(200, 404))
            footprint: dict[str, Any] = answer.json()
            whole = answer.is_success and footprint["own_posts"] >= EXPLAINER_POSTS and footprint["mentions_by_others"]
            return footprint if whole else None

        return wait_until("the footprint counts her own posts and the mention", complete, every=0.3)

    def _posts_by_author(self, author: Caller, people: Mapping[str, str]) -> dict[str, str]:
        def first_post(stakeholder_id: str) -> str | None:
            posts = author.every("audit", "/v1/posts", stakeholder_id=stakeholder_id)
            own = [post for post in posts if post["author_stakeholder_id"] == stakeholder_id]
            return own[0]["id"] if own else None

        return {
            name: wait_until(f"a post of {name} is linked to them", lambda who=who: first_post(who), every=0.3)
            for name, who in people.items()
        }

    def _plan(self, author: Caller) -> tuple[str, str]:
        with self._telling.step(
            "A plan for nine months is opened", expected="a plan without warnings", look="the log of planner-api"
        ) as say:
            known = {each["name"]: each["id"] for each in author.every("registry", "/v1/engagers")}
            engager_id = known.get(ENGAGER["name"]) or author.post("registry", "/v1/engagers", ENGAGER)["id"]
            today = now().date()
            period = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=270)).isoformat()}
            plan = author.post("planner", "/v1/plans", {**PLAN, **period}, key=f"demo-plan-{self._cast.mark}")
            self._telling.expect(not plan["warnings"], f"the plan warns: {plan['warnings']}")
            say(f"{plan['title']!r}, {plan['starts_on']} to {plan['ends_on']}: {plan['objective']}")
            return engager_id, plan["id"]
