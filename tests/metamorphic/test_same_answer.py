"""One action has one answer: asked again, in another order of its fields, in another process, by command or by call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from compliance.commands import screen as screen_command
from support.metamorphic.running import refused
from support.metamorphic.subjects import subjects
from support.metamorphic.variants import Subject
from support.screening_builders import judged

_IN_ANOTHER_PROCESS = """
import json, sys
from support.screening_builders import judged
for line in sys.stdin:
    snapshot = json.loads(line)
    print(json.dumps(judged(snapshot).as_json(action_id=snapshot["action_id"])))
"""


def test_the_same_action_has_the_same_answer_byte_for_byte() -> None:
    for subject in _some():
        assert _answer(subject.snapshot) == _answer(json.loads(json.dumps(subject.snapshot))), subject.id


def test_the_order_of_fields_does_not_matter() -> None:
    for subject in _some():
        assert _answer(_backwards(subject.snapshot)) == _answer(subject.snapshot), subject.id


def test_the_answer_does_not_depend_on_how_a_process_orders_its_sets() -> None:
    chosen = _some()[::3]
    given = "\n".join(json.dumps(subject.snapshot) for subject in chosen)
    environment = os.environ | {"PYTHONHASHSEED": "4", "PYTHONPATH": os.pathsep.join(sys.path)}

    done = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [_answer(subject.snapshot) for subject in chosen]


def test_the_command_gives_the_answer_of_the_call(tmp_path: Path) -> None:
    chosen = [subject for subject in _some() if not refused(subject.snapshot)]
    file = tmp_path / "planned.jsonl"
    file.write_text("\n".join(json.dumps(subject.snapshot) for subject in chosen), "utf-8")

    result = CliRunner().invoke(screen_command, [str(file), "--as-of", "2026-11-17"])

    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert said == [json.loads(_answer(subject.snapshot)) for subject in chosen]


def _some() -> list[Subject]:
    found = [*subjects("own"), *list(subjects("files"))[::3]]
    assert len(found) > 80
    return found


def _answer(snapshot: Mapping[str, Any]) -> str:
    return json.dumps(judged(snapshot).as_json(action_id=snapshot["action_id"]))


def _backwards(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _backwards(part) for name, part in reversed(list(value.items()))}
    if isinstance(value, list):
        return [_backwards(part) for part in value]
    return value
