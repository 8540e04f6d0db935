"""How long one screening takes: processor and wall time over actions whose words all differ, and where it goes.

PYTHONPATH=tests python -m bench.screening [--actions 400] [--rounds 5]
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.report import percentile, report
from compliance.application.rules.rule_examples import changed
from compliance.application.screening import screen
from compliance.domain.screening import judgement
from compliance.domain.screening.facts.facts import facts_of
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.rules import RuleSet
from compliance.domain.screening.safety.model import NoModel
from compliance.domain.screening.text.fields import text_fields
from support.screening_builders import AS_OF, rules

_WHO = ("The registry", "Our colleagues in Lyon", "Dr Lee's team", "A patient council", "Two clinics", "The authors")
_DID = ("followed", "asked", "described", "listened to", "compared", "met", "wrote down what they heard from")
_WHOM = ("12,400 adults", "families", "shift workers", "nurses", "people with kidney disease", "young doctors")
_WHERE = (
    "in nine countries",
    "over six years",
    "at the congress",
    "twice a year",
    "in Basel \u2013 and online",
    "at night",
)
_WHY = ("to learn how sleep changes", "before a visit", "because waiting is hard", "with the usual care", "for once")
_ODD = ("", "", "", " 🙂", " Früh erkennen hilft.", " Velorin works in type 2 diabetes.", " L'étude continue.")
_TAGS = ("KidneyHealth", "ShiftWork", "SleepWell", "PatientVoice", "Basel2026", "OpenData", "RareDisease", "Nurses")
_KINDS = ("share", "post", "comment", "thank")
_MICRO = 1e6


def _words(rng: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += f"{' '.join(rng.choice(each) for each in (_WHO, _DID, _WHOM, _WHERE, _WHY))} {rng.randint(2, 999)}. "
    return text[:length].strip()


def _action(rng: random.Random, base: Mapping[str, Any]) -> dict[str, Any]:
    """Own words and a target of about 250 characters, a linked page of 1 to 2 kB, two tags, the facts of an event."""
    page = {"url": f"https://journal.example/{rng.randint(1, 9999)}", "title": _words(rng, 60), "own_domain": False}
    links = [page | {"text": _words(rng, rng.randint(1000, 2000))}]
    kind = rng.choice(_KINDS)
    target = {"kind": "post", "url": f"https://x.example/lee/{rng.randint(1, 9999)}", "author": "Dr Lee"}
    target |= {"author_relation": "independent", "text": _words(rng, 250) + rng.choice(_ODD), "links": links}
    event = {"name": f"Kidney Days {rng.randint(2026, 2029)}", "country": "DE", "venue": "Congress Centre Leipzig"}
    event |= {"science_hours": 6, "social_hours": 1, "product_content": False, "guests": []}
    event |= {"hospitality": [{"kind": "lunch", "amount": 30, "currency": "EUR", "alcohol": False}]}
    changes = {"type": kind, "text": _words(rng, 230) + rng.choice(_ODD), "event": event}
    changes |= {"hashtags": rng.sample(_TAGS, 2), "declaration": "Havelmark Pharma employee"}
    return changed(base, changes | ({"links": links} if kind == "post" else {"target": target}))


def _times(rule_set: RuleSet, actions: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    processor: list[float] = []
    wall: list[float] = []
    for action in actions:
        began, worked = time.perf_counter(), time.process_time()
        screen(action, rule_set, AS_OF)
        processor.append((time.process_time() - worked) * _MICRO)
        wall.append((time.perf_counter() - began) * _MICRO)
    return processor, wall


def _parts(rule_set: RuleSet, actions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, float]]:
    """Median processor microseconds of each step by itself."""
    as_of = AS_OF.isoformat()
    kept: dict[str, list[float]] = {name: [] for name in ("facts", "reading", "everything read", "rules")}
    for action in actions:
        began = time.process_time()
        facts_of(action, as_of=as_of)
        facts = time.process_time()
        Reading(text_fields(action), action["company"]["products"], rule_set.lexicon, as_of=as_of)
        reading = time.process_time()
        looked = judgement.look(action, rule_set, as_of=as_of)
        seen = time.process_time()
        judgement.decide(looked, rule_set)
        decided = time.process_time()
        for name, spent in zip(kept, (facts - began, reading - facts, seen - reading, decided - seen), strict=True):
            kept[name].append(spent * _MICRO)
    for name, spent in kept.items():
        yield name, statistics.median(spent)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--actions", type=int, default=400)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    began = time.perf_counter()
    full = rules()
    print(f"{len(full.rules)} rules loaded in {time.perf_counter() - began:.1f} s")
    gc.collect()
    gc.freeze()
    rng = random.Random(4)  # the same actions every time
    for name, rule_set in (("word lists and rules", replace(full, safety_model=NoModel())), ("with the model", full)):
        rounds: list[dict[str, float]] = []
        for _ in range(given.rounds):
            actions = [_action(rng, full.example_base) for _ in range(given.actions)]
            processor, wall = _times(rule_set, actions)
            figures = {"processor p50": statistics.median(processor), "p99": percentile(processor, 99)}
            rounds.append(figures | {"wall p50": statistics.median(wall), "wall p99": percentile(wall, 99)})
        report(f"{name}, µs", {key: statistics.median(each[key] for each in rounds) for key in rounds[0]})
        report("  of which", dict(_parts(rule_set, [_action(rng, full.example_base) for _ in range(given.actions)])))


if __name__ == "__main__":
    main()
