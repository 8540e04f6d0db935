"""Use cases and policies of the gate."""
