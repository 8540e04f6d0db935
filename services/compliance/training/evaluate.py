"""The table of docs/safety-model.md: the whole scan, word lists and model, on posts it never learned from.

.venv/bin/python services/compliance/training/evaluate.py --data ../shared/data
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from corpus import psytar, same_words

from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.screening import scan_text
from compliance.domain.screening.rules import RuleSet
from compliance.domain.screening.safety.measures import LabelledPost, measured
from compliance.domain.screening.safety.scan import SafetyScan, scan
from compliance.domain.screening.text.fields import TextField

ROOT = Path(__file__).resolve().parents[3]
PSYTAR_IN_THREAD = "  the same, below a post that names the medicine"
HEADER = "| texts | n | reports | recall (95 %) | precision | flagged | AUC | flagged for 90 % |"


def sets(data: Path) -> Iterator[tuple[str, list[LabelledPost]]]:
    """Every set with its name; those whose folder is absent are left out."""
    for half in ("open", "sealed"):
        yield f"hand-written short posts, {half} half", _written(half, frozenset({"reaction", "none"}))
        yield f"  special situations and quality, {half} half", _written(half, frozenset({"special"}))
    folder = data / "ae" / "psytar"
    if folder.is_dir():
        rows = psytar(folder, part="test")
        posts = [LabelledPost("", text, bool(label)) for text, label, _ in rows]
        yield "PsyTAR test, each sentence once and by itself", posts
        yield PSYTAR_IN_THREAD, posts
    folder = data / "ae" / "ade_corpus_v2"
    if folder.is_dir():
        yield "ADE v2, each sentence once (evaluation only)", list(_ade(folder))
    folder = data / "media_tweets"
    if folder.is_dir():
        yield "news posts", [LabelledPost("", text, False) for text in _news(folder)]  # noqa: FBT003 - the label


def _written(half: str, kinds: frozenset[str]) -> list[LabelledPost]:
    lines = (ROOT / "tests" / "data" / "safety" / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [LabelledPost(row["id"], row["text"], row["label"]) for row in rows if row["kind"] in kinds]


def _ade(folder: Path) -> Iterator[LabelledPost]:
    seen: set[str] = set()
    reports = (line.split("|")[1] for line in _lines(folder / "DRUG-AE.rel"))
    others = (line.split(" NEG ", 1)[1] for line in _lines(folder / "ADE-NEG.txt") if " NEG " in line)
    for texts, label in ((reports, True), (others, False)):
        for text in texts:
            key = same_words(text)
            if key not in seen:
                seen.add(key)
                yield LabelledPost("", text, label)


def _news(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.txt")):
        for line in _lines(file):
            parts = line.split("|", 2)
            if len(parts) == 3:  # noqa: PLR2004 - id|date|text
                yield parts[2]


def _lines(file: Path) -> list[str]:
    return file.read_bytes().decode("utf-8", "replace").splitlines()


def row(name: str, posts: list[LabelledPost], rule_set: RuleSet) -> str:
    """One line of the table; the last column is the share flagged at the threshold that finds 90 % of the reports."""
    scan_one = scan_in_thread if name == PSYTAR_IN_THREAD else scan_text
    answers = [scan_one(post.text, rule_set) for post in posts]
    labels, scores = [post.label for post in posts], [each.score for each in answers]
    found = measured(labels, [each.handover for each in answers], scores)
    interval = found.recall_interval
    recall = "-" if found.recall is None or interval is None else _range(found.recall, interval)
    precision = "-" if found.precision is None or not found.reports else f"{found.precision:.2f}"
    auc = "-" if found.auc is None else f"{found.auc:.3f}"
    cells = (name, f"{found.posts:,}", f"{found.reports:,}", recall, precision, f"{100 * found.flag_rate:.1f} %", auc)
    return f"| {' | '.join((*cells, _flagged_for(0.9, labels, scores)))} |"


def scan_in_thread(text: str, rule_set: RuleSet) -> SafetyScan:
    """Scan a text as an answer to a post that only names a medicine."""
    fields = (TextField("inbound_text", text, "inbound"), TextField("target.text", "Zoloft", "target"))
    return scan(fields, (), rule_set.lexicon, model=rule_set.safety_model, reporter_known=True)


def _range(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.3f} ({interval[0]:.2f}-{interval[1]:.2f})"


def _flagged_for(recall: float, labels: list[bool], scores: list[float]) -> str:
    ranked = sorted((score for score, label in zip(scores, labels, strict=True) if label), reverse=True)
    if not ranked or all(labels):
        return "-"
    threshold = ranked[min(len(ranked) - 1, int(recall * len(ranked)))]
    return f"{100 * sum(score >= threshold for score in scores) / len(scores):.0f} %"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path(os.environ.get("RAPPORT_PUBLIC_DATA", "../shared")) / "data")
    options.add_argument("--model", type=Path, help="another model folder")
    given = options.parse_args()
    rule_set = load_rule_set(safety_model=given.model)
    print(HEADER)
    print("|---|---|---|---|---|---|---|---|")
    began, count = time.perf_counter(), 0
    for name, posts in sets(given.data):
        print(row(name, posts, rule_set), flush=True)
        count += len(posts)
    took = time.perf_counter() - began
    print(f"\n{count:,} texts in {took:.0f} s, {1000 * took / count:.2f} ms a text on average")


if __name__ == "__main__":
    main()
