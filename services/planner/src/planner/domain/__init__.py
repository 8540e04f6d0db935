"""Plans and actions: what is done for whom, when, by whom, and what became of it."""
