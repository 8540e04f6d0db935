from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.adapters.company.files import UnusableFile, read_channels, read_company


def test_the_demo_company_and_its_channels_are_usable(repository: Path) -> None:
    data = read_company(repository / "deploy/demo/company.yaml")
    assert {"Velorin", "Migrelan", "HVM-301"} <= {product["name"] for product in data.company["products"]}
    assert data.review_steps
    channels = {each.platform: each for each in read_channels(repository / "deploy/demo/channels.yaml")}
    assert channels["in_person"].executor == "executor-in-person"
    assert all(each.moderation_owner and each.screening_owner for each in channels.values())


def test_an_account_stands_in_the_channels_file_once(tmp_path: Path) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text("channels:\n  - {platform: x, executor: executor-x}\n  - {platform: x, executor: executor-y}\n")
    with pytest.raises(UnusableFile, match=r"x .any account. stands there 2 times"):
        read_channels(file)


@pytest.mark.parametrize("owner", ["", "  ", "\u200b", "\x01"])
def test_an_owner_in_the_channels_file_that_nobody_can_see_is_none(tmp_path: Path, owner: str) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text(f"channels:\n  - {{platform: x, executor: x, moderation_owner: {json.dumps(owner)}}}\n")
    (channel,) = read_channels(file)
    assert channel.moderation_owner is None


@pytest.mark.parametrize("executor", ["", "executor x", "ex\u00e9cuteur", "x\n", "e" * 201])
def test_an_executor_is_named_as_a_permit_can_name_it(tmp_path: Path, executor: str) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text(f"channels:\n  - {{platform: x, executor: {json.dumps(executor)}}}\n")
    with pytest.raises(UnusableFile, match="executor"):
        read_channels(file)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("company: {name: A}\n", "review"),
        ("company: {name: A}\nreview: {steps: [{step: review, any_of: []}]}\n", "review.steps.0.any_of"),
        (
            (
                "company: {name: A}\nreview: {steps: [{step: review, any_of: [reviewer]}]}\n"
                "safety_hand_over: {timezone: Mars/Olympus, hours: 24}\n"
            ),
            "timezone",
        ),
        (
            (
                "company: {name: A}\nreview: {steps: [{step: review, any_of: [reviewer]}]}\n"
                "safety_hand_over: {timezone: Europe/Berlin, hours: 24, business_days: 1}\n"
            ),
            "either business_days or hours",
        ),
        ("company: {name: A}\nunknown: 1\n", "unknown|review"),
        ("company: [", "not YAML"),
    ],
)
def test_an_unusable_company_file_names_the_place(tmp_path: Path, content: str, place: str) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(content)
    with pytest.raises(UnusableFile, match=place):
        read_company(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"channels\.yaml"):
        read_channels(tmp_path / "channels.yaml")
