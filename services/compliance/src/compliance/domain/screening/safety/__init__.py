"""The safety scan: what may report an adverse event."""
