"""Records of a stakeholder CSV file to stated rows; good ones are handed on, bad ones reported."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

from registry.adapters.csv_columns import COLUMNS, Header, header_of
from registry.adapters.csv_lines import Record, records
from registry.application.rows import CsvReport, StatedRow, UnreadableFile
from registry.domain.stakeholder import Profile
from shared.kernel.errors import DomainError, InvalidValue

_OUTSIDE_PROFILE = ("owner_function", "owner_reason", "relationship_stage", "opted_out")


async def read_rows(chunks: AsyncIterable[bytes], report: CsvReport) -> AsyncIterator[StatedRow]:
    """Meets `ReadRows`."""
    header: Header | None = None
    async for record in records(chunks, report):
        if not record.text.strip():
            continue
        if header is None:
            header = header_of(record.line, record.text, report)
            continue
        row = _row(record, header, report)
        if row is not None:
            yield row
    if header is None:
        first = next(iter(report.rejected), None)
        raise UnreadableFile(
            "the file is empty" if first is None else f"line {first.line}: {first.message}",
            field="body",
            remedy=f"start the file with a header line: {', '.join(COLUMNS)}",
        )


def _row(record: Record, header: Header, report: CsvReport) -> StatedRow | None:
    try:
        cells = next(csv.reader([record.text], delimiter=header.delimiter, strict=True))
    except csv.Error as error:
        report.reject(record.line, f"not CSV: {error}", value=record.text, remedy='double a quote inside quotes: ""')
        return None
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) != len(header.columns):
        report.reject(
            record.line,
            f"{len(cells)} fields where the header has {len(header.columns)} columns",
            value=record.text,
            remedy="quote a field that contains the separator, fill missing fields with nothing",
        )
        return None
    return _read(record.line, dict(zip(header.columns, cells, strict=True)), report)


def _read(line: int, cells: dict[str | None, str], report: CsvReport) -> StatedRow | None:
    stated: dict[str, Any] = {}
    for column, cell in cells.items():
        if column is None or not cell.strip():
            continue
        try:
            stated[column] = COLUMNS[column](cell)
        except DomainError as error:
            report.refuse(line, error, value=cell)
            return None
    try:
        return _stated_row(line, stated)
    except DomainError as error:
        report.refuse(line, error, value=cells.get(error.field))
        return None


def _stated_row(line: int, stated: dict[str, Any]) -> StatedRow:
    for required in ("name", "type"):
        if required not in stated:
            raise InvalidValue(f"{required} is empty", field=required, remedy=f"give a {required}")
    outside = {name: stated.pop(name, None) for name in _OUTSIDE_PROFILE}
    return StatedRow(
        line=line,
        profile=Profile(**stated),
        owner_function=outside["owner_function"],
        owner_reason=outside["owner_reason"],
        stage=outside["relationship_stage"],
        opted_out=outside["opted_out"] is True,
    )
