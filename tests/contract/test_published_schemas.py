"""The published language changes by addition only."""

import copy
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.catalog import CATALOG, parse
from shared.contracts.compatibility import breaking_changes
from shared.contracts.publish import SCHEMAS, current_schemas, publish, rendered

PAYLOADS = Path(__file__).parent / "payloads"
PUBLISHED = Path(__file__).parent / "published"
PUBLIC = Path(os.environ.get("RAPPORT_PUBLIC_DATA") or Path(__file__).parents[2] / ".." / "shared")


@pytest.mark.parametrize("name", sorted(current_schemas()))
def test_the_committed_schema_is_the_one_the_code_speaks(name: str) -> None:
    committed = (SCHEMAS / f"{name}.json").read_text("utf-8")
    assert committed == rendered(current_schemas()[name]), "run `make schemas` and commit the result"


@pytest.mark.parametrize("name", sorted(current_schemas()))
def test_nothing_that_was_published_is_taken_away(name: str) -> None:
    published = PUBLISHED / f"{name}.json"
    assert published.exists(), "run `make schemas` and commit the result"
    assert breaking_changes(json.loads(published.read_text("utf-8")), current_schemas()[name]) == []
    assert published.read_text("utf-8") == rendered(current_schemas()[name]), "run `make schemas` and commit the result"


def test_a_schema_edited_by_hand_does_not_pass_for_a_compatible_one(tmp_path: Path) -> None:
    here, published = tmp_path / "schemas", tmp_path / "published"
    assert publish([here, published]) == []
    file, name = published / "audit.post.deleted.v1.json", "audit.post.deleted.v1"
    schema = json.loads(file.read_text("utf-8"))
    schema["properties"]["reason"] = {"type": "string"}  # gone from the code and from the copy `here`
    file.write_text(rendered(schema), "utf-8")
    assert publish([here, published]) == [f"{name}: payload.reason was removed"]
    assert json.loads(file.read_text("utf-8")) == schema


@pytest.mark.parametrize("folder", [SCHEMAS, PUBLISHED])
def test_no_schema_outlives_its_contract(folder: Path) -> None:
    assert {file.stem for file in folder.glob("*.json")} == set(current_schemas())


def contains(read: Any, stored: Any) -> bool:
    """Whether everything stored was read; fields added since may stand beside it."""
    if isinstance(stored, dict):
        return all(name in read and contains(read[name], value) for name, value in stored.items())
    if isinstance(stored, list):
        return len(read) == len(stored) and all(map(contains, read, stored))
    return read == stored


@pytest.mark.parametrize("event_type", sorted(CATALOG))
def test_a_stored_payload_is_still_read_whole(event_type: str) -> None:
    stored = json.loads((PAYLOADS / f"{event_type}.json").read_text("utf-8"))
    event = parse(event_type, json.dumps(stored).encode())
    assert event is not None
    assert contains(json.loads(event.model_dump_json()), stored)
    jsonschema.validate(stored, json.loads((SCHEMAS / f"{event_type}.json").read_text("utf-8")))
    assert event.key


@pytest.mark.parametrize("event_type", sorted(CATALOG))
def test_a_reader_ignores_a_field_it_does_not_know(event_type: str) -> None:
    stored = json.loads((PAYLOADS / f"{event_type}.json").read_text("utf-8"))
    assert parse(event_type, json.dumps({**stored, "from_the_future": 1}).encode()) is not None


def test_an_unknown_type_is_skipped_not_guessed() -> None:
    assert parse("registry.stakeholder.cloned.v1", b"{}") is None


OLD: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "state": {"enum": ["open", "closed"], "type": "string"},
        "count": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
    },
    "$defs": {"item": {"type": "object", "properties": {"url": {"type": "string"}}}},
}


def _with(*path: str, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(OLD)
    node = changed
    for step in path[:-1]:
        node = node[step]
    if value is None:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (_with("properties", "count", value=None), "payload.count was removed"),
        (_with("required", value=["id", "state"]), "payload.state became required"),
        (_with("properties", "state", "enum", value=["open"]), "payload.state no longer allows closed"),
        (_with("properties", "count", value={"type": "integer"}), "payload.count no longer allows null"),
        (_with("$defs", "item", "properties", "url", value=None), "payload.items[].url was removed"),
    ],
)
def test_a_planted_breaking_change_is_named(changed: dict[str, Any], said: str) -> None:
    assert breaking_changes(OLD, changed) == [said]


def test_an_added_optional_field_breaks_nobody() -> None:
    assert breaking_changes(OLD, _with("properties", "note", value={"type": "string"})) == []


@pytest.mark.real_input
def test_the_snapshot_takes_everything_its_reference_schema_names() -> None:
    reference_file = PUBLIC / "contracts" / "action-snapshot.schema.json"
    if not reference_file.exists():
        pytest.skip(f"no reference schema at {reference_file}: set RAPPORT_PUBLIC_DATA to its folder")
    reference = json.loads(reference_file.read_text("utf-8"))
    # Dates are strings in both; the reference writes nullable as a type list, ours as anyOf.
    assert breaking_changes(reference, ActionSnapshot.model_json_schema()) == []


@pytest.mark.real_input
def test_every_public_case_is_a_valid_snapshot_and_comes_back_unchanged() -> None:
    cases_file = PUBLIC / "cases" / "dev.jsonl"
    if not cases_file.exists():
        pytest.skip(f"no cases at {cases_file}: set RAPPORT_PUBLIC_DATA to their folder")
    cases = [json.loads(line) for line in cases_file.read_text("utf-8").splitlines()]
    for case in (each for each in cases if each["task"] == "screen"):
        snapshot = ActionSnapshot.model_validate(case["snapshot"])
        echoed = json.loads(snapshot.model_dump_json(exclude_unset=True))
        assert set(echoed) == set(case["snapshot"])


def test_an_unknown_snapshot_field_is_refused_and_named() -> None:
    with pytest.raises(ValueError, match="mood"):
        ActionSnapshot.model_validate(
            {
                "action_id": "a",
                "type": "thank",
                "channel": {"platform": "x", "audience": "public", "mood": "sunny"},
                "actor": {"function": "medical"},
                "stakeholder": {"type": "hcp"},
                "company": {"name": "Havelmark Pharma"},
            }
        )
