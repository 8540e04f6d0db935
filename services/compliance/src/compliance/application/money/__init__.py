"""Use cases of contracts, transfers of value and their disclosure."""
