"""Aggregates and rules of the registry: standard library and the kernel only."""
