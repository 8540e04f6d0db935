"""The check of a whole ledger: entries, tree, checkpoints, and the rows that entries are about."""
