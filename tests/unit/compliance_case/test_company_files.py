from __future__ import annotations

from pathlib import Path

import pytest

from compliance.adapters.company_files import UnusableFile, read_channels, read_company


def test_the_demo_company_and_its_channels_are_usable(repository: Path) -> None:
    data = read_company(repository / "deploy/demo/company.yaml")
    assert {"Velorin", "Migrelan", "HVM-301"} <= {product["name"] for product in data.company["products"]}
    assert data.approvals_required["review"] >= 1
    find = read_channels(repository / "deploy/demo/channels.yaml")
    channel = find("in_person", None)
    assert channel is not None
    assert channel.executor == "executor-in-person"
    assert find("mastodon", "corporate") == find("mastodon", None)
    assert find("carrier_pigeon", None) is None


def test_an_account_of_its_own_goes_before_the_platforms_entry(tmp_path: Path) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text(
        "channels:\n"
        "  - {platform: x, executor: executor-x}\n"
        "  - {platform: x, account: personal, executor: executor-people}\n"
    )
    find = read_channels(file)
    assert [find("x", account).executor for account in ("personal", "corporate")] == [  # type: ignore[union-attr] - both are there
        "executor-people",
        "executor-x",
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("company: {name: A}\n", "approvals_required"),
        ("company: {name: A}\napprovals_required: {pass: 0, review: 1}\n", "approvals_required.pass"),
        (
            (
                "company: {name: A}\napprovals_required: {pass: 1, review: 1}\n"
                "safety_hand_over: {timezone: Mars/Olympus, hours: 24}\n"
            ),
            "timezone",
        ),
        (
            (
                "company: {name: A}\napprovals_required: {pass: 1, review: 1}\n"
                "safety_hand_over: {timezone: Europe/Berlin, hours: 24, business_days: 1}\n"
            ),
            "either business_days or hours",
        ),
        ("company: {name: A}\nunknown: 1\n", "unknown|approvals_required"),
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
