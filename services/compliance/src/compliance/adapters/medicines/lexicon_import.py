"""Making a rule set's medicine list out of a published one: names split, told apart from words, dated, sorted."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from compliance.adapters.medicines.medicine_lists import COLUMNS, normalised, read_list
from compliance.adapters.medicines.published_lists import PublishedRow, read_published
from compliance.adapters.medicines.word_frequency import frequency
from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.medicines.medicines import Kind, ListedMedicine

SOURCES = {"ema": "EMA medicines", "fda": "Drugs@FDA"}
FREQUENT = 4.5
COMMON = 3.0
_SHORTEST = 4
_MOST_WORDS = 4
_LONGEST_INDICATION = 400
_PREVIOUSLY = re.compile(r"\(\s*(?:previously|formerly|ex)\b[:\s]*([^)]*)\)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SUBSTANCES = re.compile(r"[;/+]|\band\b|\bet\b", re.IGNORECASE)

Frequency = Callable[[str], tuple[float, str]]
"""How frequent a word is (Zipf scale, 3 = once in a million words) and in which language most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What tells names from words: names never listed, salts, names sure to be medicines, word frequency."""

    stop: frozenset[str]
    salts: frozenset[str]
    medicines: frozenset[str]
    frequency: Frequency


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a list. `skipped` are (reason, line, name); `sha256` is of the file that was read."""

    path: Path
    source: str
    as_of: str
    sha256: str
    rows: Sequence[ListedMedicine]
    skipped: Sequence[tuple[str, int, str]]
    replaces: str | None


def words_of(lexicon: Lexicon) -> Words:
    """The word lists of a rule set, its packaged dictionary and word frequencies."""
    stop = lexicon.words["stop_name"] | lexicon.words["common_word"]
    packaged = (row.letters for each in lexicon.medicines.packaged for row in each.rows)
    return Words(stop=stop, salts=lexicon.words["salt"], medicines=frozenset(packaged), frequency=frequency)


def import_list(
    file: Path, *, into: Path, words: Words, as_of: str | None = None, source: str | None = None
) -> Imported:
    """Write `medicines-<source>-<date>.csv` into a folder; all of it or nothing.

    Raises UnusableRuleFile, whose message starts with `file:line:`.
    """
    published = read_published(file)
    day = as_of or published.dated
    if day is None:
        raise UnusableRuleFile(file, 1, "tells no date, in its first lines or its name; give --as-of 2026-01-31")
    named = source or SOURCES.get(published.shape) or "listed competitors"
    listing = _Listing(words, named, day, plain=published.shape == "plain")
    for row in published.rows:
        listing.add(row)
    rows = listing.rows()
    if not rows:
        raise UnusableRuleFile(file, 1, "lists no name that could be kept")
    target = into / f"medicines-{_slug(published.shape, named)}-{day}.csv"
    imported = Imported(
        path=target,
        source=named,
        as_of=day,
        sha256=sha256(file.read_bytes()).hexdigest(),
        rows=rows,
        skipped=listing.skipped,
        replaces=_older(into, named, day),
    )
    _write(target, rows)
    return imported


