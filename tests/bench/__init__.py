"""Measurements. Run one with `PYTHONPATH=tests python -m bench.<name>`; figures live in docs/benchmarks.md."""
