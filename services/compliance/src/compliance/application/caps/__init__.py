"""Reserving, confirming and giving back what actions take of the company's caps."""
