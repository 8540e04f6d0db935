"""Finding and removing what is left of erased persons."""
