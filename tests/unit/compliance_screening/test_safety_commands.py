from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from compliance.commands import safety_evaluate, safety_scan, safety_train
from compliance.domain.screening.safety.measures import auc, measured, wilson

REPORTS = [f"{name} gave me {what} all week" for name in ("zoloft", "humira", "velorin") for what in (
    "a rash", "awful cramps", "nightmares", "hives", "the shakes", "brain fog", "nosebleeds", "vertigo",
)]  # fmt: skip
OTHERS = [f"{name} {what}" for name in ("zoloft", "humira", "velorin") for what in (
    "is in stock again", "costs too much", "refill at noon", "shares fell today", "is on the list", "poster in hall 4",
    "talk at ten", "works for my sister",
)]  # fmt: skip


def posts(*extra: dict[str, Any], reports: int = 24) -> str:
    rows = [{"id": f"r{at}", "text": text, "label": True} for at, text in enumerate(REPORTS[:reports])]
    rows += [{"id": f"o{at}", "text": text, "label": False} for at, text in enumerate(OTHERS)]
    return "\n".join(json.dumps(row) for row in (*rows, *extra))


def file_of(folder: Path, content: str) -> Path:
    file = folder / "posts.jsonl"
    file.write_text(content, encoding="utf-8")
    return file


def test_a_company_fits_the_model_to_its_own_posts_and_scans_with_it(tmp_path: Path) -> None:
    labelled, out = file_of(tmp_path, posts()), tmp_path / "model"

    trained = CliRunner().invoke(safety_train, [str(labelled), "--recall", "0.9", "--out", str(out)])
    answer = CliRunner().invoke(safety_scan, [str(labelled), "--model", str(out), "--json"])
    again = CliRunner().invoke(safety_train, [str(labelled), "--recall", "0.9", "--out", str(tmp_path / "again")])

    assert trained.exit_code == 0, trained.output
    figures = json.loads(trained.output)
    assert figures["posts"] == 48
    assert figures["recall_95"][0] <= figures["recall"] <= figures["recall_95"][1]
    assert json.loads((out / "report.json").read_text())["recall_wanted"] == 0.9
    assert len(answer.output.splitlines()) == 48
    assert again.exit_code == 0
    assert (out / "model.json").read_bytes() == (tmp_path / "again" / "model.json").read_bytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (posts(reports=5), "5 different posts labelled true and 24 labelled false are too few"),
        (posts(reports=0), "0 different posts labelled true"),
        (posts({"id": "x", "text": REPORTS[0].upper(), "label": False}), "say the same and are labelled differently"),
        (posts({"id": "x", "text": "no label"}), "49: label is missing or neither true nor false"),
        (posts({"id": "x", "text": 7, "label": True}), "49: text is missing or not a text"),
        ("not json", "1: is not JSON"),
        ("", "the file is empty"),
    ],
)
def test_posts_that_cannot_be_learned_from_are_refused_with_the_reason(content: str, said: str, tmp_path: Path) -> None:
    out = tmp_path / "model"

    refused = CliRunner().invoke(safety_train, [str(file_of(tmp_path, content)), "--out", str(out)])

    assert refused.exit_code == 2
    assert said in refused.output
    assert not out.exists()


def test_a_folder_in_use_is_not_overwritten_and_a_recall_makes_sense(tmp_path: Path) -> None:
    labelled = file_of(tmp_path, posts())

    full = CliRunner().invoke(safety_train, [str(labelled), "--out", str(tmp_path)])
    much = CliRunner().invoke(safety_train, [str(labelled), "--out", str(tmp_path / "new"), "--recall", "1.5"])

    assert full.exit_code == much.exit_code == 2
    assert "is not empty" in full.output
    assert "is not between" in much.output


def test_a_model_that_cannot_be_used_ends_the_scan(tmp_path: Path) -> None:
    refused = CliRunner().invoke(safety_scan, [str(file_of(tmp_path, posts())), "--model", str(tmp_path / "none")])

    assert refused.exit_code == 2
    assert "model.json cannot be read" in refused.output


def test_labelled_posts_are_measured(tmp_path: Path) -> None:
    answer = CliRunner().invoke(safety_evaluate, [str(file_of(tmp_path, posts()))])

    figures = json.loads(answer.output)
    assert (figures["posts"], figures["reports"]) == (48, 24)
    assert figures["recall"] >= 0.9
    assert figures["auc"] > 0.9


def test_the_measures_are_what_their_names_say() -> None:
    found = measured([True, True, False, False], [True, False, True, False], [0.9, 0.3, 0.6, 0.1])

    assert (found.recall, found.precision, found.flag_rate) == (0.5, 0.5, 0.5)
    assert found.auc == 0.75
    assert auc([True, False], [0.5, 0.5]) == 0.5
    assert auc([True, True], [0.5, 0.5]) is None
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-3)
    assert measured([], [], []).as_json()["recall"] is None
