"""rapport: starts the system, tells its story, and runs the commands that need no server."""
