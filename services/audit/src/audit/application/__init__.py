"""Use cases, policies and the ports they need."""
