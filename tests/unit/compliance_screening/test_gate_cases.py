"""The public gate cases, and real posts of health newsrooms."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from compliance.application.screening import scan_text
from compliance.domain.screening.judgement import read
from support.screening_builders import judged, rules, shared_post

pytestmark = pytest.mark.real_input
FLOORS = {"block": 0.95, "review": 0.9, "pass": 0.97}
MOST_REAL_POSTS_HELD = 0.01
MOST_REAL_POSTS_NAMING = 0.02


def test_the_gate_cases_are_decided_as_the_floors_demand(public_data: Path) -> None:
    cases = [json.loads(line) for line in (public_data / "cases/dev.jsonl").read_text().splitlines()]
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases:
        verdict, handover = _answer(case)
        good = verdict in (case.get("acceptable") or [case["expected"]]) and handover == bool(case["safety_handover"])
        right[case["expected"]] += good
        if not good:
            wrong.append(f"{case['id']}: {verdict}, expected {case['expected']}")
    everything = Counter(case["expected"] for case in cases)
    share = {verdict: right[verdict] / everything[verdict] for verdict in everything}
    print({verdict: f"{right[verdict]}/{everything[verdict]}" for verdict in everything}, wrong)

    assert all(share[verdict] >= floor for verdict, floor in FLOORS.items()), wrong


def test_nothing_that_must_be_blocked_passes_and_no_legitimate_action_is_blocked(public_data: Path) -> None:
    for line in (public_data / "cases/dev.jsonl").read_text().splitlines():
        case = json.loads(line)
        verdict, _ = _answer(case)
        assert not (case["expected"] == "block" and verdict == "pass"), case["id"]
        assert not (case["id"].startswith("N") and verdict == "block"), case["id"]


def test_sharing_real_health_news_is_rarely_held_unless_it_names_a_medicine(public_data: Path) -> None:
    held = posts = 0
    named: list[str] = []
    for file in sorted((public_data / "data/media_tweets").glob("*.txt")):
        for line in file.read_bytes().decode("utf-8", "replace").splitlines()[::25]:
            text = line.split("|", 2)[-1]
            pages = [{"url": url, "title": text, "text": text} for url in re.findall(r"https?://[^\s\"')]+", text)]
            snapshot = shared_post(text, links=pages)
            names = any(other.medicine for other in read(snapshot, rules().lexicon).other_medicines)
            named += [text] * names
            held += judged(snapshot).verdict != "pass" and not names
            posts += 1
    print(f"{held} of {posts} held, apart from {len(named)} that name a medicine")

    assert posts > 200
    assert len(named) / posts <= MOST_REAL_POSTS_NAMING
    assert held / posts <= MOST_REAL_POSTS_HELD


def _answer(case: dict[str, Any]) -> tuple[str, bool]:
    if case["task"] == "screen":
        answer = judged(case["snapshot"])
        return answer.verdict, answer.safety_handover
    scan = scan_text(case["text"], rules())
    return ("review" if scan.handover else "pass"), scan.handover
