"""The published language: integration events, their envelope, and the snapshot the gate judges."""
