"""Who and what else it could be: companies, medicines, studies and people to draw from."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from support.metamorphic.public import public_data

DATA = Path(__file__).parent / "data"
_LIST = "data/lexicons/ema_medicines_human_2025-10-27.csv"
_BRAND = re.compile(r"[A-Z][a-z]{5,11}")
_INN = re.compile(r"[a-z]{7,16}")
_CONSONANTS = "BDGHKLMNPRTVXZ"


@dataclass(frozen=True)
class Drawn:
    """One draw of each kind; medicines come with their own INN."""

    company: str
    medicines: tuple[tuple[str, str], ...]
    studies: tuple[str, ...]
    people: tuple[tuple[str, str], ...]


@cache
def data(name: str) -> Mapping[str, Any]:
    """A data file of this package."""
    return yaml.safe_load((DATA / name).read_text("utf-8"))


@cache
def medicines() -> tuple[tuple[str, str], ...]:
    """Brand and INN of authorised medicines whose brand is one invented word: the EMA list, else a part of it."""
    folder = public_data()
    file = folder / _LIST if folder else DATA / "medicines.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    ordinary = _ordinary(folder)
    named = {
        row["inn"]: row["name"]
        for row in rows
        if _BRAND.fullmatch(row["name"])
        and _INN.fullmatch(row["inn"])
        and row["name"].lower() not in ordinary
        and row.get("status", "Authorised") == "Authorised"
        and not {row.get("generic"), row.get("biosimilar")} & {"Yes"}
    }
    return tuple(sorted((name, inn) for inn, name in named.items()))


def _ordinary(folder: Path | None) -> frozenset[str]:
    """Brands that are also words or given names somewhere: a draw must not bring a collision of its own."""
    known = set(data("collisions.yaml")["words"])
    if folder:
        with (folder / "data/lexicons/ambiguous_names_stoplist.csv").open(encoding="utf-8", newline="") as lines:
            known |= {row["name"] for row in csv.DictReader(lines)}
    return frozenset(known)


def draw(chance: random.Random, avoid: str) -> Drawn:
    """A draw of which no part stands in the text `avoid` already."""
    seen = avoid.casefold()

    def some(values: list[Any], count: int) -> tuple[Any, ...]:
        fresh = [value for value in values if not any(part.casefold() in seen for part in _parts(value))]
        return tuple(chance.sample(fresh, min(count, len(fresh))))

    return Drawn(
        company=some(data("companies.yaml")["companies"], 1)[0],
        medicines=some(list(medicines()), 12),
        studies=some(data("studies.yaml")["studies"], 4),
        people=some([tuple(each) for each in data("people.yaml")["people"]], 8),
    )


def _parts(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple) else (value.split()[0],)


def code_like(code: str, chance: random.Random) -> str:
    """Another code of the same shape: `ACM-101` as `TRX-482`."""
    return "".join(
        str(chance.randint(1, 9)) if sign.isdigit() else _letter(sign, chance) if sign.isalpha() else sign
        for sign in code
    )


def _letter(sign: str, chance: random.Random) -> str:
    letter = chance.choice(_CONSONANTS)
    return letter if sign.isupper() else letter.lower()
