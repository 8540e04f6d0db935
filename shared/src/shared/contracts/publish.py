"""Writes the published JSON Schemas: `python -m shared.contracts.publish`.

A file that exists is replaced only by a compatible schema; anything else needs a new version of the contract.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.catalog import CATALOG
from shared.contracts.compatibility import Schema, breaking_changes

SCHEMAS = Path(__file__).parent / "schemas"
SNAPSHOT = "action-snapshot"


def current_schemas() -> dict[str, Schema]:
    """Name (wire type, or `action-snapshot`) to the schema of today's code."""
    schemas = {name: contract.model_json_schema() for name, contract in sorted(CATALOG.items())}
    return {SNAPSHOT: ActionSnapshot.model_json_schema(), **schemas}


def rendered(schema: Schema) -> str:
    """The schema as committed: stable, readable, one trailing newline."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write every schema; 1 when one would break its readers."""
    broken = 0
    SCHEMAS.mkdir(exist_ok=True)
    for name, schema in current_schemas().items():
        file = SCHEMAS / f"{name}.json"
        changes = breaking_changes(json.loads(file.read_text("utf-8")), schema) if file.exists() else []
        for change in changes:
            sys.stderr.write(f"{name}: {change}. Publish the next version of the contract beside this one.\n")
        if changes:
            broken += 1
            continue
        file.write_text(rendered(schema), "utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
