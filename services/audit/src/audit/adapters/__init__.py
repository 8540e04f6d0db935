"""PostgreSQL, the name index and the published policy data."""
