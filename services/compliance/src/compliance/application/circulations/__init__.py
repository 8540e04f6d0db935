"""Circulations: each time a version of an action goes through review, with its clock."""
