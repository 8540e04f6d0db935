"""PostgreSQL and files: how the ports are met."""
