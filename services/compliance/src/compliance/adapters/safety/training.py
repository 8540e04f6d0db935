"""Fitting the safety model to a company's own labelled posts: the cheap half learns, the thresholds are calibrated.

The packaged weights are where learning starts and what it is pulled back to, so that few posts change little.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from compliance.adapters.safety.linear import BUCKETS, features_of
from compliance.adapters.safety.model import DESCRIPTION, FILES, FORMAT, LINEAR, PACKAGED, CascadeModel
from compliance.adapters.safety.passages import words_of
from compliance.domain.screening.safety.measures import LabelledPost, Measured, measured
from compliance.domain.screening.safety.model import Passage

FEWEST = 20
FOLDS = 5
_PULL, _STEPS, _JUST_BELOW = 0.5, 150, 1e-3

Read = Callable[[str], tuple[Sequence[Passage], bool]]
"""A text's passages, and whether the word lists hand it over by themselves."""
_Floats = npt.NDArray[np.float64]
_Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What was learned, and the figures on posts that were held out while it was learned."""

    weights: _Floats
    bias: float
    offset: float
    measured: Measured


@dataclass(frozen=True, slots=True)
class _Seen:
    """One passage: its features, the network's log odds, the shipped threshold that holds for it."""

    features: list[int]
    network: float
    threshold: float


