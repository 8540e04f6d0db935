"""HTTP routes of absences, assignments and comments."""
