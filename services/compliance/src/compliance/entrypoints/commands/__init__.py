"""Commands that read files: no server and no settings."""
