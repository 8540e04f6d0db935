"""PostgreSQL: engine, unit of work, advisory locks."""
