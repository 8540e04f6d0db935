"""planner: what we do for whom, when and by whom."""
