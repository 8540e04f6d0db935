"""Starts every part of the system on this machine, watches over them, and leaves none behind."""
