"""Composition root of compliance."""
