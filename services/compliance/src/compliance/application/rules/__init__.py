"""Rule sets: proposing, comparing, checking, rehearsing them, and the one in use."""