class _Listing:
    """The names of one list as they come in."""

    def __init__(self, words: Words, source: str, as_of: str, *, plain: bool) -> None:
        self._words = words
        self._source = source
        self._as_of = as_of
        self._plain = plain
        self._rows: dict[str, tuple[ListedMedicine, set[str]]] = {}
        self._seen: set[tuple[str, ...]] = set()
        self.skipped: list[tuple[str, int, str]] = []

    def add(self, row: PublishedRow) -> None:
        """Take the brand and the INNs of a line."""
        if row.same in self._seen:
            self.skipped.append(("twice in the list", row.line, row.name))
        self._seen.add(row.same)
        substances = [" ".join(part.split()) for part in _SUBSTANCES.split(_IN_BRACKETS.sub(" ", row.inn))]
        plain_substances = {normalised(part) for part in substances}
        for brand in _brands(row.name):
            kind: Kind = "inn" if normalised(brand) in plain_substances else "competitor" if self._plain else "brand"
            self._take(row, brand, kind)
        for part in substances:
            for name in self._substance(part):
                self._take(row, name, "inn")

    def rows(self) -> list[ListedMedicine]:
        """Sorted by name; a name sold both ways is of unknown status."""
        return [row._replace(status=_one(statuses)) for _, (row, statuses) in sorted(self._rows.items())]

    def _substance(self, part: str) -> Iterator[str]:
        """A substance as written, and without its salt where one word is left."""
        if part:
            yield part
            kept = [word for word in normalised(part) if word not in self._words.salts]
            if len(kept) == 1 and kept != list(normalised(part)):
                yield kept[0]

    def _take(self, row: PublishedRow, name: str, kind: Kind) -> None:
        parts = normalised(name)
        letters = " ".join(parts)
        reason, written = self._judged(parts, kind)
        if reason:
            self.skipped.append((reason, row.line, name))
            return
        known = self._rows.get(letters)
        if known:
            known[1].update(row.statuses)
            return
        medicine = ListedMedicine(
            letters=letters,
            name=name,
            kind=kind,
            inn=name if kind == "inn" else row.inn,
            status="unknown",
            countries=row.countries,
            indication=row.indication[:_LONGEST_INDICATION] if kind != "inn" or name == row.inn else "",
            additional_monitoring="yes" if row.additional_monitoring == "yes" else "",
            written=written,
            source=self._source,
            as_of=self._as_of,
        )
        self._rows[letters] = (medicine, set(row.statuses))

    def _judged(self, parts: Sequence[str], kind: Kind) -> tuple[str, str]:
        """Why a name is left out, and `name` where it counts only written as a name."""
        reason = self._no_name(parts, kind)
        words = self._words
        if reason or any(part in words.medicines for part in parts):
            return reason, ""
        frequency, language = min(self._frequency(part) for part in parts)
        if len(parts) > 1:
            ordinary = frequency >= COMMON
            named_alike = ordinary and (kind == "inn" or any(part in words.stop for part in parts))
            return ("ordinary words together" if named_alike else ""), ("name" if ordinary else "")
        if kind != "competitor" and (frequency >= FREQUENT or (kind == "inn" and frequency >= COMMON)):
            return f"a common word ({language})", ""
        return "", "name" if frequency >= COMMON else ""

    def _frequency(self, part: str) -> tuple[float, str]:
        """How frequent a word is; single letters, numbers and stop names are."""
        if len(part) == 1 or part.isdigit() or part in self._words.stop:
            return FREQUENT, ""
        return self._words.frequency(part)

    def _no_name(self, parts: Sequence[str], kind: Kind) -> str:
        """Why no name can be made of these words; empty where one can."""
        letters = "".join(parts)
        stop = self._words.stop
        checks = (
            ("no letters", not letters),
            ("one letter", len(letters) == 1),
            ("only digits", letters.isdigit()),
            ("too short to tell from other abbreviations", len(letters) < _SHORTEST and kind != "competitor"),
            ("a description, not a name", len(parts) > _MOST_WORDS),
            ("stop-listed", all(part in stop or len(part) == 1 or part.isdigit() for part in parts)),
        )
        return next((reason for reason, holds in checks if holds), "")


def _brands(name: str) -> Iterator[str]:
    before = _PREVIOUSLY.search(name)
    yield " ".join(_IN_BRACKETS.sub(" ", name).split())
    if before:
        yield from (" ".join(part.split()) for part in re.split(r"[,;/]", before.group(1)) if part.strip())


def _one(statuses: Iterable[str]) -> str:
    known = set(statuses) - {"unknown"}
    if {"prescription", "otc"} <= known or not known:
        return "unknown"
    for status in ("prescription", "authorised", "otc", "investigational", "withdrawn", "refused"):
        if status in known:
            return status
    return "unknown"


def _slug(shape: str, source: str) -> str:
    return shape if SOURCES.get(shape) == source else re.sub(r"[^a-z0-9]+", "-", source.casefold()).strip("-")


def _older(folder: Path, source: str, as_of: str) -> str | None:
    """The date of the newest list of the same source before `as_of` in the folder."""
    dates = [
        each.as_of
        for path in sorted(folder.glob("*.csv"))
        for each in read_list(path)
        if each.source == source and each.as_of < as_of
    ]
    return max(dates, default=None)


def _write(target: Path, rows: Sequence[ListedMedicine]) -> None:
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(COLUMNS)
    lines.writerows([getattr(row, column) for column in COLUMNS] for row in rows)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.part")  # a leading dot: no reader takes it for a list
        unfinished.write_text(written.getvalue(), encoding="utf-8")
        os.replace(unfinished, target)  # noqa: PTH105 - one step, so that nobody reads half a list
    except OSError as failed:
        raise UnusableRuleFile(target, 1, f"cannot be written ({failed.strerror})") from failed
