"""Revocations in PostgreSQL."""
