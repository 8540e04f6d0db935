"""Contracts with experts, what is given to people, and its disclosure. Amounts are decimals, never floats."""
