"""PostgreSQL and the audit service, seen from the planner."""
