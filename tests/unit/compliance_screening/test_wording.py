"""What harmless words may say, and what must be looked at, in eleven languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compliance.domain.findings import RANK
from support.screening_builders import judged, planned, shared_post

TEXTS = Path(__file__).parent / "texts"
MEDICINES = [
    ("Velorin", "velorglutide", "type 2 diabetes in adults"),
    ("Sedamine", "sedaborexant", "insomnia in adults"),
    ("Cephalis", "cephagepant", "migraine in adults"),
    ("Oncorra", "oncorimab", "metastatic lung cancer"),
]
COMPANY: dict[str, Any] = {
    "name": "Havelmark Pharma",
    "country": "DE",
    "products": [
        {"name": name, "inn": inn, "aliases": [], "status": "prescription", "indication": indication}
        for name, inn, indication in MEDICINES
    ],
}


def lines(name: str) -> list[tuple[str, str]]:
    """Label and text of each line that is no comment."""
    rows = [line for line in (TEXTS / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(row.partition(": ")[0], row.partition(": ")[2]) for row in rows]


@pytest.mark.parametrize(("language", "text"), lines("harmless.txt"))
def test_harmless_words_pass_as_our_own_and_as_a_target(language: str, text: str) -> None:
    own = judged(planned(text=text, company=COMPANY))
    passed_on = judged(shared_post(text) | {"company": COMPANY})

    assert (own.verdict, own.findings) == ("pass", ()), language
    assert not [each for each in passed_on.findings if each.severity != "pass" and not each.rule_id.startswith("PV")]


@pytest.mark.parametrize(("expected", "text"), lines("held.txt"))
def test_words_about_a_medicine_of_ours_are_held(expected: str, text: str) -> None:
    answer = judged(planned(text=text, company=COMPANY))

    assert RANK[answer.verdict] >= RANK[expected], answer.findings
