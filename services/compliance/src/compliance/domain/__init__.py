"""Cases, permits, safety cases and rule sets: what may go out, decided without input or output."""
