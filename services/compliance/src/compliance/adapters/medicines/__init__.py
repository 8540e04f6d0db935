"""Lists of medicines: published shapes, import, and the open dictionary."""
