"""The safety model in a folder: weights, vocabulary and `model.json` with their hashes and the thresholds."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path
from typing import Any, cast

import numpy as np

from compliance.adapters.safety.linear import BUCKETS, LinearModel, features_of
from compliance.adapters.safety.network import SentenceNetwork
from compliance.adapters.safety.passages import words_of
from compliance.domain.screening.safety.model import Context, Passage
from shared.contracts.hashing import sha256_of

PACKAGED = Path(__file__).parents[2] / "models" / "safety"
DESCRIPTION = "model.json"
LINEAR, NETWORK, VOCABULARY = "linear.npy", "network.onnx", "vocab.txt"
FILES = (LINEAR, NETWORK, VOCABULARY)
FORMAT = 1
_MOST_READ_BY_NETWORK = 4
_REMEMBERED = 4096
_BELOW = 0.45
_STEEPEST = 60.0


class UnusableSafetyModel(ValueError):
    """The folder holds no model that can be used. Scanning without it would miss reports silently, so nothing does."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(
            f"{folder}: {problem}. The safety scan does not run on word lists alone; "
            "restore the folder, or make one with `rapport safety-train`."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Log odds, one for each context of a passage; the network reads what the cheap half puts at `read_...` or above.

    `network` is the network's share in the answer, `special` by how much it has to be surer of a special situation.
    """

    treatment: float
    reaction: float
    other: float
    read_treatment: float
    read_reaction: float
    read_other: float
    network: float
    special: float

    def of(self, context: Context) -> float:
        """From where on it is handed over."""
        return {"treatment": self.treatment, "reaction": self.reaction, "other": self.other}[context]

    def read(self, context: Context) -> float:
        """From where on the network reads it."""
        return {"treatment": self.read_treatment, "reaction": self.read_reaction, "other": self.read_other}[context]


class CascadeModel:
    """Linear model first; the network reads only what is not clearly nothing, at most a few passages of an answer."""

    def __init__(self, linear: LinearModel, network: SentenceNetwork, thresholds: Thresholds, *, sha256: str) -> None:
        self.linear = linear
        self.network = network
        self.thresholds = thresholds
        self._sha256 = sha256
        self._cheaply = lru_cache(maxsize=_REMEMBERED)(self._read_cheaply)

    @property
    def sha256(self) -> str:
        return self._sha256

    def scores(self, passages: Sequence[Passage]) -> list[float]:
        """See the port. Passages beyond those the network reads are judged by the linear model alone."""
        read = [self._cheaply(passage.text, passage.signals) for passage in passages]
        words, cheap = [each for each, _ in read], [each for _, each in read]
        unclear = [
            at
            for at, passage in enumerate(passages)
            if words[at] and cheap[at] >= self.thresholds.read(passage.context)
        ]
        unclear.sort(key=lambda at: (self.thresholds.of(passages[at].context) - cheap[at], at))
        answers = [min(_BELOW, self._scaled(log_odds, passages[at])) for at, log_odds in enumerate(cheap)]
        for at in unclear[:_MOST_READ_BY_NETWORK]:
            answers[at] = self._scaled(self.blended(cheap[at], words[at]), passages[at])
        for at in unclear[_MOST_READ_BY_NETWORK:]:
            answers[at] = self._scaled(cheap[at], passages[at])
        return answers

    def blended(self, cheap: float, words: Sequence[str]) -> float:
        """The log odds of both halves together."""
        share = self.thresholds.network
        return share * self.network_log_odds(words) + (1 - share) * cheap

    def network_log_odds(self, words: Sequence[str]) -> float:
        """The network's own log odds of a reaction, or of a special situation it is very sure of."""
        reaction, special = self.network.score(words)
        return max(reaction, special - self.thresholds.special)

    def _read_cheaply(self, text: str, signals: tuple[str, ...]) -> tuple[list[str], float]:
        """The words and the log odds of the linear model; remembered, because an action is judged several times."""
        words = words_of(text)
        return words, self.linear.score(features_of(words, signals))

    def _scaled(self, log_odds: float, passage: Passage) -> float:
        over = log_odds - self.thresholds.of(passage.context)
        return round(1 / (1 + exp(-max(-_STEEPEST, min(_STEEPEST, over)))), 4)


def load_safety_model(folder: Path | None = None) -> CascadeModel:
    """The model in a folder, by default the packaged one; read once per process. Raises UnusableSafetyModel."""
    return _load((folder or PACKAGED).resolve())


@lru_cache(maxsize=2)
def _load(folder: Path) -> CascadeModel:
    description = _description(folder)
    contents = {name: _checked(folder, name, description["files"]) for name in FILES}
    try:
        thresholds = Thresholds(**{name: float(value) for name, value in description["thresholds"].items()})
        weights = np.load(io.BytesIO(contents[LINEAR]), allow_pickle=False).astype(np.float32)
        linear = LinearModel(weights, float(description["bias"]))
        network = SentenceNetwork(contents[NETWORK], folder / VOCABULARY)
    except (KeyError, TypeError, ValueError, AttributeError) as failed:
        raise UnusableSafetyModel(folder, f"the model cannot be loaded ({failed})") from failed
    if weights.shape != (BUCKETS,):
        raise UnusableSafetyModel(folder, f"{LINEAR} holds {weights.shape} weights instead of {BUCKETS}")
    return CascadeModel(linear, network, thresholds, sha256=sha256_of(description))


def _description(folder: Path) -> dict[str, Any]:
    try:
        read: Any = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except OSError as failed:
        raise UnusableSafetyModel(folder, f"{DESCRIPTION} cannot be read ({failed.strerror})") from failed
    except ValueError as failed:
        raise UnusableSafetyModel(folder, f"{DESCRIPTION} is not JSON ({failed})") from failed
    description = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
    if description.get("format") != FORMAT:
        raise UnusableSafetyModel(folder, f"{DESCRIPTION} does not describe a safety model of format {FORMAT}")
    if not isinstance(description.get("files"), dict):
        raise UnusableSafetyModel(folder, f"{DESCRIPTION} lists no files")
    return description


def _checked(folder: Path, name: str, listed: Mapping[str, Any]) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except OSError as failed:
        raise UnusableSafetyModel(folder, f"{name} cannot be read ({failed.strerror})") from failed
    if hashlib.sha256(content).hexdigest() != listed.get(name):
        raise UnusableSafetyModel(folder, f"{name} is not the file that {DESCRIPTION} names; it is damaged or replaced")
    return content
