"""Composition roots: the services, and the command that needs none of their parts."""
