"""The evidence pack of one action."""
