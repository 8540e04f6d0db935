"""Pre-approved wordings in PostgreSQL."""
