from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from audit.bootstrap.command import footprint
from support.audit_builders import an_x_response

PEOPLE = """name,handles,remarks
Lena Brandt,x:@Lena_B; mastodon:lena@s.example,kind

Uma Voss,,
,x:nobody,
Ida Roth,ida,
"""
USERS = (("7", "lena_b", "Lena Brandt"), ("9", "stranger", "Nobody"))


def run(folder: Path, *arguments: str, people: str | bytes = PEOPLE, posts: bytes) -> Result:
    (folder / "people.csv").write_bytes(people if isinstance(people, bytes) else people.encode())
    (folder / "posts.jsonl").write_bytes(posts)
    paths = ["--stakeholders", str(folder / "people.csv"), "--posts", str(folder / "posts.jsonl")]
    return CliRunner().invoke(footprint, [*paths, "--until", "2026-11-23T12:00:00Z", *arguments])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_files_go_in_and_one_footprint_per_person_comes_out(tmp_path: Path):
    posts = an_x_response(
        {"id": "1", "author_id": "7", "text": "mine", "created_at": "2026-11-20T08:00:00Z"},
        {"id": "2", "author_id": "9", "text": "Uma Voss and @lena_b", "created_at": "2026-11-20T08:00:00Z"},
        users=USERS,
    )
    result = run(tmp_path, posts=posts)
    assert result.exit_code == 1  # two rows of people are bad
    found = {line["name"]: line for line in lines(result)}
    lena = found["Lena Brandt"]
    assert (lena["activity"], lena["own_posts"], lena["mentions_by_others"]) == ("low", 1, 1)
    assert (found["Uma Voss"]["activity"], found["Ida Roth"]["activity"]) == ("mentioned_only", "absent")
    assert lena["window_to"] == "2026-11-23T12:00:00+00:00"
    assert "line 5: no name. Remedy" in result.stderr
    assert "not a handle: 'ida'" in result.stderr
    assert "columns not read: remarks" in result.stderr


def test_bad_lines_are_named_and_the_good_ones_count(tmp_path: Path):
    good = b"1|Fri Nov 20 08:00:00 +0000 2026|mine\n"
    result = run(tmp_path, "--shape", "pipe", "--author", "lena_b", posts=good + b"rubbish\n")
    assert result.exit_code == 1
    assert lines(result)[0]["own_posts"] == 1
    assert "line 2: fewer than two pipes. Remedy: write the line as id|date|text" in result.stderr


def test_files_without_a_bad_line_end_well(tmp_path: Path):
    good = b"1|Fri Nov 20 08:00:00 +0000 2026|mine\n"
    shape = ("--shape", "pipe", "--author", "lena_b")
    assert run(tmp_path, *shape, people="name,handles\nLena Brandt,x:lena_b\n", posts=good).exit_code == 0


def test_what_is_no_text_is_refused_once(tmp_path: Path):
    picture = Random(7).randbytes(4_000)
    result = run(tmp_path, posts=picture)
    assert result.exit_code == 1
    (said,) = [line for line in result.stderr.splitlines() if "posts.jsonl" in line]
    assert said.startswith(f"{tmp_path / 'posts.jsonl'}: the file is not text. Remedy: ")
    posts = an_x_response({"id": "1", "author_id": "7", "text": "x"}, users=USERS)
    assert run(tmp_path, people=picture, posts=posts).stderr.startswith("stakeholders: the file is not text. Remedy:")


def test_a_shape_that_names_no_author_needs_one(tmp_path: Path):
    refused = run(tmp_path, "--shape", "pipe", posts=b"1|Fri Nov 20 08:00:00 +0000 2026|mine\n")
    assert (refused.exit_code, "--author is missing" in refused.stderr) == (2, True)


def test_a_window_may_be_given_and_nonsense_is_refused(tmp_path: Path):
    good = b"1|Fri Nov 20 08:00:00 +0000 2026|mine\n"
    shape = ("--shape", "pipe", "--author", "lena_b")
    assert lines(run(tmp_path, *shape, "--window-days", "2", posts=good))[0]["own_posts"] == 0
    refused = run(tmp_path, *shape, "--until", "yesterday", posts=good)
    assert (refused.exit_code, "--until" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    "people", ["", "handles\nx:a\n", b"\xff\xfe", 'name\n"unclosed\n', "name,\nLena Brandt,x,y,z\n"]
)
def test_a_table_of_people_that_makes_no_sense_ends_with_a_message_or_the_good_rows(
    tmp_path: Path, people: str | bytes
):
    result = run(tmp_path, people=people, posts=an_x_response({"id": "1", "author_id": "7", "text": "x"}, users=USERS))
    assert result.exit_code in {0, 1}
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert bool(result.stdout) or result.exit_code == 1
