"""Rule sets from files: read, checked, compiled, compared, rehearsed and followed."""
