"""Rehearsal over many past actions: `PYTHONPATH=tests python -m bench.rehearsal [ACTIONS]`.

Writes snapshots of many kinds to a file and runs `rapport rules rehearse` on it as a person would, with a draft that
adds a phrase list, one stricter rule and a lower figure.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.rules.rule_examples import changed

ACTIONS = 100_000
SEED = 20261122
DRAFT = """\
about: A draft to rehearse.
figures:
  - {name: meal_cap_meal, country: DE, value: 40, currency: EUR, valid_from: 2026-01-01, source: board, replaces: own}
listed_phrases:
  - {id: HAV-01, kind: whole_word, phrase: landmark session, severity: review}
  - {id: HAV-01, kind: regex, phrase: 'proud\\w* of .{0,20}team', severity: block}
rules:
  - id: HAV-02
    title: Thanks without a reason
    severity: review
    when: text != null && text.startsWith("Thank you!")
    message: Thanks without a reason.
    clause: House rule
    source: House rule 2
    remedy: Say what the thanks are for.
"""
OPENINGS = (
    "Thank you, {name}, for a clear talk on {topic} at {event}.",
    "Thank you! {name} and the team made {event} a landmark session.",
    "We look forward to {event}: the programme on {topic} is online.",
    "Proud of the whole team that prepared {event}.",
    "Living with {topic}: five people tell how they plan a day.",
    "Slides of the {topic} workshop by {name} are on our site.",
    "{name} asks what helps people with {topic} to stay in work.",
    "Our Velorin team meets {name} at {event}.",
    "Ask us about {topic}; Medical Information answers within a day.",
)
CLOSINGS = (
    "The coffee corner opens at nine and the library stays open until the evening.",
    "Questions are welcome in the comments; a moderator reads them from eight to six.",
    "The recording will be free for everybody, with captions in three languages.",
    "More about the authors, the grant and the method stands in the linked paper.",
)
NAMES = ("Dr Lee", "Prof. Anna Weber", "Dr. J. Okafor", "Marta Silva", "Dr Ben Cohen", "Prof. Ingrid Dahl")
TOPICS = ("diabetes", "asthma", "heart failure", "migraine", "rare disease registries", "sleep", "hearing loss")
EVENTS = ("the ESC congress", "EASD 2026", "the spring meeting", "Medicine Week", "the registry forum")
KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"type": "share", "text": None},
    {"type": "comment"},
    {"type": "message", "channel": {"platform": "email", "audience": "private"}},
    {"type": "event_invite", "channel": {"platform": "email", "audience": "private"}},
)


def snapshots(count: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Planned actions of several kinds, countries and lengths; the same for the same seed."""
    chosen, base = random.Random(seed), load_rule_set().example_base
    for number in range(count):
        texts = [chosen.choice(OPENINGS), *chosen.sample(CLOSINGS, chosen.randint(0, 3))]
        words = {"name": chosen.choice(NAMES), "topic": chosen.choice(TOPICS), "event": chosen.choice(EVENTS)}
        text = " ".join(texts).format(**words, n=number)
        country = chosen.choice(("DE", "GB", "FR", "US", "ES", "SE"))
        one = changed(base, {"action_id": f"A-{number:06}", "text": text, "channel": {"country": country}})
        one = changed(one, {"stakeholder": {"country": country}, **chosen.choice(KINDS)})
        if one["type"] in {"share", "comment"}:
            kind = {"kind": "post", "author": words["name"], "author_relation": "independent", "links": []}
            one["target"] = kind | {"text": text[::1], "captured_at": "2026-11-16T10:00:00Z"}
        if one["type"] == "event_invite":
            meal = {"kind": "dinner", "amount": float(chosen.randint(20, 90)), "currency": "EUR"}
            one["event"] = {"name": words["event"], "country": country, "science_hours": 6.0, "hospitality": [meal]}
        yield one


def main(count: int) -> None:
    """Write, rehearse, tell the time."""
    with tempfile.TemporaryDirectory() as folder:
        actions, draft = Path(folder) / "actions.jsonl", Path(folder) / "draft"
        draft.mkdir()
        (draft / "draft.yaml").write_text(DRAFT, encoding="utf-8")
        with actions.open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(one)}\n" for one in snapshots(count))
        size = actions.stat().st_size / count
        command = [sys.executable, "-c", "import compliance.commands as c; c.rules()", "rehearse", str(actions)]
        started = time.perf_counter()
        run = subprocess.run(
            [*command, "--draft", str(draft), "--as-of", "2026-11-17"], check=False, capture_output=True, text=True
        )
        took = time.perf_counter() - started
    sys.stdout.write(run.stdout)
    sys.stderr.write(run.stderr)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    sys.stdout.write(f"\n{count:,} actions of {size:,.0f} bytes in {took:.1f} s: {count / took:,.0f} actions/s; ")
    sys.stdout.write(f"{cpu:.1f} s of processor time, {1000 * cpu / count:.2f} ms an action with all starts\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ACTIONS)
