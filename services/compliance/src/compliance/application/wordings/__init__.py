"""Use cases of the fast lane."""
