"""Proof: the Merkle tree over the ledger, its proofs, and checkpoints as signed notes."""
