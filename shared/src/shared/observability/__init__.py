"""Logs, traces and metrics that follow one message through every process."""
