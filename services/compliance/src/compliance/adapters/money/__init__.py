"""Contracts, transfers of value and disclosure runs in PostgreSQL."""
