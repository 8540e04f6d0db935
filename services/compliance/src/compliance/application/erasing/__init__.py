"""When a person is erased."""