class SafetyTraining:
    """Learns from labelled posts, starting from a packaged or earlier model."""

    def __init__(self, base: CascadeModel, read: Read) -> None:
        self._base = base
        self._read = read

    def fit(self, posts: Sequence[LabelledPost], *, recall: float) -> Fitted:
        """Learn on all posts; thresholds from held-out scores, figures from thresholds of the other folds."""
        seen, listed = self._seen(posts)
        labels = [post.label for post in posts]
        fold = _folds(posts)
        margins = np.zeros(len(posts))
        for part in range(FOLDS):
            others = [at for at in range(len(posts)) if fold[at] != part]
            weights, bias = self._learned([seen[at] for at in others], [labels[at] for at in others])
            for at in (at for at in range(len(posts)) if fold[at] == part):
                margins[at] = self._margin(seen[at], weights, bias)
        flagged = [False] * len(posts)
        for part in range(FOLDS):
            others = [at for at in range(len(posts)) if fold[at] != part]
            offset = _offset(margins, labels, listed, others, recall)
            for at in (at for at in range(len(posts)) if fold[at] == part):
                flagged[at] = listed[at] or bool(margins[at] >= offset)
        weights, bias = self._learned(seen, labels)
        return Fitted(
            weights=weights,
            bias=bias,
            offset=_offset(margins, labels, listed, range(len(posts)), recall),
            measured=measured(labels, flagged, [float(each) for each in margins]),
        )

    def write(self, fitted: Fitted, folder: Path, *, source: str, base: Path = PACKAGED) -> None:
        """Write a complete model folder, `model.json` last."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            if name != LINEAR:
                shutil.copyfile(base / name, folder / name)
        np.save(folder / LINEAR, fitted.weights.astype(np.float16))
        shipped: dict[str, Any] = json.loads((base / DESCRIPTION).read_text(encoding="utf-8"))
        thresholds: dict[str, float] = dict(shipped["thresholds"])
        for name in ("treatment", "reaction", "other"):
            thresholds[name] = round(thresholds[name] + fitted.offset, 4)
        for name in ("read_treatment", "read_reaction", "read_other"):
            thresholds[name] = round(thresholds[name] + min(0.0, fitted.offset) - 1.0, 4)
        description = shipped | {
            "format": FORMAT,
            "bias": round(fitted.bias, 6),
            "thresholds": thresholds,
            "sources": [*shipped["sources"], source],
            "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES},
        }
        (folder / DESCRIPTION).write_text(json.dumps(description, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def _seen(self, posts: Sequence[LabelledPost]) -> tuple[list[list[_Seen]], list[bool]]:
        seen: list[list[_Seen]] = []
        listed: list[bool] = []
        given = self._base.thresholds
        for post in posts:
            passages, by_lists = self._read(post.text)
            listed.append(by_lists)
            found: list[_Seen] = []
            for passage in passages:
                words = words_of(passage.text)
                network = self._base.network_log_odds(words)
                features = features_of(words, passage.signals)
                found.append(_Seen(features, network, given.of(passage.context)))
            seen.append(found)
        return seen, listed

    def _learned(self, seen: Sequence[Sequence[_Seen]], labels: Sequence[bool]) -> tuple[_Floats, float]:
        """A report teaches by its most telling passage, another post by all."""
        linear = self._base.linear
        rows: list[list[int]] = []
        given: list[bool] = []
        for passages, label in zip(seen, labels, strict=True):
            ranked = sorted(passages, key=lambda each: -linear.score(each.features))
            for each in ranked[:1] if label else ranked:
                if each.features:
                    rows.append(each.features)
                    given.append(label)
        weights = linear.weights.astype(np.float64)
        return _descended(weights, linear.bias, rows, np.array(given, np.float64)) if rows else (weights, linear.bias)

    def _margin(self, seen: Sequence[_Seen], weights: _Floats, bias: float) -> float:
        share = self._base.thresholds.network
        return max(
            (
                share * each.network + (1 - share) * _score(each.features, weights, bias) - each.threshold
                for each in seen
            ),
            default=-100.0,
        )


def train(posts: Sequence[LabelledPost], base: CascadeModel, read: Read, *, recall: float, out: Path) -> Measured:
    """Fit `base` to the posts and write the folder `out` with the figures in report.json. Raises ValueError."""
    kept = usable(posts)
    training = SafetyTraining(base, read)
    fitted = training.fit(kept, recall=recall)
    texts = hashlib.sha256("\n".join(sorted(f"{post.label} {post.text}" for post in kept)).encode("utf-8", "replace"))
    source = f"own labelled posts: {len(kept)}, sha256 {texts.hexdigest()}"
    training.write(fitted, out, source=source)
    report = {"recall_wanted": recall, "folds": FOLDS, "offset": round(fitted.offset, 4), **fitted.measured.as_json()}
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return fitted.measured


def _descended(start: _Floats, bias: float, rows: Sequence[Sequence[int]], labels: _Floats) -> tuple[_Floats, float]:
    """Logistic regression by accelerated gradient steps, pulled back to `start`; the same on every run."""
    places: _Places = np.concatenate([np.asarray(row, np.int64) for row in rows])
    lengths = np.array([len(row) for row in rows])
    row_of: _Places = np.repeat(np.arange(len(rows)), lengths)
    values: _Floats = np.repeat(1 / np.sqrt(lengths), lengths)
    pull = _PULL / len(rows)
    most_repeated = max(Counter(row).most_common(1)[0][1] for row in rows)  # bounds the squared length of every row
    step = 1 / (0.25 * (most_repeated + 1) + pull)
    weights, ahead, shift, shift_ahead = start.copy(), start.copy(), bias, bias
    for turn in range(_STEPS):
        log_odds = np.bincount(row_of, weights=ahead[places] * values, minlength=len(rows)) + shift_ahead
        wrong = (1 / (1 + np.exp(-np.clip(log_odds, -50, 50))) - labels) / len(rows)
        slope = np.bincount(places, weights=values * wrong[row_of], minlength=BUCKETS) + pull * (ahead - start)
        new, new_shift = ahead - step * slope, shift_ahead - step * float(wrong.sum())
        onward = turn / (turn + 3)
        ahead, shift_ahead = new + onward * (new - weights), new_shift + onward * (new_shift - shift)
        weights, shift = new, new_shift
    return weights, shift


def _score(features: Sequence[int], weights: _Floats, bias: float) -> float:
    return bias + float(weights.take(features).sum()) / len(features) ** 0.5 if features else bias


def _folds(posts: Sequence[LabelledPost]) -> list[int]:
    """A fold for each post, both kinds spread evenly, in an order that only the texts decide."""
    fold = [0] * len(posts)
    for label in (True, False):
        same = [at for at, post in enumerate(posts) if post.label == label]
        same.sort(key=lambda at: hashlib.sha256(posts[at].text.encode("utf-8", "surrogatepass")).hexdigest())
        for place, at in enumerate(same):
            fold[at] = place % FOLDS
    return fold


def _offset(
    margins: _Floats, labels: Sequence[bool], listed: Sequence[bool], among: Sequence[int], recall: float
) -> float:
    """What to add to the shipped thresholds so that the wanted share of reports is flagged."""
    reports = [at for at in among if labels[at]]
    by_model = sorted((float(margins[at]) for at in reports if not listed[at]), reverse=True)
    needed = ceil(recall * len(reports)) - (len(reports) - len(by_model))
    if not by_model:
        return 0.0
    return by_model[min(max(needed, 1), len(by_model)) - 1] - _JUST_BELOW


def usable(posts: Sequence[LabelledPost]) -> list[LabelledPost]:
    """Each text once. Raises ValueError for texts labelled both ways and for too few of a kind."""
    kept: dict[str, LabelledPost] = {}
    for post in posts:
        key = " ".join(words_of(post.text))
        if kept.setdefault(key, post).label != post.label:
            raise ValueError(f"{kept[key].id!r} and {post.id!r} say the same and are labelled differently; settle them")
    reports = sum(post.label for post in kept.values())
    others = len(kept) - reports
    if reports < FEWEST or others < FEWEST:
        raise ValueError(
            f"{reports} different posts labelled true and {others} labelled false are too few; "
            f"label at least {FEWEST} of each, better some hundreds"
        )
    return list(kept.values())
