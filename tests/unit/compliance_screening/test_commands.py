"""`rapport screen` and `rapport safety-scan` on files people wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from compliance.commands import safety_scan, screen
from support.screening_builders import ROOT, planned, rules

GOOD = json.dumps(planned(action_id="good"))


def run(tmp_path: Path, content: bytes | str, *options: str) -> Result:
    file = tmp_path / "planned.jsonl"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    alone = {"RAPPORT_DATA": str(tmp_path / "data")}
    return CliRunner().invoke(screen, [str(file), "--as-of", "2026-11-17", *options], env=alone)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_snapshot_gives_one_line_in_the_published_shape(tmp_path: Path) -> None:
    wrapped = json.dumps({"id": "T", "snapshot": planned(action_id="wrapped", text="Velorin works.")})

    result = run(tmp_path, f"{GOOD}\n\n{wrapped}\n")

    assert result.exit_code == 0
    first, second = lines(result)
    assert list(first) == ["action_id", "verdict", "safety_handover", "findings", "rule_set"]
    assert first == {
        "action_id": "good",
        "verdict": "pass",
        "safety_handover": False,
        "findings": [],
        "rule_set": rules().sha256,
    }
    assert list(second["findings"][0]) == ["rule_id", "severity", "message", "clause", "remedy", "evidence"]
    assert second["findings"][0]["evidence"] == {"field": "text", "start": 0, "end": 13, "quote": "Velorin works"}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "2: is not JSON"),
        ("[1]", "2: is not a JSON object"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"text": ' + "[" * 400 + "]" * 400 + "}", "2: is nested too deeply. Give the fields that"),
        ("[" * 100_000, "2: is nested too deeply. Give the fields that the schema names, and no others."),
        (b"caf\xe9", "2: is not UTF-8 (byte 0xE9"),
        (json.dumps({**planned(), "colour": "red"}), "2: colour is wrong"),
        (json.dumps({**planned(), "type": "dance"}), "2: type is wrong"),
        (json.dumps(planned(links=[{"title": "no address"}])), "2: links[0].url is wrong"),
        (json.dumps(planned(stakeholder={"opted_out": "no"})), "2: stakeholder.opted_out is wrong"),
        ('{"text": "\\ud800"}', "2:"),
    ],
)
def test_a_bad_line_is_named_with_its_field_and_the_good_ones_are_judged(
    tmp_path: Path, bad: str | bytes, said: str
) -> None:
    raw = bad if isinstance(bad, bytes) else bad.encode()

    result = run(tmp_path, GOOD.encode() + b"\n" + raw + b"\n" + GOOD.encode())

    assert result.exit_code == 1
    assert [line["action_id"] for line in lines(result)] == ["good", "good"]
    assert said in result.stderr
    assert "1 line could not be judged; the other 2 were." in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{\n[1]\n", "2 lines could not be judged; no line was."),
        ("{\n", "1 line could not be judged; no line was."),
        (f"{{\n{GOOD}\n{{\n", "2 lines could not be judged; the other one was."),
    ],
)
def test_what_became_of_the_other_lines_is_told_as_it_is(tmp_path: Path, content: str, said: str) -> None:
    result = run(tmp_path, content.encode())

    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.encode("utf-16"), "the file is UTF-16; save it as UTF-8"),
        (GOOD.encode("utf-16-le"), "the file is not text"),
        (b"", "the file is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, content: bytes, said: str) -> None:
    result = run(tmp_path, content)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(screen, [str(tmp_path / "gone.jsonl")])

    assert result.exit_code == 2
    assert "gone.jsonl" in result.stderr


def test_a_mark_at_the_beginning_of_the_file_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    result = run(tmp_path, b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n" + GOOD.encode() + b"\r\n")

    assert result.exit_code == 0
    assert len(lines(result)) == 2


def test_standard_input_is_read_for_a_dash() -> None:
    result = CliRunner().invoke(screen, ["-", "--as-of", "2026-11-17"], input=GOOD)

    assert lines(result)[0]["verdict"] == "pass"


def test_a_bad_rule_file_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "own.yaml").write_text("rules:\n  - id: PUB-01\n    titel: Wrong\n")

    result = run(tmp_path, GOOD, "--rules", str(folder))

    assert result.exit_code == 2
    assert f"{folder / 'own.yaml'}:3: unknown key 'titel'" in result.stderr


def test_people_get_the_verdict_the_rule_the_place_and_the_remedy(tmp_path: Path) -> None:
    shown = run(tmp_path, json.dumps(planned(action_id="A-1", text="Velorin works.")), "--readable").stdout

    assert shown.startswith("BLOCK   A-1")
    assert "PUB-01" in shown
    assert "text 0-13" in shown
    assert "→ Leave out the medicine" in shown


def test_safety_scan_gives_the_four_criteria(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": "1", "text": "Velorin gave me a rash."}\n{"id": 2}\n')

    result = CliRunner().invoke(safety_scan, [str(file), "--medicine", "Velorin"])

    assert result.exit_code == 1
    (line,) = lines(result)
    assert list(line) == ["id", "safety_handover", "score", "criteria", "evidence", "found_by"]
    assert line["safety_handover"] is True
    assert set(line["criteria"]) == {"reporter", "patient", "product", "reaction"}
    assert "2: id is missing or not a text" in result.stderr


def test_the_examples_do_what_their_page_says() -> None:
    told = {
        "thanks-that-passes": ["pass"],
        "share-names-own-medicine": ["block"],
        "hidden-names": ["block", "block", "block", "review", "block"],
        "missing-declaration": ["block"],
        "tag-opted-out": ["block"],
        "safety-handover": ["block", "pass"],
        "unknown-facts": ["review"],
        "training-with-a-wish": ["block"],
    }
    for name, verdicts in told.items():
        result = CliRunner().invoke(screen, [str(ROOT / f"examples/{name}.jsonl"), "--as-of", "2026-11-17"])
        assert [line["verdict"] for line in lines(result)] == verdicts, name


def test_two_processes_give_the_same_bytes_and_load_no_server() -> None:
    command = (
        "import sys; from compliance.commands import screen; "
        "screen.main(sys.argv[1:], standalone_mode=False); "
        "heavy = {'sqlalchemy', 'fastapi', 'aiokafka', 'prompt_toolkit', 'httpx'} & set(sys.modules); "
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    file = str(ROOT / "examples/share-names-own-medicine.jsonl")

    outputs = [_run(["-c", command, file, "--as-of", "2026-11-17"], {"PYTHONHASHSEED": seed}) for seed in ("1", "2")]

    assert outputs[0] == outputs[1]
    assert b"PUB-01" in outputs[0]


def _run(arguments: list[str], environment: Mapping[str, str]) -> bytes:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, check=True, env={**os.environ, **environment}
    ).stdout


def test_a_text_among_actions_is_told_which_command_reads_it(tmp_path: Path) -> None:
    result = run(tmp_path, '{"id": "a", "task": "safety_scan", "text": "It made me dizzy."}')

    assert result.exit_code == 1
    assert "1: is a text, not an action. Scan texts with `rapport safety-scan`." in result.stderr


def test_a_key_that_stands_twice_is_refused_because_only_one_of_them_would_be_judged(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD.replace('"text": ', '"text": "Velorin works.", "text": ', 1))

    assert result.exit_code == 1
    assert "'text' stands there twice" in result.stderr
