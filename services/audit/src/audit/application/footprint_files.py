"""Footprints from files: who is in the CSV, what the posts say about them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from audit.domain.cleaning import lines_of, looks_binary
from audit.domain.footprint import judged, tally
from audit.domain.footprint_values import FootprintState, Thresholds, Window
from audit.domain.handles import Account, account
from audit.domain.imported import Reading, Rejection
from audit.domain.people import Directory, FinderFactory, Person

_HANDLE_COLUMNS = {"x", "mastodon", "bluesky", "linkedin", "instagram", "facebook", "youtube", "blog", "web"}
_KNOWN = {"id", "name", "handles", "type", "country"} | _HANDLE_COLUMNS


@dataclass(slots=True)
class PeopleFile:
    """The people of a CSV file and what was wrong with it."""

    people: list[Person] = field(default_factory=list[Person])
    rejected: list[Rejection] = field(default_factory=list[Rejection])
    ignored_columns: tuple[str, ...] = ()


def read_people(raw: bytes) -> PeopleFile:
    """People from CSV: `name`, and either `handles` (`x:some_one; mastodon:a@b`) or one column per platform.

    `id` is optional; without it a person is known by their name and line.
    """
    found = PeopleFile()
    if looks_binary(raw):
        found.rejected.append(Rejection(0, "the file is not text", "give a CSV file in UTF-8"))
        return found
    lines = {line.number: line.text for line in lines_of(raw)}
    text = "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))
    rows = csv.DictReader(io.StringIO(text), strict=True, restkey="", restval="")
    columns = [name.strip().casefold() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    if "name" not in columns:
        found.rejected.append(Rejection(1, "there is no column `name`", "add a header row with at least: name,handles"))
        return found
    found.ignored_columns = tuple(name for name in columns if name not in _KNOWN)
    try:
        for row in rows:
            _read_person(row, rows.line_num, found)
    except csv.Error as error:
        found.rejected.append(Rejection(rows.line_num, f"not CSV: {error}", "quote fields that hold commas or quotes"))
    return found


def _read_person(row: dict[str, str], line: int, found: PeopleFile) -> None:
    name = row["name"].strip()
    if not name:
        found.rejected.append(Rejection(line, "no name", "fill the column `name`"))
        return
    accounts: list[Account] = []
    for stated in row.get("handles", "").replace(",", ";").split(";"):
        platform, colon, handle = stated.strip().partition(":")
        if colon and handle.strip():
            accounts.append(account(platform.strip().casefold(), handle))
        elif stated.strip():
            found.rejected.append(
                Rejection(line, f"not a handle: {stated.strip()[:40]!r}", "write platform:name, such as x:some_one")
            )
    accounts += [account(each, row[each]) for each in sorted(_HANDLE_COLUMNS) if row.get(each, "").strip()]
    person_id = row.get("id", "").strip() or f"line {line}: {name}"
    found.people.append(Person(person_id, name, tuple(sorted(set(accounts)))))


def footprints_of(
    people: Sequence[Person],
    reading: Reading,
    *,
    finder: FinderFactory,
    thresholds: Thresholds,
    window: Window,
    at: datetime,
) -> list[FootprintState]:
    """One footprint per person, in the order of the file."""
    directory = Directory(people, finder)
    evidence = tally(people, ((post, directory.links_of(post)) for post in reading.posts), window)
    return [judged(person.id, evidence[person.id], thresholds=thresholds, window=window, at=at) for person in people]
