"""The evidence pack as a file. `check_evidence.py`, which checks one, and `evidence_page.py` stand alone."""
