"""Medicines in texts: own names however they are written, and everybody else's from dated lists."""
