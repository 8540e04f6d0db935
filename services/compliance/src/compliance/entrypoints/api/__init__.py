"""HTTP routes of the gate."""
