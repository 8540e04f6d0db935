"""A company's phrase list as spreadsheets publish it, made into a rule pack.

Column order, capitals, separators (comma, semicolon, tab) and common column names do not matter; what stands in the
cells does. Either every row is taken or none.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from compliance.adapters.pack_problems import Problem, UnusableRuleFile
from compliance.adapters.rules.located_yaml import text_of
from compliance.adapters.rules.rule_bundles import COMPANY, WHOLE, bundle_of
from compliance.adapters.rules.rule_packs import rule_set_of

_NAMES: dict[str, tuple[str, ...]] = {
    "phrase": ("phrase", "term", "text", "word", "expression", "pattern", "keyword", "begriff", "wort"),
    "kind": ("kind", "type", "match", "matchtype", "mode", "matching", "art"),
    "severity": ("severity", "action", "level", "verdict", "outcome", "stufe"),
    "countries": ("countries", "country", "market", "markets", "land", "countrycode", "jurisdiction"),
    "valid_from": ("validfrom", "from", "start", "startdate", "effectivefrom", "effective", "gueltigab"),
    "valid_until": ("validuntil", "validto", "until", "to", "end", "enddate", "expires", "expiry", "gueltigbis"),
    "message": ("message", "reason", "why", "comment", "note", "explanation", "begruendung"),
    "remedy": ("remedy", "suggestion", "alternative", "instead", "advice", "useinstead", "hinweis"),
    "id": ("id", "ruleid", "rule", "code", "reference"),
    "clause": ("clause", "policy", "sop", "section"),
    "source": ("source", "owner", "quelle"),
}
_KINDS = {
    "contains": ("contains", "substring", "contain", "partial", "part", "includes", "enthaelt"),
    "whole_word": ("wholeword", "word", "exact", "whole", "phrase", "words", "equals", "exactphrase"),
    "regex": ("regex", "regexp", "regularexpression", "pattern", "re"),
}
_SEVERITIES = {
    "block": ("block", "blocked", "prohibited", "forbidden", "stop", "reject", "high", "red", "deny"),
    "review": ("review", "warn", "warning", "check", "escalate", "medium", "amber", "yellow", "caution"),
    "pass": ("pass", "note", "info", "hint", "low", "green", "notice"),
}
_SIGNS = re.compile(r"[^a-z0-9]+")
_LARGEST = 5_000_000
_MOST_ROWS = 20_000
_SEPARATORS = ",;\t|"


def import_phrases(file: Path, into: Path, *, rule_id: str | None, severity: str | None) -> tuple[Path, int]:
    """Write the pack of a CSV file into a folder of rules; the pack and the number of its phrases.

    Raises UnusableRuleFile with every row that cannot be used, and when the rule set of the folder cannot be.
    """
    entries = entries_of(str(file), file.read_bytes(), rule_id=rule_id, severity=severity)
    about = f"Phrase list of the company, imported from {file.name}."
    pack = {"about": about, "listed_phrases": [entry for _, entry in entries]}
    text = yaml.safe_dump(pack, allow_unicode=True, sort_keys=False, width=110, indent=2)
    target = into / f"phrases-{_SIGNS.sub('-', file.stem.casefold()).strip('-') or 'list'}.yaml"
    whole = (into / WHOLE).is_file()
    name = target.name if whole else COMPANY + target.name
    present = dict(bundle_of(into if into.is_dir() and any(into.iterdir()) else None))
    try:
        rule_set_of({**present, name: text.encode("utf-8")})
    except UnusableRuleFile as failed:
        starts = [at for at, line in enumerate(text.splitlines(), 1) if line.startswith("- ")]
        rows = [line for line, _ in entries]
        raise UnusableRuleFile.of(
            Problem(str(file), rows[max(bisect_right(starts, one.line) - 1, 0)], one.wrong, one.remedy)
            if one.file == name
            else one
            for one in failed.problems
        ) from None
    into.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target, len(entries)


def entries_of(
    file: str, raw: bytes, *, rule_id: str | None = None, severity: str | None = None
) -> list[tuple[int, dict[str, Any]]]:
    """The line and listed phrase of each row; `rule_id` and `severity` are for rows without.

    Raises UnusableRuleFile with every row that cannot be read. Dates, countries and patterns are checked with the
    rule set.
    """
    rows = _rows(file, text_of(file, raw, largest=_LARGEST))
    problems: list[Problem] = []
    columns = _columns(file, rows[0][1], problems)
    entries: list[tuple[int, dict[str, Any]]] = []
    for line, cells in rows[1:]:
        given = {name: cells[at].strip() for name, at in columns.items() if at < len(cells) and cells[at].strip()}
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(rows[0][1]):
            wrong = f"has {len(cells)} cells under {len(rows[0][1])} column names"
            problems.append(Problem(file, line, wrong, "put texts with separators in double quotes"))
            continue
        entries.append((line, _Row(file, line, given, problems).entry(rule_id, severity)))
    if not entries and not problems:
        problems.append(Problem(file, 1, "lists no phrase", "put one phrase on each line below the column names"))
    if problems:
        raise UnusableRuleFile.of(problems)
    return entries


def _rows(file: str, text: str) -> list[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if rows or any(cell.strip() for cell in cells):
                rows.append((reader.line_num - sum(cell.count("\n") for cell in cells), cells))
            if len(rows) > _MOST_ROWS:
                raise UnusableRuleFile(file, reader.line_num, f"has more than {_MOST_ROWS:,} rows", "split the file")
    except csv.Error as failed:
        remedy = "put texts with separators or quotes in double quotes, and double the quotes inside"
        raise UnusableRuleFile(file, reader.line_num, f"is not CSV ({failed})", remedy) from failed
    if not rows:
        raise UnusableRuleFile(file, 1, "is empty", "begin with a line of column names, at least `phrase` and `kind`")
    return rows


def _columns(file: str, header: list[str], problems: list[Problem]) -> dict[str, int]:
    known = {spelt: name for name, spellings in _NAMES.items() for spelt in spellings}
    columns: dict[str, int] = {}
    for at, title in enumerate(header):
        name = known.get(_plain(title))
        if name is None:
            wrong = f"column {title!r} is not known"
            problems.append(Problem(file, 1, wrong, f"take it out or call it one of {', '.join(_NAMES)}"))
        elif name in columns:
            problems.append(Problem(file, 1, f"column {title!r} says {name} a second time", "keep one of the two"))
        else:
            columns[name] = at
    if "phrase" not in columns:
        problems.append(Problem(file, 1, "there is no column `phrase`", "begin with a line of column names"))
    return columns


class _Row:
    def __init__(self, file: str, line: int, given: Mapping[str, str], problems: list[Problem]) -> None:
        self._file, self._line, self._given, self._problems = file, line, given, problems

    def entry(self, rule_id: str | None, severity: str | None) -> dict[str, Any]:
        given = self._given
        entry: dict[str, Any] = {"id": given.get("id", rule_id), "phrase": given.get("phrase")}
        entry["kind"] = self._one_of("kind", given.get("kind"), _KINDS)
        entry["severity"] = self._one_of("severity", given.get("severity", severity), _SEVERITIES)
        for name, remedy in (("id", "fill the cell, or give --id for all rows"), ("phrase", "fill the cell")):
            if not entry[name]:
                self._wrong(f"has no {name}", remedy)
        if "countries" in given:
            entry["countries"] = [code.upper() for code in re.split(r"[\s,;/|]+", given["countries"]) if code]
        for name in ("valid_from", "valid_until", "message", "remedy", "clause"):
            if name in given:
                entry[name] = given[name]
        entry["source"] = given.get("source", f"{self._file.rpartition('/')[2]}:{self._line}")
        return entry

    def _one_of(self, name: str, value: str | None, known: Mapping[str, tuple[str, ...]]) -> str | None:
        for member, spellings in known.items():
            if value is not None and _plain(value) in spellings:
                return member
        wrong = f"has no {name}" if value is None else f"{name} {value!r} is not known"
        self._wrong(wrong, f"write one of {', '.join(known)}")
        return None

    def _wrong(self, wrong: str, remedy: str) -> None:
        self._problems.append(Problem(self._file, self._line, wrong, remedy))


def _plain(title: str) -> str:
    return re.sub(r"[^a-z]", "", title.casefold().replace("ü", "ue").replace("ä", "ae"))
