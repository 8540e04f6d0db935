"""PostgreSQL, HTTP peers, keys and files of the gate."""
