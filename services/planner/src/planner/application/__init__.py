"""Use cases and policies of the planner."""
