"""Pre-approved wordings: texts with bounded variables that two named people have signed."""
