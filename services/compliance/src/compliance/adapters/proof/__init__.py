"""Proof: nodes of the tree in PostgreSQL, checkpoints in files, and the check of all of it."""
