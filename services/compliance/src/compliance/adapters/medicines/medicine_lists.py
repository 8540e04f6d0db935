"""Medicine lists as a rule set keeps them: normalised, dated CSV files, and the packaged open dictionary."""

from __future__ import annotations

import bz2
import csv
import importlib.util
import io
import pickle
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple, cast

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.medicines.medicines import (
    KINDS,
    STATUSES,
    Kind,
    ListedMedicine,
    MedicineList,
    MedicineLists,
)
from compliance.domain.screening.text.normal import words

COLUMNS = (
    "name", "kind", "inn", "status", "countries", "indication", "additional_monitoring", "written", "source", "as_of",
)  # fmt: skip
PACKAGE = "drug-named-entity-recognition"
_LARGEST = 64_000_000
_SHORTEST_PACKAGED = 5
_PLAIN = re.compile(r"[a-z0-9]+")
_WRITTEN = ("", "name")


def read_list(path: Path, raw: bytes | None = None) -> list[MedicineList]:
    """The lists of one normalised file, one for each source and date in it; its bytes where they are at hand.

    Raises UnusableRuleFile.
    """
    rows = csv.reader(io.StringIO(_text(path, raw), newline=""), strict=True)
    found: dict[tuple[str, str], list[ListedMedicine]] = {}
    seen: set[tuple[str, str, str]] = set()
    try:
        header = tuple(next(rows, ()))
        if header != COLUMNS:
            wanted = ",".join(COLUMNS)
            raise UnusableRuleFile(
                path, 1, f"is not a medicine list; its first line is {wanted} (make one with `rapport lexicon import`)"
            )
        for cells in rows:
            row = _row(path, rows.line_num, cells)
            key = (row.letters, row.source, row.as_of)
            if key in seen:
                raise UnusableRuleFile(path, rows.line_num, f"has {row.name!r} twice")
            seen.add(key)
            found.setdefault((row.source, row.as_of), []).append(row)
    except csv.Error as failed:
        raise UnusableRuleFile(path, rows.line_num, f"is not CSV ({failed})") from failed
    if not found:
        raise UnusableRuleFile(path, 1, "lists no medicine")
    return [MedicineList(source, as_of, tuple(listed)) for (source, as_of), listed in sorted(found.items())]


def with_medicines(lexicon: Lexicon, files: Mapping[str, bytes]) -> Lexicon:
    """The lexicon with the lists of `files` (their bytes by name) and the packaged dictionary, less its stop names.

    Raises UnusableRuleFile.
    """
    stop = lexicon.words["stop_name"] | lexicon.words["common_word"]
    lists: list[MedicineList] = []
    taken: dict[tuple[str, str], Path] = {}
    for path, raw in ((Path(name), raw) for name, raw in files.items()):
        for each in read_list(path, raw):
            other = taken.setdefault((each.source, each.as_of), path)
            if other is not path:
                raise UnusableRuleFile(path, 1, f"lists {each.source} of {each.as_of}, as {other.name} does")
            lists.append(each)
    dictionary = packaged(stop, lexicon.words["inn_stem"])
    return replace(lexicon, medicines=MedicineLists(tuple(lists), (dictionary,)))


