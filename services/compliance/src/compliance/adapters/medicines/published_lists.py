"""Medicine lists in the shapes they are published in: EMA, Drugs@FDA, and a company's own plain list."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.domain.screening.medicines.medicines import STATUSES

LARGEST = 100_000_000
_LOOK_FOR_HEADER = 30
_DELIMITERS = (",", "\t", ";")
_ISO = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_WORDED = re.compile(r"(?<!\d)(\d{1,2} [A-Z][a-z]+ \d{4})(?!\d)")
_COLUMNS = {
    "name": ("name of medicine", "medicine name", "name", "drugname", "drug_name", "brand", "brand name"),
    "inn": (
        "international non-proprietary name (inn) / common name",
        "international non-proprietary name (inn) common name",
        "inn",
        "activeingredient",
        "active_ingredient",
        "active ingredient",
    ),
    "status": ("medicine status", "authorisation status", "marketing_status", "status"),
    "category": ("category",),
    "indication": ("therapeutic indication", "condition / indication", "indication"),
    "additional_monitoring": ("additional monitoring", "additional_monitoring"),
    "countries": ("country", "countries"),
    "number": ("ema product number", "product number", "ema_number"),
    "application": ("applno",),
    "product": ("productno",),
}
_DRUGS_AT_FDA = (
    frozenset({"drugname", "activeingredient"}),
    frozenset({"drug_name", "active_ingredient", "marketing_status"}),
)
"""The columns that Drugs@FDA is published with, any of these together: Products.txt, and its extract of names."""
_STATUS = {
    "ema": {
        "authorised": "authorised",
        "opinion": "investigational",
        "opinion under re-examination": "investigational",
        "refused": "refused",
        "application withdrawn": "refused",
        "withdrawn from rolling review": "refused",
        "withdrawn": "withdrawn",
        "lapsed": "withdrawn",
        "expired": "withdrawn",
        "revoked": "withdrawn",
        "not renewed": "withdrawn",
        "suspended": "withdrawn",
    },
    "fda": {"rx": "prescription", "otc": "otc", "tentative": "authorised", "discontinued": "withdrawn"},
}
_FDA_STATUS_IDS = {"1": "rx", "2": "otc", "3": "discontinued", "4": "tentative"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRow:
    """One line of a published list; `statuses` in our words, several where the line names several.

    Two lines with the same `same` are one line twice: a list of our own has a line for each name with its substance, an
    agency's one for each product, so that only whole lines repeat each other.
    """

    line: int
    same: tuple[str, ...]
    name: str
    inn: str
    statuses: frozenset[str]
    countries: str
    indication: str = ""
    additional_monitoring: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A recognised list: whose it is (`ema`, `fda` or `plain`), its date where it tells one, its rows."""

    shape: str
    dated: str | None
    rows: Sequence[PublishedRow] = field(repr=False)


def read_published(path: Path) -> Published:
    """Recognise and read a list. Raises UnusableRuleFile, whose message starts with `file:line:`."""
    lines = _decoded(path).splitlines(keepends=True)
    header = _header(path, lines)
    dated = _date_in(" ".join(lines[: header.at])) or _date_in(path.name)
    rows = list(_rows(path, lines, header))
    if not rows:
        raise UnusableRuleFile(path, header.at + 1, "has a header and no medicine below it")
    return Published(header.shape, dated, rows)


