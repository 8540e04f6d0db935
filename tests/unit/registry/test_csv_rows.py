from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.adapters.countries import country_code
from registry.application.rows import UnreadableFile
from registry.domain.handle import Handle
from registry.domain.vocabulary import LawfulBasis, Platform, StakeholderType
from shared.kernel.errors import InvalidValue
from support.registry_builders import a_file, rows_of

GOOD = {"name": "Lena Brandt", "type": "journalist", "country": "DE", "handles": "x:@lenabrandt"}


async def test_a_good_row_is_read_with_all_its_facts():
    content = a_file(
        {
            **GOOD,
            "lawful_basis": "consent",
            "notice_sent_on": "2026-09-14",
            "followers": "1200",
            "minor": "no",
            "opted_out": "yes",
        }
    )
    (row,), report = await rows_of(content)
    assert row.profile.type is StakeholderType.JOURNALIST
    assert row.profile.handles == (Handle(Platform.X, "lenabrandt"),)
    assert row.profile.lawful_basis is LawfulBasis.CONSENT
    assert (row.profile.followers, row.profile.minor, row.opted_out, row.line) == (1200, False, True, 2)
    assert (report.rejected, report.repaired) == ([], [])


CELL = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() != ""
)


@settings(max_examples=200, deadline=None)
@given(name=CELL, policy=CELL, size=st.integers(1, 50))
async def test_whatever_a_spreadsheet_writes_is_read_back(name: str, policy: str, size: int):
    content = a_file(
        {"name": name, "type": "hcp", "outreach_policy": policy}, header=("name", "type", "outreach_policy")
    )
    rows, report = await rows_of(content, size=size)
    assert report.rejected == []
    assert [(row.profile.name, row.profile.outreach_policy) for row in rows] == [(name, policy)]


@settings(max_examples=200, deadline=None)
@given(rubbish=st.binary(max_size=400), size=st.integers(1, 64))
async def test_rubbish_is_reported_or_refused_and_never_crashes(rubbish: bytes, size: int):
    try:
        rows, report = await rows_of(b"name,type\nLena,hcp\n" + rubbish, size=size)
    except UnreadableFile:
        return
    assert rows[0].profile.name.startswith("Lena") or report.rejected


async def test_a_byte_order_mark_is_not_part_of_the_first_column():
    rows, report = await rows_of(b"\xef\xbb\xbf" + a_file(GOOD))
    assert len(rows) == 1
    assert report.rejected == []


async def test_a_windows_1252_line_is_read_and_the_repair_reported():
    rows, report = await rows_of("name,type\nJürgen Groß,hcp\n".encode("cp1252"))
    assert rows[0].profile.name == "Jürgen Groß"
    assert [(repair.line, repair.what) for repair in report.repaired] == [(2, "not UTF-8, read as Windows-1252")]


async def test_a_line_in_no_known_encoding_is_rejected_alone():
    rows, report = await rows_of(b"name,type\nbad \x81\xff,hcp\nLena,hcp\n")
    assert [row.profile.name for row in rows] == ["Lena"]
    assert report.rejected[0].line == 2


async def test_utf_16_is_refused_with_a_remedy():
    with pytest.raises(UnreadableFile, match="UTF-16") as refusal:
        await rows_of("name,type\nLena,hcp\n".encode("utf-16"))
    assert "UTF-8" in (refusal.value.remedy or "")


@pytest.mark.parametrize("content", [b"\0\1\2binary", b"\0" * 500 + b"\nname,type\n", b"PK\3\4\0\0"])
async def test_a_binary_file_is_not_called_empty(content: bytes):
    with pytest.raises(UnreadableFile, match="NUL"):
        await rows_of(content)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
async def test_another_separator_is_understood_and_reported(delimiter: str):
    rows, report = await rows_of(a_file(GOOD, delimiter=delimiter))
    assert len(rows) == 1
    assert "separated by" in report.repaired[0].what


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
async def test_every_line_end_is_a_line_end(end: str):
    rows, _ = await rows_of(a_file(GOOD, {**GOOD, "name": "Ida"}).replace(b"\n", end.encode()), size=1)
    assert [(row.line, row.profile.name) for row in rows] == [(2, "Lena Brandt"), (3, "Ida")]


