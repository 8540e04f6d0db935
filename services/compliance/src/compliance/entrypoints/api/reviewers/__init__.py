"""HTTP routes about people who may not approve any more."""