def _decoded(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise UnusableRuleFile(path, 1, f"is larger than {LARGEST:,} bytes; give the list alone")
        raw = path.read_bytes()
    except OSError as failed:
        raise UnusableRuleFile(path, 1, f"cannot be read ({failed.strerror})") from failed
    if raw.startswith(b"PK\x03\x04"):
        raise UnusableRuleFile(path, 1, "is an Excel workbook or a zip file; save the sheet as CSV in UTF-8")
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in raw[:4096]:
        raise UnusableRuleFile(path, 1, "is UTF-16 or binary; save it as CSV in UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as failed:
        line = raw[: failed.start].count(b"\n") + 1
        problem = f"is not UTF-8 (byte 0x{raw[failed.start]:02X}, as in Windows-1252); save it as CSV in UTF-8"
        raise UnusableRuleFile(path, line, problem) from failed
    if not text.strip():
        raise UnusableRuleFile(path, 1, "is empty")
    return text


@dataclass(frozen=True, slots=True)
class _Header:
    """The line (from 0) that names the columns, the delimiter, where each known column is, and all columns."""

    at: int
    delimiter: str
    columns: Mapping[str, int]
    written: frozenset[str]

    @property
    def shape(self) -> str:
        if "category" in self.columns or "number" in self.columns:
            return "ema"
        return "fda" if any(columns <= self.written for columns in _DRUGS_AT_FDA) else "plain"


def _header(path: Path, lines: Sequence[str]) -> _Header:
    """Where the line that names the columns is, and what it tells."""
    for at, line in enumerate(lines[:_LOOK_FOR_HEADER]):
        for delimiter in _DELIMITERS:
            cells = [" ".join(cell.split()).casefold() for cell in line.replace('"', "").split(delimiter)]
            columns = {
                column: cells.index(known)
                for column, names in _COLUMNS.items()
                for known in names[::-1]
                if known in cells
            }
            if "name" in columns and ("inn" in columns or "status" in columns):
                return _Header(at, delimiter, columns, frozenset(cells))
    raise UnusableRuleFile(
        path,
        1,
        "is not a medicines list: no line near its beginning names the columns of the EMA list, of Drugs@FDA "
        "(Products.txt) or name,inn,status,country, separated by comma, tab or semicolon",
    )


def _rows(path: Path, lines: Sequence[str], header: _Header) -> Iterator[PublishedRow]:
    text = io.StringIO("".join(lines[header.at :]), newline="")
    reader = csv.reader(text, delimiter=header.delimiter, strict=header.delimiter != "\t")
    sold = _marketing(path) if header.shape == "fda" and "application" in header.columns else None
    try:
        width = len(next(reader))
        for cells in reader:
            line = header.at + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != width:
                raise UnusableRuleFile(path, line, f"has {len(cells)} cells instead of {width}")
            got = {column: " ".join(cells[place].split()) for column, place in header.columns.items()}
            if got.get("category", "human").casefold() == "human":
                said = got.get("status", "")
                if sold is not None:
                    said = sold.get((got["application"], got.get("product", "")), said)
                yield _row(path, line, got, said, header.shape, cells=cells)
    except csv.Error as failed:
        raise UnusableRuleFile(path, header.at + reader.line_num, f"is not CSV ({failed})") from failed


def _row(path: Path, line: int, got: Mapping[str, str], said: str, shape: str, *, cells: Sequence[str]) -> PublishedRow:
    same = (got["name"], got.get("inn", "")) if shape == "plain" else cells
    return PublishedRow(
        line=line,
        same=tuple(" ".join(cell.split()).casefold() for cell in same),
        name=got["name"],
        inn=got.get("inn", ""),
        statuses=frozenset(_statuses(path, line, said, shape)),
        countries={"ema": "EU", "fda": "US"}.get(shape, got.get("countries", "")),
        indication=got.get("indication", ""),
        additional_monitoring=got.get("additional_monitoring", "").casefold(),
    )


def _statuses(path: Path, line: int, said: str, shape: str) -> Iterator[str]:
    for part in said.casefold().split("|"):
        if shape == "plain":
            status = part.strip() or "unknown"
            if status not in STATUSES:
                raise UnusableRuleFile(path, line, f"status {part!r} is not one of {', '.join(STATUSES)}")
            yield status
        else:
            yield _STATUS[shape].get(part.strip(), "unknown")


def _marketing(path: Path) -> Mapping[tuple[str, str], str]:
    """How each product is sold, from the file MarketingStatus.txt that is published beside Products.txt."""
    beside = path.with_name("MarketingStatus.txt")
    if not beside.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(_decoded(beside), newline=""), delimiter="\t")
    return {
        (row.get("ApplNo") or "", row.get("ProductNo") or ""): _FDA_STATUS_IDS.get(
            (row.get("MarketingStatusID") or "").strip(), ""
        )
        for row in rows
    }


def _date_in(text: str) -> str | None:
    for pattern, order in ((_ISO, (0, 1, 2)), (_DAY_FIRST, (2, 1, 0))):
        for match in pattern.finditer(text):
            year, month, day = (int(match.groups()[place]) for place in order)
            with suppress(ValueError):
                return date(year, month, day).isoformat()
    for match in _WORDED.finditer(text):
        with suppress(ValueError):
            return datetime.strptime(match.group(1), "%d %B %Y").date().isoformat()  # noqa: DTZ007 - a day has no zone
    return None
