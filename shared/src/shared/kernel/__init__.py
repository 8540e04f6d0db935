"""Errors, events, ids and time: what every domain model may rely on. Standard library only."""
