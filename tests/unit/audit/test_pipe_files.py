from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.domain.imported import Defaults
from audit.domain.reading import read_posts
from audit.domain.shapes.pipe import EXTRA_PIPES, QUOTED_LINE, read_pipe, split_line

OUTLET = Defaults("x", "healthdesk")
DATE = "Thu Apr 09 01:31:50 +0000 2015"


def read(*lines: bytes):
    return read_pipe(b"\n".join(lines), OUTLET)


@given(st.text(), st.text(), st.text())
def test_whatever_follows_the_second_pipe_is_text(first: str, second: str, rest: str):
    first, second = first.replace("|", ""), second.replace("|", "")
    assert split_line(f"{first}|{second}|{rest}") == (first, second, rest)


@given(st.text().filter(lambda line: line.count("|") < 2))
def test_a_line_with_fewer_than_two_pipes_has_no_fields(line: str):
    assert split_line(line) is None


@given(st.binary(max_size=300))
def test_no_file_is_too_broken_to_be_accounted_for(raw: bytes):
    reading = read_pipe(raw, OUTLET)
    lines = [line for line in raw.splitlines() if line.strip()]
    if not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        assert len(reading.posts) + len(reading.rejected) == len(lines)


def test_a_post_is_read_with_its_moment_author_and_address():
    (post,) = read(f"585|{DATE}|Breast cancer risk test devised http://bbc.in/1CimpJF\t\t".encode()).posts
    assert post.posted_at == datetime(2015, 4, 9, 1, 31, 50, tzinfo=UTC)
    assert (post.author_handle, post.url) == ("healthdesk", "https://x.com/healthdesk/status/585")
    assert post.text == "Breast cancer risk test devised http://bbc.in/1CimpJF"
    assert post.links == ("http://bbc.in/1CimpJF",)


def test_further_pipes_are_kept_and_reported():
    reading = read(f"1|{DATE}|National Briefing | West: A court rules".encode())
    assert reading.posts[0].text == "National Briefing | West: A court rules"
    assert [(each.line, each.what) for each in reading.repaired] == [(1, EXTRA_PIPES)]


def test_windows_quotes_and_ellipses_are_read_as_such_line_by_line():
    reading = read(
        f"1|{DATE}|Café".encode(), b"2|" + DATE.encode() + b"|It\x92s here\x85", b"3|" + DATE.encode() + b"|\x81"
    )
    assert [post.text for post in reading.posts] == ["Café", "It\u2019s here\u2026", "\x81"]
    assert [each.line for each in reading.repaired] == [2, 3]


def test_a_line_that_a_spreadsheet_quoted_is_unquoted():
    reading = read(f'"9|{DATE}|Patients \'back three-person babies"" now"'.encode())
    assert reading.posts[0].external_id == "9"
    assert reading.posts[0].text == "Patients 'back three-person babies\" now"
    assert reading.repaired[0].what == QUOTED_LINE


def test_entities_are_decoded_but_addresses_are_left_alone():
    (post,) = read(f"1|{DATE}|J&amp;J &lt;3 http://a.example/?a=1&section=2&copy=3".encode()).posts
    assert post.text == "J&J <3 http://a.example/?a=1&section=2&copy=3"


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ("only one|pipe", "fewer than two pipes", "id|date|text"),
        (f" |{DATE}|text", "no usable id", "first pipe"),
        ("1|yesterday|text", "not a date", "Thu Apr 09"),
        ("1|2015-04-09T01:31:50|text", "not a date", "2015-04-09T01:31:50Z"),
        ("1|Thu Foo 09 01:31:50 +0000 2015|text", "not a date", "Thu Apr 09"),
        (f"1|{DATE}|  ", "no text", "second pipe"),
    ],
)
def test_a_bad_line_is_rejected_with_its_number_and_a_remedy(line: str, message: str, remedy: str):
    reading = read(f"7|{DATE}|good".encode(), line.encode())
    assert [post.external_id for post in reading.posts] == ["7"]
    (bad,) = reading.rejected
    assert (bad.line, message in bad.message, remedy in bad.remedy) == (2, True, True)


def test_without_an_author_nothing_is_read():
    reading = read_pipe(f"1|{DATE}|text".encode(), Defaults("x"))
    assert (reading.posts, reading.rejected[0].line) == ([], 0)


def test_of_two_lines_with_one_id_the_later_counts_and_is_reported():
    raw = f"1|{DATE}|first\n1|{DATE}|second\n1|{DATE}|second".encode()
    reading = read_posts(raw, "pipe", OUTLET, now=datetime(2026, 11, 23, tzinfo=UTC))
    assert [post.text for post in reading.posts] == ["second"]
    assert [(each.line, each.what.split(":")[0]) for each in reading.repaired] == [
        (2, "same id as line 1 with other content")
    ]


def test_utf_16_and_nul_characters_do_not_get_through():
    assert read_pipe(f"1|{DATE}|Grüße".encode("utf-16"), OUTLET).posts[0].text == "Grüße"
    reading = read(f"1|{DATE}|a\x00b".encode())
    assert reading.posts[0].text == "ab"
    assert "control characters" in reading.repaired[0].what


@pytest.mark.real_input
def test_the_public_collection_is_read_completely(public_data: Path):
    files = sorted((public_data / "data" / "media_tweets").glob("*.txt"))
    readings = {file.stem: read_pipe(file.read_bytes(), Defaults("x", file.stem)) for file in files}
    assert sum(len(reading.posts) for reading in readings.values()) == 8_000
    assert not [bad for reading in readings.values() for bad in reading.rejected]
    recoded = {name for name, reading in readings.items() if any("not UTF-8" in each.what for each in reading.repaired)}
    assert recoded == {"KaiserHealthNews", "NBChealth", "foxnewshealth", "wsjhealth"}
    repairs = [each.what for reading in readings.values() for each in reading.repaired]
    assert repairs.count(EXTRA_PIPES) == 10
