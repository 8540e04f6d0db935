"""What is done after a release: recall, take-down, watch, what was given."""
