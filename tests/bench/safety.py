"""How long the safety scan takes: `PYTHONPATH=tests python -m bench.safety`. One process, one thread, warm."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.report import percentile, report
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.adapters.safety.linear import features_of
from compliance.adapters.safety.model import load_safety_model
from compliance.adapters.safety.passages import words_of
from compliance.application.screening import scan_text
from compliance.domain.screening.safety.model import Passage
from compliance.domain.screening.safety.scan import read_text

POSTS = Path(__file__).parents[1] / "data" / "safety" / "open.jsonl"
QUIET = [
    "Thank you, Dr Okafor, for chairing this morning's session on shared decisions. A full room at 8 am says it all.",
    "What helps young investigators in a small hospital? We collected ten answers from people who did it.",
    "GP appointments: what the new figures tell us, and what they cannot",
]
ROUNDS = 5


def timed(name: str, texts: Sequence[str], run: Callable[[str], object], *, rounds: int = ROUNDS) -> None:
    """Report microseconds a text."""
    run(texts[0])
    took: list[float] = []
    for _ in range(rounds):
        for text in texts:
            began = time.perf_counter()
            run(text)
            took.append(1e6 * (time.perf_counter() - began))
    report(name, {"p50 µs": percentile(took, 50), "p99 µs": percentile(took, 99), "mean µs": sum(took) / len(took)})


def main() -> None:
    """Measure."""
    rule_set, model = load_rule_set(), load_safety_model()
    posts = [str(json.loads(line)["text"]) for line in POSTS.read_text(encoding="utf-8").splitlines()]
    passages: dict[str, list[Passage]] = {text: read_text(text, rule_set.lexicon)[0] for text in posts}

    def cheap(text: str) -> None:
        for each in passages[text]:
            model.linear.score(features_of(words_of(each.text), each.signals))

    def network(text: str) -> None:
        for each in passages[text]:
            model.network.read(words_of(each.text))

    timed(
        "posts that name a medicine: whole scan, the first time",
        posts,
        lambda text: scan_text(text, rule_set),
        rounds=1,
    )
    timed("  the same again, the network's answer remembered", posts, lambda text: scan_text(text, rule_set))
    timed("  of it reading and word lists", posts, lambda text: read_text(text, rule_set.lexicon))
    timed("  of it the linear half", posts, cheap)
    timed("  of it the network, had it read all", posts, network)
    timed("quiet posts: whole scan", QUIET, lambda text: scan_text(text, rule_set))


if __name__ == "__main__":
    main()
