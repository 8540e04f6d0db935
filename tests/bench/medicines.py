"""What medicine lists cost and find: loading 100,000 names, looking names up, recall of the packaged dictionary.

PYTHONPATH=tests python -m bench.medicines [--names 100000] [--data FOLDER]
FOLDER is the public data folder (cases, lexicons); without it only loading is measured.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.report import percentile, report
from compliance.adapters.medicines.medicine_lists import COLUMNS, read_list
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.medicines.medicines import MedicineIndex, MedicineLists, Stems, others_in, stems_of
from compliance.domain.screening.medicines.names import NameIndex, Ordinary, name_index, ordinary_words
from compliance.domain.screening.text.fields import TextField, text_fields
from compliance.domain.screening.text.together import Together

DAY = "2026-11-17"
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnr" for vowel in "aeio"]
STATUSES = ("authorised", "prescription", "otc", "withdrawn")


def resident() -> float:
    """Megabytes this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def written(path: Path, names: int) -> None:
    """A list of invented medicines, a third of them with two words."""
    chance = random.Random(7)
    made: set[str] = set()
    while len(made) < names:
        name = "".join(chance.choices(SYLLABLES, k=chance.randint(3, 5)))
        made.add(f"{name} {''.join(chance.choices(SYLLABLES, k=3))}" if chance.random() < 1 / 3 else name)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for name in sorted(made):
            use = f"Treatment of adults with moderate to severe disease number {chance.randint(1, 500)}"
            rows.writerow(
                (name, "brand", name[:6], chance.choice(STATUSES), "EU", use, "", "", "Invented", "2026-01-01")
            )


def loading(names: int) -> None:
    """Seconds and megabytes from the file to an index ready to look names up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "medicines-invented-2026-01-01.csv"
        written(path, names)
        before, begun, worked = resident(), time.perf_counter(), time.process_time()
        index = MedicineLists(tuple(read_list(path))).on(DAY)
        report(
            f"load {len(index):,} names",
            {
                "seconds": time.perf_counter() - begun,
                "CPU seconds": time.process_time() - worked,
                "MB": resident() - before,
                "file MB": path.stat().st_size / 1e6,
            },
        )


def looking_up(data: Path, lexicon: Lexicon) -> None:
    """Microseconds a snapshot of the public cases, words already cut."""
    stems = _stems(lexicon)
    index = lexicon.medicines.on(DAY)
    snapshots = [json.loads(line).get("snapshot") for line in (data / "cases/dev.jsonl").read_text().splitlines()]
    read = [(Together(text_fields(each)), _own(each, lexicon)) for each in snapshots if each]

    def own(texts: Together, names: NameIndex) -> None:
        list(names.find_in(texts))

    def others(texts: Together, names: NameIndex) -> None:
        others_in(texts, index, stems, names)

    for what, look in (("own names", own), (f"{len(index):,} others' names", others)):
        took = [_microseconds(look, texts, names) for texts, names in read for _ in range(20)]
        report(f"look up {what}, us a snapshot", {"p50": percentile(took, 50), "p99": percentile(took, 99)})


def recall(data: Path, lexicon: Lexicon) -> None:
    """Share of published names that the packaged dictionary and the stems find in a sentence, without any list."""
    packaged = MedicineLists(packaged=lexicon.medicines.packaged).on(DAY)
    stems = _stems(lexicon)
    ema = list(csv.DictReader((data / "lexicons/ema_medicines_human_2025-10-27.csv").open(encoding="utf-8")))
    fda = list(csv.DictReader((data / "lexicons/fda_drugsatfda_2019-07-02_names.csv").open(encoding="utf-8")))
    substances = {part.strip() for row in ema for part in row["inn"].replace("/", ";").split(";") if part.strip()}
    groups = {
        "EMA names, authorised": {row["name"] for row in ema if row["status"] == "Authorised"},
        "EMA names, all": {row["name"] for row in ema},
        "EMA INNs": substances,
        "Drugs@FDA names, on prescription": {row["drug_name"] for row in fda if "Rx" in row["marketing_status"]},
        "Drugs@FDA names, all": {row["drug_name"] for row in fda},
    }
    for what, names in groups.items():
        figures = {
            "names": float(len(names)),
            "dictionary %": 100 * _found(names, packaged, Stems(())),
            "with stems %": 100 * _found(names, packaged, stems),
        }
        report(what, figures)


def _found(names: Iterable[str], index: MedicineIndex, stems: Stems) -> float:
    nobody = name_index([], Ordinary(frozenset(), frozenset(), frozenset(), frozenset()))
    hits = [
        bool(others_in(Together([TextField("text", f"We read about {name} at noon", "own")]), index, stems, nobody))
        for name in names
    ]
    return sum(hits) / len(hits)


def _stems(lexicon: Lexicon) -> Stems:
    return stems_of(lexicon.words["inn_stem"], lexicon.words["stop_name"])


def _own(snapshot: dict[str, dict[str, list[dict[str, str]]]], lexicon: Lexicon) -> NameIndex:
    products = (snapshot.get("company") or {}).get("products") or []
    return name_index(products, ordinary_words(lexicon.words))


def _microseconds(
    look: Callable[[tuple[TextField, ...], NameIndex], None], fields: tuple[TextField, ...], names: NameIndex
) -> float:
    for field in fields:
        _ = field.word_streams
    begun = time.perf_counter()
    look(fields, names)
    return (time.perf_counter() - begun) * 1e6


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--names", type=int, default=100_000)
    options.add_argument("--data", type=Path)
    chosen = options.parse_args()
    loading(chosen.names)
    if chosen.data:
        lexicon = load_rule_set().lexicon
        looking_up(chosen.data, lexicon)
        recall(chosen.data / "data" if (chosen.data / "data/lexicons").is_dir() else chosen.data, lexicon)


if __name__ == "__main__":
    main()
