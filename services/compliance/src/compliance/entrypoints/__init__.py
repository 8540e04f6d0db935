"""Where requests, events and ticks of the clock come in."""
