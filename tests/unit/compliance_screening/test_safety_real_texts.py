"""The safety scan on real sentences of patients and real posts of newsrooms, and on hand-written short posts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from compliance.application.screening import scan_text
from compliance.domain.screening.safety.scan import scan
from compliance.domain.screening.text.fields import TextField
from support.screening_builders import rules

POSTS = Path(__file__).parents[2] / "data" / "safety"


def share_handed_over(texts: Iterable[str]) -> float:
    answers = [scan_text(text, rules()).handover for text in texts]
    return sum(answers) / len(answers)


def written(half: str, *kinds: str) -> list[str]:
    rows = [json.loads(line) for line in (POSTS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows if row["kind"] in kinds]


@pytest.mark.parametrize("half", ["open", "sealed"])
def test_short_posts_about_reactions_are_found_and_most_others_are_not_flagged(half: str) -> None:
    assert share_handed_over(written(half, "reaction")) >= 0.9
    assert share_handed_over(written(half, "special")) >= 0.75
    assert share_handed_over(written(half, "none")) <= 0.4


@pytest.mark.real_input
def test_health_news_is_rarely_handed_over(public_data: Path) -> None:
    texts: list[str] = []
    for file in sorted((public_data / "data/media_tweets").glob("*.txt")):
        lines = file.read_bytes().decode("utf-8", "replace").splitlines()[::10]
        texts += [line.split("|", 2)[-1] for line in lines]

    assert len(texts) > 500
    assert share_handed_over(texts) <= 0.03


@pytest.mark.real_input
def test_what_patients_write_below_a_post_about_a_medicine_is_found(public_data: Path) -> None:
    with (public_data / "data/ae/psytar/binary_test.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[::3]
    reports = [row["sentences"] for row in rows if row["ADR"] == "1"]
    post = TextField("target.text", "Zoloft", "target")

    found = [
        scan(
            (TextField("inbound_text", text, "inbound"), post),
            (),
            rules().lexicon,
            model=rules().safety_model,
            reporter_known=True,
        ).handover
        for text in reports
    ]

    assert len(found) > 100
    assert sum(found) / len(found) >= 0.9
