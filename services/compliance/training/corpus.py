"""The training and test sentences: PsyTAR by its supplied split and without repeats, and our synthetic posts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import yaml
from posts import synthetic_posts

SERVICE = Path(__file__).parent.parent
MEDICINES = SERVICE / "src/compliance/rules/words-safety-medicines.yaml"
KINDS = {"reaction": 5500, "special": 1300, "none": 10500}
SEED = 20261122

Row = tuple[str, int, int]
"""(text, reaction, special): 1 yes, 0 no, -1 not known."""


def medicine_names() -> list[str]:
    """The common names, lower case."""
    return [str(name) for name in yaml.safe_load(MEDICINES.read_text(encoding="utf-8"))["phrases"]["medicine"]]


def masking(names: list[str]) -> re.Pattern[str]:
    """Finds a medicine's name as a whole word."""
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


def psytar(folder: Path, *, part: str, without: frozenset[str] = frozenset()) -> list[Row]:
    """Sentences of one part of the split, each once, none whose words are in `without`."""
    rows: dict[str, Row] = {}
    with (folder / f"binary_{part}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            text = row["sentences"].strip()
            key = same_words(text)
            if not key or key in without:
                continue
            reaction = int(row["ADR"] == "1" or row["WD"] == "1")
            rows.setdefault(key, (text, reaction, int(row["INF"] == "1" or row["WD"] == "1")))
    return list(rows.values())


def same_words(text: str) -> str:
    """What two repeats of a sentence share."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def training_rows(psytar_folder: Path, *, named: float) -> tuple[list[Row], list[Row]]:
    """(PsyTAR train without what is in test or dev, synthetic posts); see `synthetic_posts` for `named`."""
    held_out = frozenset(same_words(row[0]) for part in ("test", "dev") for row in psytar(psytar_folder, part=part))
    real = psytar(psytar_folder, part="train", without=held_out)
    made = synthetic_posts(KINDS, medicine_names(), named=named, seed=SEED)
    synthetic = [(text, int(kind == "reaction"), int(kind == "special")) for kind, _, text in made]
    return real, synthetic
