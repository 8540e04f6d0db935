"""Routes of the fast lane."""
