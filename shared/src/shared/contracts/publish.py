"""Writes the published JSON Schemas: `python -m shared.contracts.publish [further folder ...]`.

A file that exists is replaced only by a compatible schema; anything else needs a new version of the contract.
A further folder holds a second copy, so that editing the first by hand does not pass for a compatible change.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.catalog import CATALOG
from shared.contracts.compatibility import Schema, breaking_changes
from shared.contracts.desk_exports import EXPORTS
from shared.contracts.plan_snapshot import PlanSnapshot

SCHEMAS = Path(__file__).parent / "schemas"
SNAPSHOT = "action-snapshot"
PLAN = "plan-snapshot"


def current_schemas() -> dict[str, Schema]:
    """Name (wire type, or of a document such as `action-snapshot`) to the schema of today's code."""
    schemas = {name: contract.model_json_schema() for name, contract in sorted(CATALOG.items())}
    documents = {name: document.model_json_schema(by_alias=True) for name, document in EXPORTS.items()}
    snapshots = {SNAPSHOT: ActionSnapshot.model_json_schema(), PLAN: PlanSnapshot.model_json_schema()}
    return {**snapshots, **documents, **schemas}


def rendered(schema: Schema) -> str:
    """The schema as committed: stable, readable, one trailing newline."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def publish(folders: Sequence[Path]) -> list[str]:
    """Write every schema into each folder; what would break readers of one that is there, is said and not written."""
    broken: list[str] = []
    for folder in folders:
        folder.mkdir(exist_ok=True)
    for name, schema in current_schemas().items():
        files = [folder / f"{name}.json" for folder in folders]
        changes = {change for file in files if file.exists() for change in breaking_changes(_read(file), schema)}
        broken += [f"{name}: {change}" for change in sorted(changes)]
        if not changes:
            for file in files:
                file.write_text(rendered(schema), "utf-8")
    return broken


def _read(file: Path) -> Schema:
    schema: Schema = json.loads(file.read_text("utf-8"))
    return schema


def main() -> int:
    """Publish here and into the folders named as arguments; 1 when something would break."""
    broken = publish([SCHEMAS, *map(Path, sys.argv[1:])])
    for change in broken:
        sys.stderr.write(f"{change}. Publish the next version of the contract beside this one.\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
