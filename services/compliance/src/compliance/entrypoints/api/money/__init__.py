"""Routes of contracts, transfers of value and their disclosure."""
