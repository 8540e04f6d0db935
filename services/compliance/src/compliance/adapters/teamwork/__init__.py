"""Absences, assignments and comments in PostgreSQL."""
