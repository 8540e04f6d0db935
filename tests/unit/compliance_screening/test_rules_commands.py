"""`rapport rules` on files: what it says, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from compliance.adapters.rules.rule_bundles import bundle_of
from compliance.adapters.rules.rule_packs import loaded_from, rule_set_of
from compliance.entrypoints.commands.rehearse_cli import Replay, rehearse_command, replayed
from compliance.entrypoints.commands.rules_cli import rules_command
from support.rule_bundles import GOOD, HEAD, alone, folder
from support.screening_builders import AS_OF, planned

COMMAND = rules_command(loaded_from, rehearse_command(bundle_of, rule_set_of))
EXAMPLES = '    passes: [{text: "Coffee at nine."}]\n    fails: [{text: "Come for tea."}]\n'
DRAFT = GOOD.replace('"tea"', '"coffee"')


def run(*arguments: object) -> Result:
    return CliRunner().invoke(COMMAND, [str(one) for one in arguments], catch_exceptions=False)


@pytest.fixture(name="tea")
def folder_of_tea(tmp_path: Path) -> Path:
    own = folder(tmp_path / "tea", GOOD + EXAMPLES)
    (own / "rule-set.yaml").write_text(HEAD + "example_base: " + json.dumps(planned(action_id="E", text="Come")) + "\n")
    return own


def actions(path: Path, *texts: str) -> Path:
    lines = [json.dumps(planned(action_id=f"A{n}", text=text)) for n, text in enumerate(texts)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_packaged_rules_pass_their_own_examples() -> None:
    result = run("test")

    assert result.exit_code == 0, result.output[-2000:]
    assert ", 0 wrong" in result.output


def test_a_wrong_example_is_named_with_its_place_and_exit_code_1(tea: Path) -> None:
    folder(tea, GOOD + EXAMPLES.replace("Coffee", "Tea and tea"))

    result = run("test", tea)

    assert result.exit_code == 1
    assert "own.yaml:12: TEA-01 Tea" in result.output
    assert "expected no objection, got: There is tea." in result.output


def test_cases_beside_the_rules_are_tried_too(tea: Path) -> None:
    case = {"id": "C1", "snapshot": planned(text="Come for tea"), "expected": "pass"}
    (tea / "cases.jsonl").write_text(f"{json.dumps(case)}\n{json.dumps(case | {'expected': 'never'})}\n{{\n")

    result = run("test", tea, "--json")

    wrong = [json.loads(line) for line in result.output.splitlines() if '"right":false' in line]
    assert result.exit_code == 1
    assert [one["expected"] for one in wrong] == ["pass", "a case", "a case"]
    assert wrong[0]["got"] == "block (TEA-01)"


def test_lint_tells_every_mistake_and_exits_with_1(tea: Path) -> None:
    folder(tea, GOOD.replace("title: Tea", "titel: Tea").replace("severity: block", "severity: stop"))

    result = run("lint", tea)

    assert result.exit_code == 1
    assert f"{tea}/own.yaml:5: unknown key 'titel'" in result.output
    assert f"{tea}/own.yaml:6: severity is one of" in result.output


def test_warnings_alone_are_no_failure_unless_asked_for(tea: Path) -> None:
    assert run("lint", tea).exit_code == 0
    assert run("lint", tea, "--strict").exit_code == 1
    assert "has no source" in run("lint", tea).output


def test_differences_are_told_in_words(tea: Path, tmp_path: Path) -> None:
    softer = folder(tmp_path / "softer", GOOD.replace("severity: block", "severity: review") + EXAMPLES)
    (softer / "rule-set.yaml").write_text((tea / "rule-set.yaml").read_text())

    result = run("diff", tea, softer)

    assert result.exit_code == 0
    assert "- changed  TEA-01 Tea" in result.output
    assert "severity (weaker): block  →  review" in result.output
    assert "1 differences: 0 stricter, 1 weaker" in result.output
    assert "no difference" in run("diff", tea, tea).output


def test_coverage_counts_and_a_bad_line_is_named(tea: Path, tmp_path: Path) -> None:
    file = actions(tmp_path / "a.jsonl", "Come for tea", "Come")
    file.write_text(file.read_text() + "{\n")

    result = run("coverage", file, "--rules", tea)

    assert result.exit_code == 1
    assert "      1       1  TEA-01 Tea" in result.output
    assert "2 actions: 1 block, 1 pass" in result.output


def test_a_rehearsal_shows_moves_rules_and_examples(tea: Path, tmp_path: Path) -> None:
    draft = folder(tmp_path / "draft", DRAFT)
    (draft / "rule-set.yaml").write_text(HEAD)
    file, out = actions(tmp_path / "a.jsonl", "Come for tea", "Come for coffee", "Come"), tmp_path / "changes.jsonl"

    result = run("rehearse", file, "--draft", draft, "--current", tea, "--as-of", "2026-11-17", "--changes", out)

    assert result.exit_code == 0, result.output
    assert "3 actions, 2 would be decided differently" in result.output
    assert "TEA-01 Tea: objects now, 1 actions" in result.output
    assert "TEA-01 Tea: no longer objects, 1 actions" in result.output
    assert [json.loads(line)["after"] for line in out.read_text().splitlines()] == ["pass", "block"]


def test_a_rehearsal_names_bad_lines_by_their_number(tea: Path, tmp_path: Path) -> None:
    file = actions(tmp_path / "a.jsonl", "Come")
    file.write_text("{\n" + file.read_text() + '{"type": "dance"}\n')

    result = run("rehearse", file, "--draft", tea, "--current", tea)

    assert result.exit_code == 1
    assert f"{file}:1: is not JSON" in result.output
    assert f"{file}:3: " in result.output


@pytest.mark.parametrize("what", ["no file", "no rules", "no text"])
def test_what_cannot_be_used_at_all_is_exit_code_2(tea: Path, tmp_path: Path, what: str) -> None:
    file = actions(tmp_path / "a.jsonl", "Come")
    if what == "no text":
        file.write_bytes(b"\xff\xfe\0")

    result = run(
        "rehearse",
        tmp_path / "none" if what == "no file" else file,
        "--draft",
        tmp_path if what == "no rules" else tea,
    )

    assert result.exit_code == 2
    assert result.output


def test_several_processes_give_what_one_gives_in_the_same_order(tmp_path: Path) -> None:
    texts = ["Come for tea", "Come for coffee", "Come"] * 400
    raw = actions(tmp_path / "a.jsonl", *texts).read_bytes()
    work = Replay(rule_set_of, alone(GOOD), alone(DRAFT), AS_OF)

    alone_summary, alone_changes, _ = replayed(work, raw, 1)
    summary, changed, _ = replayed(work, raw, 2)

    assert [one.as_json() for one in changed] == [one.as_json() for one in alone_changes]
    assert summary.as_json() == alone_summary.as_json()
    assert summary.changed == 800
