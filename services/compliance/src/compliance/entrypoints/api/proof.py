"""The ledger, its proofs and checkpoints, and the rule set in force."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from compliance.application.proofs import prove_consistency, prove_inclusion
from compliance.entrypoints.api.ports import Ports, Reader
from compliance.entrypoints.api.proof_schemas import (
    CheckpointRead,
    ConsistencyProofRead,
    EntryOpened,
    InclusionProofRead,
    VerifierKeysRead,
)
from compliance.entrypoints.api.schemas import NO_NUL, LedgerRow, RuleSetInForceRead
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.kernel.errors import NotFound
from shared.web.pages import Cursor, Page, page
from shared.web.problem import Malformed

router = APIRouter(tags=["proof"])
_LARGEST = 2**62
Inspector = Annotated[Principal, Depends(require("ledger:read"))]


@router.get("/v1/ledger")
async def read_ledger(
    _inspector: Inspector,
    ports: Ports,
    cursor: Cursor,
    aggregate_id: Annotated[str | None, Query(max_length=200, pattern=NO_NUL)] = None,
) -> Page[LedgerRow]:
    """State changes of the gate, oldest first."""
    after = cursor.after or "0"
    if not after.isdecimal():
        raise Malformed("cursor is not one of the ledger's", field="cursor", remedy="send next_cursor unchanged")
    rows = await ports.queries.ledger(about=aggregate_id, after=int(after), limit=cursor.limit + 1)
    return page([LedgerRow.model_validate(row) for row in rows], cursor, key=lambda row: str(row.sequence))


@router.get("/v1/ledger/checkpoint")
async def latest_checkpoint(_inspector: Inspector, ports: Ports) -> CheckpointRead:
    """The newest signed checkpoint."""
    row = await ports.ledger.checkpoint()
    if row is None:
        raise NotFound("no checkpoint has been written yet", remedy="ask again in a minute; the worker writes them")
    return CheckpointRead.model_validate(row)


@router.get("/v1/ledger/verifier-keys")
async def verifier_keys(_inspector: Inspector, ports: Ports) -> VerifierKeysRead:
    """The public keys of checkpoints. Whoever verifies should have got theirs another way, once, and compare."""
    return VerifierKeysRead(keys=list(await ports.ledger.verifier_keys()))


@router.get("/v1/ledger/consistency-proof")
async def consistency_proof(
    _inspector: Inspector,
    ports: Ports,
    from_size: Annotated[int, Query(ge=1, le=_LARGEST)],
    to_size: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None,
) -> ConsistencyProofRead:
    """That the ledger of `to_size` entries, by default all, begins with that of `from_size`."""
    proof = await prove_consistency(ports.ledger.tree, from_size, to_size)
    return ConsistencyProofRead(
        from_size=proof.old,
        to_size=proof.new,
        from_root=proof.old_root.hex(),
        to_root=proof.new_root.hex(),
        path=[step.hex() for step in proof.path],
    )


@router.get("/v1/ledger/{sequence}/inclusion-proof")
async def inclusion_proof(
    _inspector: Inspector,
    ports: Ports,
    sequence: Annotated[int, Path(ge=1, le=_LARGEST)],
    tree_size: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None,
) -> InclusionProofRead:
    """That an entry is in the ledger of `tree_size` entries: by default of the newest checkpoint, if it covers it."""
    row = await ports.ledger.entry(sequence)
    if row is None:
        raise NotFound(f"there is no ledger entry {sequence}", remedy="GET /v1/ledger lists them")
    entry = EntryOpened.model_validate(row)
    if entry.position is None:
        raise NotFound(f"entry {sequence} is not in the tree yet", remedy="ask again in a second")
    found = await ports.ledger.checkpoint()
    newest = None if found is None else CheckpointRead.model_validate(found)
    if tree_size is None and newest is not None and entry.position < newest.size:
        tree_size = newest.size
    proof = await prove_inclusion(ports.ledger.tree, entry.position, tree_size)
    return InclusionProofRead(
        sequence=sequence,
        position=proof.position,
        tree_size=proof.size,
        leaf=entry.leaf,
        leaf_hash=proof.leaf.hex(),
        path=[step.hex() for step in proof.path],
        root=proof.root.hex(),
        openings=entry.openings,
        erased=entry.erased,
        checkpoint=newest if newest is not None and newest.size == proof.size else None,
    )


@router.get("/v1/rule-sets/current")
async def current_rule_set(_reader: Reader, ports: Ports) -> RuleSetInForceRead:
    """The rule set in force, and the one this process judges by."""
    row = await ports.queries.rule_set()
    if row is None:
        raise NotFound("no rule set is in force yet", remedy="start the compliance worker; it activates its rules")
    return RuleSetInForceRead.model_validate({**row, "in_use": ports.gate.rule_set()})
