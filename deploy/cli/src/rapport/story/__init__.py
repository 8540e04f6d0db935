"""A client of the running system, and the steps an action takes in it; the demos speak through it."""
