"""Files and dates that no shape may let through."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from audit.domain.imported import Defaults
from audit.domain.reading import READERS, NotText, Shape, names_no_author, read_posts
from support.audit_builders import an_x_response, pipe_file

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SOMEBODY = Defaults("x", "somebody")


def a_file(shape: Shape, posted_at: datetime) -> bytes:
    stated = posted_at.isoformat()
    if shape == "pipe":
        return pipe_file((1, stated, "words"))
    if shape == "x_v2":
        return an_x_response({"id": "1", "text": "words", "created_at": stated})
    return json.dumps({"id": "1", "content": "words", "created_at": stated}).encode()


@pytest.mark.parametrize("shape", READERS)
def test_a_post_from_the_future_is_rejected_with_its_line_and_a_remedy(shape: Shape):
    reading = read_posts(a_file(shape, datetime(2999, 1, 1, tzinfo=UTC)), shape, SOMEBODY, now=NOW)
    (bad,) = reading.rejected
    assert reading.posts == []
    assert (bad.line, bad.message) == (1, "dated 2999-01-01, which is still to come")
    assert "correct the date" in bad.remedy


@pytest.mark.parametrize("shape", READERS)
def test_a_clock_that_is_a_day_behind_keeps_nothing_out(shape: Shape):
    assert read_posts(a_file(shape, NOW + timedelta(days=1)), shape, SOMEBODY, now=NOW).posts


@pytest.mark.parametrize("shape", READERS)
@pytest.mark.parametrize("raw", [Random(1).randbytes(5_000), "words without a mark".encode("utf-16-le"), bytes(100)])
def test_what_is_no_text_is_refused_as_a_whole(raw: bytes, shape: Shape):
    with pytest.raises(NotText, match="not text"):
        read_posts(raw, shape, SOMEBODY, now=NOW)


@pytest.mark.parametrize("raw", ["Grüße\n".encode("utf-16"), b"a\0b\n", b"", "Grüße\n".encode("cp1252")])
def test_text_in_any_encoding_is_judged_line_by_line(raw: bytes):
    assert read_posts(raw, "pipe", SOMEBODY, now=NOW).posts == []


def test_a_document_on_one_line_is_reported_at_that_line():
    status = json.dumps({"uri": "https://a.example/1", "content": "words"})
    assert [bad.line for bad in read_posts(status.encode(), "x_v2", SOMEBODY, now=NOW).rejected] == [1]
    assert [bad.line for bad in read_posts(f"\n\n{status}\n".encode(), "x_v2", SOMEBODY, now=NOW).rejected] == [3]
    spread = json.dumps(json.loads(status), indent=1)
    assert [bad.line for bad in read_posts(spread.encode(), "x_v2", SOMEBODY, now=NOW).rejected] == [0]


def test_only_lines_of_pipes_name_no_author_of_their_own():
    assert [shape for shape in READERS if names_no_author(shape, " @")] == ["pipe"]
    assert not names_no_author("pipe", "@desk")
