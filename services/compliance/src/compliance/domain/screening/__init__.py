"""Judging one planned action: normalised text, detectors, rules as data, safety scan. Pure functions."""
