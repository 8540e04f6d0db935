"""Circulations in PostgreSQL."""