async def test_a_line_break_inside_quotes_belongs_to_the_cell_and_lines_stay_right():
    rows, _ = await rows_of(b'name,type,outreach_policy\nLena,hcp,"by mail\nonly"\nIda,hcp,\n')
    assert [(row.line, row.profile.outreach_policy) for row in rows] == [(2, "by mail\nonly"), (4, None)]


async def test_a_quote_that_is_never_closed_spoils_its_own_line_only():
    rows, report = await rows_of(b'name,type\nLena,hcp\n"Ida,hcp\nOtto,hcp\nEva,hcp\n')
    assert [row.profile.name for row in rows] == ["Lena", "Otto", "Eva"]
    assert [(bad.line, bad.message) for bad in report.rejected] == [(3, "a quote is opened and never closed")]


@pytest.mark.parametrize(
    ("row", "column", "remedy"),
    [
        ({**GOOD, "type": "jornalist"}, "type", "did you mean journalist?"),
        ({**GOOD, "type": "alien"}, "type", "use one of"),
        ({**GOOD, "type": ""}, "type", "give a type"),
        ({**GOOD, "name": " "}, "name", "give a name"),
        ({**GOOD, "handles": "lenabrandt"}, "handles", "platform:name"),
        ({**GOOD, "handles": "twiter:lena"}, "handles", "use one of"),
        ({**GOOD, "followers": "many"}, "followers", "digits"),
        ({**GOOD, "notice_sent_on": "14.09.2026"}, "notice_sent_on", "2026-03-31"),
        ({**GOOD, "minor": "maybe"}, "minor", "yes or no"),
        ({**GOOD, "lawful_basis": "friendship"}, "lawful_basis", "use one of"),
    ],
)
async def test_a_bad_cell_is_reported_with_line_column_value_and_remedy(row: dict[str, str], column: str, remedy: str):
    rows, report = await rows_of(a_file(GOOD, row, {**GOOD, "name": "Ida"}))
    assert [good.profile.name for good in rows] == ["Lena Brandt", "Ida"]
    (bad,) = report.rejected
    assert (bad.line, bad.column) == (3, column)
    assert remedy in (bad.remedy or "")


@pytest.mark.parametrize("line", ["Ida", "Ida,hcp,DE,more"])
async def test_a_row_with_missing_or_extra_fields_is_rejected_alone(line: str):
    rows, report = await rows_of(f"name,type,country\nLena,hcp,DE\n{line}\n".encode())
    assert len(rows) == 1
    assert "header has 3 columns" in report.rejected[0].message


async def test_an_unknown_column_is_reported_and_its_values_are_not_read():
    rows, report = await rows_of(b"name,type,diagnosis\nLena,hcp,migraine\n")
    assert len(rows) == 1
    assert (report.rejected_count, report.repaired_count, report.repaired[0].line) == (0, 1, 1)
    assert "'diagnosis': its values were not read" in report.repaired[0].what


async def test_a_mistyped_column_refuses_the_file_so_that_no_stop_signal_is_lost():
    with pytest.raises(UnreadableFile, match="opted_ot") as refusal:
        await rows_of(b"name,type,opted_ot\nLena,hcp,yes\n")
    assert "opted_out" in (refusal.value.remedy or "")


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\xef\xbb\xbf", b"Lena,hcp\nIda,hcp\n", b"name,name,type\nL,L,hcp\n"]
)
async def test_a_file_without_a_usable_header_is_refused_with_the_columns_to_write(content: bytes):
    with pytest.raises(UnreadableFile) as refusal:
        await rows_of(content)
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("given_code", "remedy"), [("UK", "use GB"), ("Germany", "use DE"), ("DEU", "use DE"), ("XX", "ISO")]
)
def test_a_wrong_country_names_the_right_one_where_it_can_be_told(given_code: str, remedy: str):
    with pytest.raises(InvalidValue) as refusal:
        country_code(given_code)
    assert remedy in (refusal.value.remedy or "")


def test_a_country_code_in_small_letters_is_taken():
    assert country_code(" gb ") == "GB"
