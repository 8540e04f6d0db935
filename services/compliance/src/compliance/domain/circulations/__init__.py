"""Circulations: each time a version of an action goes through review, and the clock of it."""