def fingerprint(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What identifies the medicine lists of a rule set: the files' SHA-256 and the dictionary's version."""
    hashes = {name: sha256(raw).hexdigest() for name, raw in files.items()}
    return {"medicine lists": hashes, "medicine dictionary": dictionary_version()}


def dictionary_version() -> str:
    """Name and version of the packaged dictionary, a part of what a rule set is identified by."""
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        return f"{PACKAGE} none"


@lru_cache(maxsize=4)
def packaged(stop: frozenset[str], stems: frozenset[str]) -> MedicineList:
    """One-word names of the open dictionary: of medicines in patient information, or built like an INN.

    Its other entries (proteins, chemicals, foods) name no medicine. It does not say how a
    medicine is sold, nor from when on: it counts for any day.
    """
    endings = tuple(sorted(stems))
    source = dictionary_version()
    rows: dict[str, ListedMedicine] = {}
    for entry in _dictionary():
        if entry.told_to_patients or (entry.drug and any(name.endswith(endings) for name in entry.stems_of)):
            for letters, name in entry.names:
                if letters not in stop and letters not in rows:
                    kind: Kind = "inn" if name == entry.canonical else "brand"
                    rows[letters] = ListedMedicine(
                        letters, name, kind, entry.canonical, "unknown", "", "", "", "", source, ""
                    )
    return MedicineList(source, "", tuple(rows[letters] for letters in sorted(rows)))


def normalised(name: str) -> tuple[str, ...]:
    """The words of a name as texts are read; the quick way where it is plain."""
    return tuple(_PLAIN.findall(name.lower())) if name.isascii() else words(name)


class _Entry(NamedTuple):
    """A substance with its one-word names as (letters, name); `stems_of` are the words that may end in a stem."""

    canonical: str
    told_to_patients: bool
    drug: bool
    names: tuple[tuple[str, str], ...]
    stems_of: tuple[str, ...]


@lru_cache(maxsize=1)
def _dictionary() -> tuple[_Entry, ...]:
    """What the package's data file holds, without running its code, which fetches tables and writes files.

    Raises UnusableRuleFile where the package is not there.
    """
    data = _data_file()
    variants: dict[str, list[str]] = {}
    for name, canonicals in cast("dict[str, list[str]]", data["drug_variant_to_canonical"]).items():
        if len(name) >= _SHORTEST_PACKAGED and name.isalpha():
            for canonical in canonicals:
                variants.setdefault(canonical, []).append(name)
    about: dict[str, dict[str, Any]] = data["drug_canonical_to_data"]
    return tuple(
        _Entry(
            canonical=canonical,
            told_to_patients="medline_plus_id" in about.get(canonical, {}) or "nhs_url" in about.get(canonical, {}),
            drug="drugbank_id" in about.get(canonical, {}),
            names=tuple((" ".join(normalised(name)), name) for name in names),
            stems_of=(canonical.partition(" ")[0], *names),
        )
        for canonical, names in variants.items()
        if about.get(canonical, {}).keys() & {"medline_plus_id", "nhs_url", "drugbank_id"}
    )


def _data_file() -> dict[str, Any]:
    package = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = Path(folder) / "drug_ner_dictionary.pkl.bz2"
        if path.is_file():
            with bz2.open(path) as file:
                return pickle.load(file)  # noqa: S301 - part of an installed package, pinned by hash, as its code is
    raise UnusableRuleFile(Path(PACKAGE), 1, "is not installed; run `make setup`")


def _text(path: Path, raw: bytes | None) -> str:
    try:
        raw = path.read_bytes() if raw is None and path.stat().st_size <= _LARGEST else raw
    except OSError as failed:
        raise UnusableRuleFile(path, 1, f"cannot be read ({failed.strerror})") from failed
    if raw is None or len(raw) > _LARGEST:
        raise UnusableRuleFile(path, 1, f"is larger than {_LARGEST:,} bytes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as failed:
        raise UnusableRuleFile(path, raw[: failed.start].count(b"\n") + 1, "is not UTF-8") from failed


def _row(path: Path, line: int, cells: list[str]) -> ListedMedicine:
    if len(cells) != len(COLUMNS):
        raise UnusableRuleFile(path, line, f"has {len(cells)} cells instead of {len(COLUMNS)}")
    name, kind, inn, status, countries, indication, monitoring, written, source, as_of = cells
    letters = " ".join(normalised(name))
    if len(letters) < 2:  # noqa: PLR2004 - one letter names nothing
        raise UnusableRuleFile(path, line, f"{name!r} is too short for a name")
    for column, value, known in (("kind", kind, KINDS), ("status", status, STATUSES), ("written", written, _WRITTEN)):
        if value not in known:
            raise UnusableRuleFile(path, line, f"{column} {value!r} is not one of {', '.join(known)}")
    if not source:
        raise UnusableRuleFile(path, line, "has no source")
    if not _is_day(as_of):
        raise UnusableRuleFile(path, line, f"as_of {as_of!r} is not a date such as 2026-01-31")
    kind = cast("Kind", kind)  # checked above
    return ListedMedicine(letters, name, kind, inn, status, countries, indication, monitoring, written, source, as_of)


@lru_cache(maxsize=64)
def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
