"""The evidence pack of one action: what was decided, by whom, on what, and the proof of each of it.

Whatever is hashed stands in it as the very text that was hashed, so that a checker needs no encoder of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from compliance.application.evidence.ports import Checkpoint, EvidenceReads, KeptRow, Material, ProvableEntry
from compliance.application.ledger import ROW
from compliance.application.proofs import Tree, prove_inclusion
from compliance.domain.proof.verifying import sides_of
from shared.contracts.hashing import canonical
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound, Unavailable

FORMAT = "rapport-evidence/1"
Pack = Mapping[str, Any]
Key = tuple[str, str, int]


class NotProvenYet(Unavailable):
    """The newest changes of the action are not under a signed checkpoint yet."""

    code = "not_proven_yet"


async def evidence_pack(action_id: str, made_for: str, *, reads: EvidenceReads, tree: Tree, clock: Clock) -> Pack:
    """The pack as JSON values; `made_for` is the subject of whoever asked. Raises NotFound, NotProvenYet."""
    material = await reads.of(action_id)
    if material is None:
        raise NotFound(f"there is no case of action {action_id}", remedy="GET /v1/cases lists all")
    checkpoint = _covering(material)
    ordered = sorted(material.entries, key=lambda entry: entry.position or 0)
    leaves = [json.loads(entry.leaf) for entry in ordered]
    places = {
        (leaf["aggregate"], leaf["aggregate_id"], leaf["aggregate_version"]): at for at, leaf in enumerate(leaves)
    }
    return {
        "format": FORMAT,
        "action_id": action_id,
        "checkpoint": checkpoint.note,
        "verifier": checkpoint.verifier,
        "entries": [await _proved(entry, checkpoint.size, tree) for entry in ordered],
        "rows": _rows(material.rows, ordered, places),
        "rule_files": _rule_files(material, leaves),
        "stated": {"made_at": clock.now().isoformat(timespec="seconds"), "made_for": made_for},
    }


def _covering(material: Material) -> Checkpoint:
    checkpoint = material.checkpoint
    newest = max((entry.position if entry.position is not None else -1 for entry in material.entries), default=-1)
    waits = any(entry.position is None for entry in material.entries)
    if checkpoint is None or waits or newest >= checkpoint.size:
        raise NotProvenYet(
            "the newest change of this action is not under a signed checkpoint yet",
            remedy="ask again in a minute: the worker signs a checkpoint every COMPLIANCE_CHECKPOINT_SECONDS",
        )
    return checkpoint


async def _proved(entry: ProvableEntry, size: int, tree: Tree) -> dict[str, Any]:
    proof = await prove_inclusion(tree, entry.position or 0, size)
    sides = sides_of(proof.position, size, len(proof.path))
    return {
        "leaf": entry.leaf,
        "path": [[side, step.hex()] for side, step in zip(sides, proof.path, strict=True)],
        "openings": {
            name: {"salt": each["salt"], "value": canonical(each["value"]).decode()}
            for name, each in sorted(entry.openings.items())
        },
    }


def _rows(rows: Sequence[KeptRow], entries: Sequence[ProvableEntry], places: Mapping[Key, int]) -> list[dict[str, Any]]:
    """Rows whose digests the ledger still opens, with the columns it has a digest of."""
    provable: list[dict[str, Any]] = []
    for row in rows:
        place = places.get((row.aggregate, row.aggregate_id, row.version))
        opening = None if place is None else entries[place].openings.get(ROW)
        names = [] if opening is None else [pair.partition("=")[0] for pair in opening["value"].split()]
        if names and row.columns.keys() >= set(names):
            columns = {name: canonical(row.columns[name]).decode() for name in names}
            provable.append({"entry": place, "columns": columns})
    return provable


def _rule_files(material: Material, leaves: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The files whose hash the ledger has; entries of older rule sets do not tell it."""
    told: dict[tuple[str, str, str], int] = {}
    for place, leaf in enumerate(leaves):
        if leaf["aggregate"] == "rule_set_version":
            told |= {(leaf["aggregate_id"], *file): place for file in leaf["evidence"].get("files_sha256", {}).items()}
    return [
        {"entry": told[rule_set, name, _sha(text)], "name": name, "text": text}
        for rule_set, files in sorted(material.rule_files.items())
        for name, text in sorted(files.items())
        if (rule_set, name, _sha(text)) in told
    ]


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
