"""The demo files fit together and fit the contracts, so that a first start cannot stumble over them."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from audit.domain.imported import Defaults
from audit.domain.reading import read_posts
from planner.entrypoints.api.schemas import ActionCreate
from rapport.demo.cast import Cast
from rapport.demo_data.posts import mastodon_file, x_file
from registry.entrypoints.schemas import EngagerBody

FOLDER = Path(__file__).parents[3] / "deploy" / "demo"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def people() -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / "people.csv").read_text("utf-8").splitlines()))


def handles() -> set[str]:
    return {handle.partition(":")[2] for row in people() for handle in row["handles"].split(";")}


def test_forty_people_of_many_kinds_and_countries() -> None:
    assert len(people()) == len({row["name"] for row in people()}) == 40
    assert len({row["type"] for row in people()}) >= 7
    assert len({row["country"] for row in people()}) >= 10


def test_every_action_names_people_colleagues_posts_and_plans_that_are_there() -> None:
    names = {row["name"] for row in people()}
    colleagues = {EngagerBody.model_validate(each).name for each in lines("engagers.jsonl")}
    posts = {post["id"] for post in lines("posts.jsonl")}
    plans = {plan["name"] for plan in lines("plans.jsonl")}

    for action in lines("actions.jsonl"):
        ActionCreate.model_validate({**action["body"], "stakeholder_id": "s", "engager_id": "e"})
        assert action["person"] in names
        assert action["engager"] in colleagues
        assert action["plan"] in plans
        assert action.get("target", next(iter(posts))) in posts


def test_what_a_newcomer_approves_first_goes_out_while_they_watch() -> None:
    (first, *_) = [action for action in lines("actions.jsonl") if action["then"] == ["submit"]]
    minutes_until_it_opens = first["starts_in"] / 60
    assert 1 <= minutes_until_it_opens <= 5
    assert 12 * 60 <= first["lasts_minutes"] <= 24 * 60 - minutes_until_it_opens


def test_every_post_is_by_somebody_in_the_registry_and_mentions_only_such_people() -> None:
    for post in lines("posts.jsonl"):
        assert post["author"] in handles()
        for word in post["text"].replace(",", " ").replace(":", " ").split():
            if word.startswith("@"):
                assert word.strip("@.?!'s") in handles() or word[1:].rstrip(".?!") in handles(), word


@pytest.mark.parametrize(("shape", "write"), [("x_v2", x_file), ("mastodon", mastodon_file)])
def test_the_posts_import_without_a_single_repair(shape: Any, write: Any) -> None:
    posts = lines("posts.jsonl")
    platform = "x" if shape == "x_v2" else "mastodon"

    reading = read_posts(write(posts, NOW), shape, Defaults(platform, None), now=NOW)

    assert (reading.rejected, reading.repaired) == ([], [])
    assert [post.text for post in reading.posts] == [post["text"] for post in posts if post["platform"] == platform]


def test_the_same_day_gives_the_same_posts() -> None:
    posts = lines("posts.jsonl")

    assert x_file(posts, NOW) == x_file(posts, NOW.replace(hour=23))


def test_two_runs_of_the_demo_share_no_name_and_no_post() -> None:
    one, other = Cast("a1"), Cast("b2")

    assert one.explainer != other.explainer
    assert one.url(one.explainer, 0) != other.url(other.explainer, 0)
    reading = read_posts(one.posts_json(NOW), "mastodon", Defaults("mastodon", None), now=NOW)
    assert len(reading.posts) == 5
    assert sum(bool(post.mentions) for post in reading.posts) == 2
