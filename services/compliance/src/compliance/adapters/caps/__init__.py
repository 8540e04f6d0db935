"""Caps in the company file and in PostgreSQL."""
