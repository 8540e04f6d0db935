"""HTTP routes of the caps."""
