"""Bytes of a CSV file, in any chunks, to records of text. Holds one record in memory, however long the file."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass

from registry.application.rows import CsvReport, UnreadableFile

_RECORD_LINES = 20
_LINE_BYTES = 65_536
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Record:
    """One CSV record and the physical line it starts on."""

    line: int
    text: str


async def physical_lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[tuple[int, bytes]]:
    """Numbered lines without their ends; accepts LF, CRLF and CR. A line beyond 64 KiB is cut at that length."""
    number, rest = 0, b""
    async for chunk in chunks:
        if not rest and number == 0:
            _refuse_no_text(chunk)
        whole = rest + chunk
        held = b"\r" if whole.endswith(b"\r") else b""  # its LF may come with the next chunk
        *lines, rest = whole[: len(whole) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            number += 1
            yield number, line
        rest = rest[: _LINE_BYTES + 1] + held
    for line in rest.rstrip(b"\r").split(b"\r"):
        if line:
            number += 1
            yield number, line


async def records(chunks: AsyncIterable[bytes], report: CsvReport) -> AsyncIterator[Record]:
    """Records in order, with quoted line breaks joined. Unreadable ones are rejected in `report`.

    A quote that is not closed within 20 lines spoils its own line only. Raises UnreadableFile for UTF-16.
    """
    open_record: list[tuple[int, str]] = []
    async for number, raw in physical_lines(chunks):
        text = _decoded(number, raw, report)
        if text is None:
            continue
        pending = [(number, text)]
        while pending:
            open_record.append(pending.pop(0))
            if _balanced(open_record):
                yield Record(open_record[0][0], "\n".join(text for _, text in open_record))
                open_record = []
            elif len(open_record) >= _RECORD_LINES:
                pending = _drop_first(open_record, report) + pending
                open_record = []
    while open_record:
        pending, open_record = _drop_first(open_record, report), []
        for each in pending:
            open_record.append(each)
            if _balanced(open_record):
                yield Record(open_record[0][0], "\n".join(text for _, text in open_record))
                open_record = []


def _drop_first(lines: list[tuple[int, str]], report: CsvReport) -> list[tuple[int, str]]:
    (number, text), *rest = lines
    report.reject(number, "a quote is opened and never closed", value=text, remedy='close it, or double it: ""')
    return rest


def _balanced(lines: list[tuple[int, str]]) -> bool:
    return sum(text.count('"') for _, text in lines) % 2 == 0


def _decoded(number: int, raw: bytes, report: CsvReport) -> str | None:
    if number == 1:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    if len(raw) > _LINE_BYTES:
        report.reject(number, f"the line is longer than {_LINE_BYTES} bytes", remedy="shorten it")
        return None
    if b"\0" in raw:
        report.reject(number, "the line contains NUL bytes", remedy="save the file as CSV in UTF-8")
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        report.reject(number, "the line is neither UTF-8 nor Windows-1252", remedy="save the file as CSV in UTF-8")
        return None
    report.repair(number, "not UTF-8, read as Windows-1252")
    return text


def _refuse_no_text(start: bytes) -> None:
    encoding = _BOMS.get(start[:2])
    if encoding or start.startswith(b"\0"):
        what = encoding or "not text: it starts with a NUL byte"
        raise UnreadableFile(f"the file is {what}", field="body", remedy="save it as CSV in UTF-8")
