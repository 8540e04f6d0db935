"""The company's own files: what is read at the start, and refused where it cannot be used."""
