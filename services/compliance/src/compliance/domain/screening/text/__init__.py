"""Reading texts: normalised characters, words, clauses, listed phrases, and what was said where."""
